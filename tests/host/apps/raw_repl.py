# A board's console on the unix firmware: friendly and raw prompt, raw paste, soft reset, boot.py
# and main.py, littlefs in memory. tests/host/fixtures/fake_board.py runs it on a pty.
#   ^A raw prompt   ^B friendly prompt   ^C stops   ^D runs what was typed, or restarts
#   ^E A ^A raw paste: R 01 window (2 bytes), then 01 for each window that was taken, 04 at the end
import gc
import io
import os
import sys
from collections import namedtuple

import vfs

BLOCK = 512
WINDOW = 256
BOOT_ROM = 42  # the exit code that means: machine.bootloader() was called


class Flash:
    def __init__(self, size):
        self.data = bytearray(size)

    def readblocks(self, n, buf, offset=0):
        at = n * BLOCK + offset
        buf[:] = self.data[at : at + len(buf)]

    def writeblocks(self, n, buf, offset=0):
        at = n * BLOCK + offset
        self.data[at : at + len(buf)] = buf

    def ioctl(self, op, arg):
        if op == 4:
            return len(self.data) // BLOCK
        if op == 5:
            return BLOCK
        return 0


class BootROM(BaseException):
    pass


class Machine:
    def bootloader(self):
        raise BootROM


# sys of another machine: the name of the chip is what the tools look at.
class Sys:
    def __init__(self, machine):
        _, version, _, mpy = sys.implementation[:4]
        fields = ("name", "version", "_machine", "_mpy")
        self.implementation = namedtuple("implementation", fields)(
            "micropython", version, machine, mpy
        )

    def __getattr__(self, name):
        return getattr(sys, name)


def say(*parts):
    sys.stdout.buffer.write(b"".join(parts))


def read(n=1):
    data = sys.stdin.buffer.read(n)
    if not data:
        sys.exit()
    return data


class Console:
    def __init__(self, restarts):
        self.restarts = restarts
        self.raw, self.typed = False, b""
        self.names = {}

    def run(self, source):
        try:
            exec(source, self.names)
        except SystemExit:
            pass
        except BootROM:
            sys.exit(BOOT_ROM)
        except BaseException as e:
            text = io.StringIO()
            sys.print_exception(e, text)
            return text.getvalue().replace("\n", "\r\n").encode()
        return b""

    def run_file(self, name):
        if name in os.listdir("/"):
            with open(name) as f:
                say(self.run(f.read()))

    def start(self):
        if self.restarts < 0:
            sys.exit()
        self.restarts -= 1
        self.names.clear()
        gc.collect()  # closes what the app had open
        self.names["__name__"] = "__main__"
        self.run_file("boot.py")
        if not self.raw:
            self.run_file("main.py")
        self.banner()

    def banner(self):
        raw, friendly = b"raw REPL; CTRL-B to exit\r\n>", b"MicroPython on a pty\r\n>>> "
        say(b"\r\n", raw if self.raw else friendly)

    def answer(self, source):
        failure = self.run(source)
        say(b"\x04", failure, b"\x04>")

    def paste(self):
        say(b"R\x01", WINDOW.to_bytes(2, "little"))
        source = b""
        while (c := read()) != b"\x04":
            source += c
            if len(source) % WINDOW == 0:
                say(b"\x01")
        say(b"\x04")
        self.answer(source)

    def key(self, c):
        if c == b"\x04" and self.raw and self.typed:
            source, self.typed = self.typed, b""
            say(b"OK")
            self.answer(source)
        elif c == b"\x04":
            say(b"OK" if self.raw else b"", b"\r\nMPY: soft reboot\r\n")
            self.start()
        elif c in b"\x01\x02":
            self.raw, self.typed = c == b"\x01", b""
            self.banner()
        elif c == b"\x05" and self.raw and read(2) == b"A\x01":
            self.paste()
        elif self.raw and (self.typed or c != b"\r"):
            self.typed += c

    def serve(self):
        self.start()
        while True:
            try:
                self.key(read())
            except KeyboardInterrupt:
                self.typed = b""
                say(b"" if self.raw else b"\r\nKeyboardInterrupt\r\n>>> ")


sys.modules["machine"] = Machine()
sys.modules["sys"] = Sys(sys.argv[2])
vfs.umount("/")
flash = Flash(int(sys.argv[1]) * 1024)
vfs.VfsLfs2.mkfs(flash)
vfs.mount(flash, "/")
os.chdir("/")
sys.path[:] = ["", ".frozen", "/lib"]
Console(int(sys.argv[3])).serve()
