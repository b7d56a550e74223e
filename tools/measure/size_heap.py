"""The GC heap that is left at the prompt, and after lws.http: asked of the boards that can be
emulated.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.base import say
from tools.emulate.emulated_pico import Pico
from tools.emulate.qemu_machine import SYSTEMS, Machine

WAIT_S = 60
ASK = """
import gc
gc.collect()
print("prompt", gc.mem_free())
import lws.http
lws.http.Server
gc.collect()
print("lws.http", gc.mem_free())
"""


def said_by_pico(board):
    with Pico(uf2=board.build_folder() / "firmware.uf2", network=False) as pico:
        argv = [sys.executable, "-m", "mpremote", "connect", pico.pty, "exec", ASK]
        return subprocess.run(argv, stdout=subprocess.PIPE, text=True, timeout=WAIT_S).stdout


def said_by_qemu(board):
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "ask.py"
        script.write_text(ASK)
        with Machine(board, script=script, ports=()) as machine:
            machine.wait(WAIT_S)
            return machine.output


def left(board):
    """{"prompt": bytes, "lws.http": bytes}; None for a board that nothing emulates."""
    if board.mcu in SYSTEMS:
        said = said_by_qemu(board)
    elif board.mcu == "rp2040" and (board.build_folder() / "firmware.uf2").is_file():
        said = said_by_pico(board)
    else:
        return None
    found = dict(re.findall(r"^(prompt|lws\.http) (\d+)\r?$", said, re.M))
    if len(found) != 2:
        say.stop(f"{board.name}, emulated, did not tell its heap: {said}")
    return {key: int(value) for key, value in found.items()}
