"""The console of an emulated board: mpremote over its pty, ^C, a soft reset, make emulate."""

import os
import select
import termios
import time
import tty

import pytest
from qemu import machine, mpremote

BOARDS = ["LWS_QEMU_MPS2", "LWS_QEMU_RV32"]


@pytest.fixture(params=BOARDS)
def board(request):
    with machine(request.param, pty=True) as m:
        yield m


class Typist:
    """A person at the pty."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd, termios.TCSANOW)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def type(self, text):
        os.write(self.fd, text.encode())

    def read_until(self, word, timeout=60):
        seen = ""
        end = time.monotonic() + timeout
        while word not in seen:
            left = end - time.monotonic()
            assert left > 0, f"no {word!r} in {seen!r}"
            if select.select([self.fd], [], [], left)[0]:
                seen += os.read(self.fd, 4096).decode(errors="replace")
        return seen


def test_mpremote(board, tmp_path):
    assert mpremote(board, "eval", "6 * 7") == "42\n"
    data = os.urandom(20_000)
    (tmp_path / "file").write_bytes(data)
    mpremote(board, "fs", "cp", str(tmp_path / "file"), ":copied")
    assert "20000 copied" in mpremote(board, "fs", "ls")
    mpremote(board, "fs", "cp", ":copied", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == data
    (tmp_path / "app.py").write_text("import sys\nprint('ran', sys.platform)\n")
    assert mpremote(board, "run", str(tmp_path / "app.py")) == "ran qemu\n"
    assert mpremote(board, "soft-reset", "eval", "'kept' if open('copied') else 0") == "kept\n"


def test_interrupts(board):
    with Typist(board.pty) as desk:
        desk.type("\r")
        desk.read_until(">>> ")
        for line in (
            "exec('while True: pass')",
            "import time; time.sleep(1000)",
            "import asyncio; asyncio.run(asyncio.sleep(1000))",
            "from lws.http import Server; Server().run(port=8000)",
            "input('?')",
        ):
            desk.type(f"print('run' + 's'); {line}\r")
            desk.read_until("runs")
            time.sleep(0.2)
            desk.type("\x03")
            assert desk.read_until(">>> "), line
            desk.type("6 * 7\r")
            desk.read_until("42\r\n>>> ")


def test_soft_resets(board):
    """The network, sockets and the heap survive: ten lives in a row."""
    with Typist(board.pty) as desk:
        desk.type("\r")
        desk.read_until(">>> ")
        for _ in range(10):
            desk.type("import socket, lws, asyncio; s = socket.socket(); s.listen(2)\r")
            desk.read_until(">>> ")
            desk.type("exec('async def f(): pass'); asyncio.run(f()); lws.Context().service(1)\r")
            desk.read_until(">>> ")
            desk.type("\x04")
            said = desk.read_until("information.\r\n>>> ")
            assert "soft reboot" in said and "10.0.2.15" in said and "Error" not in said


def test_free_space(board):
    """Of every file system that has some."""
    lines = mpremote(board, "df").splitlines()
    assert [line.split()[-1] for line in lines] == ["on", "/"], lines


@pytest.mark.parametrize("name", BOARDS)
def test_files_outlive_qemu(name, tmp_path):
    flash = tmp_path / "flash.bin"
    flash.touch()
    for before, after in (([], ["a"]), (["a"], ["a", "b"])):
        with machine(name, pty=True, flash=flash) as m:
            code = f"import os; assert sorted(os.listdir('/')) == {[*before, 'host']}; "
            code += f"f = open({after[-1]!r}, 'w'); f.write('x' * 9000); f.close()"
            mpremote(m, "exec", code)
            mpremote(m, "exec", f"assert open({after[0]!r}).read() == 'x' * 9000")
