"""A board's firmware in QEMU: one process, with a console, a user-mode network and files."""

from tools.base.interrupt import held

import contextlib
import os
import re
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tools.base.ports import free_port, listening
from tools.emulate.shake import shaken

# By the board's chip. QEMU's user-mode network gives the board 10.0.2.15 and is 10.0.2.2.
SYSTEMS = {
    "qemu-cortex-m3": ["qemu-system-arm", "-M", "mps2-an385"],
    "qemu-cortex-m7": ["qemu-system-arm", "-M", "mps2-an500"],
    "qemu-rv32": ["qemu-system-riscv32", "-M", "virt", "-bios", "none"],
}
ROMFS_AT = {"qemu-rv32": 0x80200000}  # the others: in the upper half of 4 MB of code
ICOUNT = "shift=3,sleep=off"  # an instruction takes 8 ns, and sleeping takes no real time
START_S = 60
TRIES = 5  # another program may take a port between our look and QEMU's


class NotStarted(Exception):
    """QEMU ended before the machine ran."""


def contents(file):
    """Of a file that another process appends to, with the same file offset."""
    data = os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)
    return data.decode(errors="replace")


def quoted(value):
    """For QEMU's option syntax."""
    return str(value).replace(",", ",,")


class Machine:
    """with Machine(board, script=path) as m: code = m.wait(60); print(m.output)

    Without a script the firmware starts main.py of its files or the ROMFS, then the REPL.
    ports: of the board; m.ports says which ports of 127.0.0.1 lead there (forwards chooses some).
    """

    def __init__(
        self,
        board,
        *,
        elf=None,
        script=None,
        args=(),
        heap=None,  # "96k"
        ports=(80,),
        forwards=None,  # {port of the board: port of this machine}
        romfs=None,  # path of an image
        icount=None,  # ICOUNT, to count instructions
        flash=None,  # path of a file that keeps the RAM disk
        cable=None,  # a Cable to its network, with what ails it
        pty=False,  # the console is a pty, its name in m.pty; else it goes to m.output
        more=(),  # QEMU's own options
    ):
        self.board = board
        self.elf = Path(elf or board.build_folder() / "firmware.elf")
        self.words = [f"heap={heap}"] if heap else []
        self.words += [f"flash={Path(flash).resolve()}"] if flash else []
        self.words += [str(Path(script).resolve()), *map(str, args)] if script else []
        self.wanted = list(dict.fromkeys([*ports, *(forwards or {})]))
        self.forwards = forwards or {}
        self.romfs = romfs
        self.icount = icount
        self.on_pty = pty
        self.more = more
        self.cable = cable
        self.inherits = cable.fds if cable else ()  # descriptors that QEMU takes over
        self.ports = {}
        self.pty = None
        self.proc = None
        if any(" " in word for word in self.words):
            raise ValueError(f"no argument may hold a space: {self.words}")

    # ---- QEMU's command line

    def network(self):
        rules = "".join(f",hostfwd=tcp:127.0.0.1:{h}-:{g}" for g, h in self.ports.items())
        words = ["-netdev", f"user,id=net{rules}"]
        words += self.cable.options("net") if self.cable else []
        end = self.cable.name if self.cable else "net"
        if self.board.mcu == "qemu-rv32":
            return [*words, "-device", f"virtio-net-device,netdev={end}"]
        return [*words, "-net", f"nic,netdev={end}"]

    def argv(self):
        words = "".join(f",arg={quoted(word)}" for word in ["firmware", *self.words])
        argv = [*SYSTEMS[self.board.mcu], "-display", "none", "-monitor", "none"]
        argv += ["-serial", "pty" if self.on_pty else "stdio", "-kernel", self.elf]
        argv += ["-semihosting-config", f"enable=on,target=native{words}", *self.network()]
        if self.romfs:
            at = ROMFS_AT.get(self.board.mcu, 0x200000)
            argv += ["-device", f"loader,file={quoted(self.romfs)},addr={at:#x},force-raw=on"]
        if self.icount:
            argv += ["-icount", self.icount]
        return [str(a) for a in [*argv, *self.more]]

    # ---- its life

    def __enter__(self):
        self.said = tempfile.TemporaryFile()
        self.complaints = tempfile.TemporaryFile()
        for port in (listening() or set()).intersection(self.forwards.values()):
            raise NotStarted(f"port {port} of this machine is in use")
        for left in reversed(range(TRIES)):
            self.ports = {g: self.forwards.get(g) or free_port() for g in self.wanted}
            try:
                self.start()
                return self
            except NotStarted:
                if not left or "host forwarding" not in contents(self.complaints):
                    raise

    def __exit__(self, *_):
        self.stop()

    def start(self):
        try:
            with held():
                self.proc = subprocess.Popen(
                    self.argv(),
                    stdin=subprocess.DEVNULL,
                    stdout=self.said,
                    stderr=self.complaints,
                    pass_fds=self.inherits,
                )
            shaken(self.proc)
            self.wait_until_running()
        except BaseException:
            self.stop()
            raise

    def has_started(self):
        """QEMU has said where the pty is, or taken its ports: the board runs from then on."""
        if self.on_pty:
            found = re.search(r"redirected to (/dev/\S+)", self.output)
            self.pty = found and found[1]
            return found
        taken = listening()
        return taken is None or taken.issuperset(self.ports.values())

    def wait_until_running(self):
        end = time.monotonic() + START_S
        while self.proc.poll() is None and not self.has_started():
            if time.monotonic() > end:
                raise NotStarted(f"QEMU does not start: {contents(self.complaints)}")
            time.sleep(0.01)
        if self.proc.returncode and "qemu-system" in contents(self.complaints):
            raise NotStarted(contents(self.complaints).strip())

    @property
    def output(self):
        """What the console said so far (with a pty: only QEMU's own messages)."""
        return contents(self.said).replace("\r\n", "\n")

    @property
    def running(self):
        return self.proc.poll() is None

    def wait(self, timeout):
        """The script's exit code. TimeoutError: it still runs."""
        try:
            return self.proc.wait(timeout)
        except subprocess.TimeoutExpired:
            text = f"{self.board.name} still runs after {timeout} s\n{self.output}"
            raise TimeoutError(text) from None

    def url(self, port=80):
        return f"http://127.0.0.1:{self.ports[port]}"

    def wait_for_web(self, port=80, timeout=START_S):
        """Until a web server answers there. (QEMU takes connections before the board does.)"""
        end = time.monotonic() + timeout
        while time.monotonic() < end and self.running:
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.ports[port]), 1) as s:
                    s.sendall(b"OPTIONS * HTTP/1.0\r\n\r\n")
                    s.settimeout(2)
                    if s.recv(1):
                        return
            time.sleep(0.05)
        state = "runs" if self.running else f"ended with {self.proc.returncode}"
        raise TimeoutError(
            f"no answer on port {port} of {self.board.name} ({state})\n{self.output}"
        )

    def stop(self):
        if self.proc and self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(5)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
