"""Ctrl-C ends make run and make emulate: at every moment, with a sentence, with all they started.

Also when SIGINT was ignored at their start, as it is for the background jobs of some shells.
"""

import ast
import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT

from tools.base.ports import free_port

pytestmark = pytest.mark.emulated
WAIT_S = 60
PROGRAMS = {
    "run": ["tools.emulate.dashboard"],
    "mps2": ["tools.emulate.emulate", "--board", "LWS_QEMU_MPS2"],
    "pico": ["tools.emulate.emulate", "--board", "LWS_RPI_PICO"],
}


def first_import(path):
    tree = ast.parse(path.read_text())
    names = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    return ast.unparse(names[0])


def test_every_program_is_armed_first():
    """Before it imports anything that takes its time."""
    doors = set(re.findall(r"-m (tools\.\S+)", (ROOT / "Makefile").read_text()))
    assert len(doors) > 10
    firsts = {d: first_import(ROOT / f"{d.replace('.', '/')}.py") for d in doors}
    assert {d: i for d, i in firsts.items() if "tools.base.interrupt" not in i} == {}


class Tool:
    """A tool as a terminal starts it: with its own process group."""

    def __init__(self, program, ignored):
        argv = [sys.executable, "-m", *PROGRAMS[program]]
        if ignored:
            argv = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *argv]
        env = {**os.environ, "PORT": str(free_port())}
        self.process = subprocess.Popen(
            argv,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            process_group=0,
            env=env,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def wait_until_armed(self):
        """Until both signals have a handler. Python itself has one for SIGINT, from its start to
        our first line: a traceback of its own is all that it knows to say there.
        """
        status = Path(f"/proc/{self.process.pid}/status")
        bit = 1 << signal.SIGTERM - 1
        end = time.monotonic() + WAIT_S
        while not int(re.search(r"SigCgt:\s*(\w+)", status.read_text())[1], 16) & bit:
            assert time.monotonic() < end and self.process.poll() is None
            time.sleep(0.001)

    def read_until(self, word):
        said = ""
        while word not in said:
            line = self.process.stdout.readline()
            assert line, f"it ended: {said}"
            said += line
        return said

    def interrupt(self):
        """Ctrl-C: the terminal sends it to the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)
        said = self.process.communicate(timeout=WAIT_S)[0]
        assert "Traceback" not in said and "Error" not in said, said
        return self.process.returncode


@pytest.mark.parametrize("ignored", [True, False], ids=["ignored", "default"])
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.timeout(8 * WAIT_S)
def test_at_every_moment(program, ignored):
    rng = random.Random(f"{program} {ignored}")
    for _ in range(5):
        with Tool(program, ignored) as tool:
            tool.wait_until_armed()
            time.sleep(rng.uniform(0, 1.5))
            tool.interrupt()  # conftest sees to it that nothing is left


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=WAIT_S) as answer:
            return answer.read()
    except OSError:
        return None


def test_make_emulate():
    """It says where the console and the dashboard are; Ctrl-C ends it and QEMU."""
    with Tool("mps2", ignored=True) as tool:
        said = tool.read_until("Ctrl-C here")
        url = re.search(r"http://127\.0\.0\.1:\d+/", said)[0]
        end = time.monotonic() + WAIT_S
        while not (page := answers(url)):
            assert time.monotonic() < end, said
        assert b"Dashboard" in page
        console = re.search(r"/dev/pts/\d+", said)[0]
        pty = ROOT / "build" / "LWS_QEMU_MPS2" / "pty"
        assert pty.read_text().split()[0] == console
        assert tool.interrupt() == 0
        assert not pty.exists() and answers(url) is None
