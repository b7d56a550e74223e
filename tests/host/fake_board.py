"""A board with MicroPython on a pty, no emulator: the unix firmware behind apps/raw_repl.py.

Its flash is littlefs in memory and lives as long as the process, which ends for good at one soft
reset more than restarts; with unplugs its port goes away then.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
import tty
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOT_ROM = 42  # its exit code when machine.bootloader() was called
LOOK_S = 0.02
READING_S = 0.1  # of the board's own time: after that it does something else


class FakeBoard:
    def __init__(
        self,
        firmware,
        machine="a board with RP2040",
        flash_kb=1024,
        restarts=1000,
        unplugs=False,
    ):
        self.leader, self.line = pty.openpty()  # line stays open: mpremote comes and goes
        tty.setraw(self.line)
        self.port = os.ttyname(self.line)
        self.over = False
        self.unplugs = unplugs
        script = ROOT / "tests" / "host" / "apps" / "raw_repl.py"
        argv = [firmware, "-X", "heapsize=8m", script, str(flash_kb), machine, str(restarts)]
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, bufsize=0
        )
        self.writer = threading.Thread(target=self.to_board)
        self.reader = threading.Thread(target=self.from_board)
        self.writer.start()
        self.reader.start()

    def to_board(self):
        with contextlib.suppress(OSError):
            while not self.over:
                if not select.select([self.leader], [], [], LOOK_S)[0]:
                    continue
                data = os.read(self.leader, 4096)
                for part in data.split(b"\x03")[:-1]:
                    self.process.stdin.write(part)
                    self.interrupt()
                self.process.stdin.write(data.rpartition(b"\x03")[2])

    def interrupt(self):
        """Ctrl-C: after what came before it has been read, and before what follows."""
        enough = self.cpu_s() + READING_S
        self.wait_while(lambda: self.is_reading() and self.cpu_s() < enough)
        self.process.send_signal(signal.SIGINT)
        self.wait_while(self.has_pending)

    def wait_while(self, condition):
        while condition() and not self.over and self.process.poll() is None:
            time.sleep(0.001)

    def is_reading(self):
        """There is something to read, and the board does not sleep over it (as an app may)."""
        (unread,) = struct.unpack("i", fcntl.ioctl(self.process.stdin, termios.FIONREAD, bytes(4)))
        return unread and self.stat()[0] != "S"

    def cpu_s(self):
        return (int(self.stat()[11]) + int(self.stat()[12])) / os.sysconf("SC_CLK_TCK")

    def stat(self):
        return Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()

    def has_pending(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        masks = re.findall(r"(?:Sig|Shd)Pnd:\s*(\w+)", status)
        return any(int(m, 16) & 1 << (signal.SIGINT - 1) for m in masks)

    def from_board(self):
        with contextlib.suppress(OSError):
            while data := self.process.stdout.read(4096):
                while data:
                    data = data[os.write(self.leader, data) :]
        if self.unplugs:
            self.unplug()

    def unplug(self):
        """The port goes away."""
        self.over = True
        os.close(self.line)
        self.writer.join()
        os.close(self.leader)

    def stop(self):
        if self.process.stdin.closed:
            return
        self.process.kill()
        self.process.wait()
        self.reader.join()
        if not self.unplugs:
            self.unplug()
        self.process.stdin.close()
        self.process.stdout.close()
