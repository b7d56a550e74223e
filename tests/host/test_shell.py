"""tools/board/shell.py on a board's console (fake_board.py): no one is left at the raw prompt."""

import os
import pty
import subprocess
import sys
import threading
import time

import pytest
from conftest import ROOT
from fake_board import FakeBoard

from tools.board import deploy, prompt

WAIT_S = 60


@pytest.fixture
def board(firmware):
    started = FakeBoard(firmware)
    yield started
    started.stop()


class Shell:
    """make shell at a terminal."""

    def __init__(self, port):
        self.fd, terminal = pty.openpty()
        argv = [sys.executable, "-m", "tools.board.shell", "--board", "LWS_RPI_PICO"]
        self.process = subprocess.Popen(
            [*argv, "--port", port], stdin=terminal, stdout=terminal, stderr=terminal, cwd=ROOT
        )
        os.close(terminal)
        self.said = b""
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        os.close(self.fd)

    def read(self):
        try:
            while data := os.read(self.fd, 4096):
                self.said += data
        except OSError:  # EIO: the shell has ended
            pass

    def type(self, keys):
        os.write(self.fd, keys)

    def wait_for(self, word, times=1):
        end = time.monotonic() + WAIT_S
        while self.said.count(word) < times:
            assert time.monotonic() < end and self.reader.is_alive(), self.said
            time.sleep(0.01)

    def leave(self):
        self.type(b"\x1d")
        assert self.process.wait(WAIT_S) == 0


def test_board_at_the_raw_prompt(board):
    with prompt.opened(board.port, fresh=False) as repl:
        repl.in_raw_repl = False  # so that it stays there
    with Shell(board.port) as shell:
        shell.wait_for(b"MicroPython on a pty\r\n>>> ")
        shell.leave()


def test_script_that_mpremote_run_left_behind(board):
    """It goes on when mpremote is stopped; after Ctrl-C the board would be at the raw prompt."""
    with prompt.opened(board.port, fresh=False) as repl:
        repl.exec_raw_no_follow("print('runs')\nwhile True: pass")
        repl.read_until(1, b"runs", timeout=WAIT_S)
        repl.in_raw_repl = False
    with Shell(board.port) as shell:
        shell.wait_for(b"Ctrl-] or Ctrl-x")
        shell.type(b"\x03")
        shell.wait_for(b"KeyboardInterrupt")
        shell.wait_for(b"MicroPython on a pty\r\n>>> ")
        shell.leave()


def test_app_that_runs_is_not_stopped(board, tmp_path):
    app = tmp_path / "app.py"
    app.write_text(
        "import time\nprint('http://192.0.2.7/')\n"
        "while True:\n    print('tick')\n    time.sleep(0.05)\n"
    )
    deploy.deploy(app, board.port)
    with Shell(board.port) as shell:
        shell.wait_for(b"tick", times=20)
        assert b"KeyboardInterrupt" not in shell.said and b">>> " not in shell.said
        shell.leave()
