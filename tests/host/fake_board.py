"""A board with MicroPython on a pty, no emulator: the unix firmware behind apps/raw_repl.py.

Its flash is littlefs in memory and lives as long as the process, which ends for good at one soft
reset more than restarts.
"""

import contextlib
import os
import pty
import select
import signal
import subprocess
import threading
import time
import tty
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOT_ROM = 42  # its exit code when machine.bootloader() was called
SETTLE_S = 0.02


class FakeBoard:
    def __init__(self, firmware, machine="a board with RP2040", flash_kb=1024, restarts=1000):
        self.leader, self.line = pty.openpty()  # line stays open: mpremote comes and goes
        tty.setraw(self.line)
        self.port = os.ttyname(self.line)
        self.over = False
        script = ROOT / "tests" / "host" / "apps" / "raw_repl.py"
        argv = [firmware, "-X", "heapsize=8m", script, str(flash_kb), machine, str(restarts)]
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, bufsize=0
        )
        self.threads = [threading.Thread(target=f) for f in (self.to_board, self.from_board)]
        for t in self.threads:
            t.start()

    def to_board(self):
        with contextlib.suppress(OSError):
            while not self.over:
                if not select.select([self.leader], [], [], SETTLE_S)[0]:
                    continue
                data = os.read(self.leader, 4096)
                for part in data.split(b"\x03")[:-1]:
                    self.process.stdin.write(part)
                    time.sleep(SETTLE_S)  # what came before has been read
                    self.process.send_signal(signal.SIGINT)
                    time.sleep(SETTLE_S)
                self.process.stdin.write(data.rpartition(b"\x03")[2])

    def from_board(self):
        with contextlib.suppress(OSError):
            while data := self.process.stdout.read(4096):
                while data:
                    data = data[os.write(self.leader, data) :]

    def stop(self):
        if self.process.stdin.closed:
            return
        self.over = True
        self.process.kill()
        self.process.wait()
        os.close(self.line)
        for t in self.threads:
            t.join(5)
        os.close(self.leader)
        self.process.stdin.close()
        self.process.stdout.close()
