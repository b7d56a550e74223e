"""The console of an emulated board: mpremote over its pty, ^C, a soft reset, make emulate."""

import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
import tty
import urllib.request

import pytest
from conftest import ROOT
from qemu import firmware_of, machine, mpremote

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

    def read_until(self, word, timeout=15):
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
            assert desk.read_until(">>> ", 5), line
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


def test_make_emulate():
    """It says where the console and the dashboard are, and Ctrl-C ends it and QEMU."""
    name = "LWS_QEMU_MPS2"
    firmware_of(name)
    process = subprocess.Popen(
        [sys.executable, ROOT / "tools" / "emulate.py", "--board", name],
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        said = ""
        while "Ctrl-C here" not in said:
            said += process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+/", said)[0]
        end = time.monotonic() + 20
        while True:
            try:
                page = urllib.request.urlopen(url, timeout=5).read()
                break
            except OSError:
                assert time.monotonic() < end, said
        assert b"Dashboard" in page
        console = re.search(r"/dev/pts/\d+", said)[0]
        assert (ROOT / "build" / name / "pty").read_text().strip() == console
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(10) == 0
        assert not (ROOT / "build" / name / "pty").exists()
        with pytest.raises(OSError):
            urllib.request.urlopen(url, timeout=1)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
