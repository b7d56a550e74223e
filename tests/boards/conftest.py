"""What the tests on a board share: its prompt, on pytest-embedded's serial port.

Started by tools/board/test_board.py. A board that stops answering ends the run, as a failure.
"""

import os
import time
from collections import Counter

import pexpect
import pytest

from tools.base import boards
from tools.board import deploy, prompt

DEAD = "the board at {} stopped answering, {} (what it said before is in {})"
SETTLE_S = 30
LOOK_S = 5  # how often the port is looked for while nothing comes


def pytest_addoption(parser):
    parser.addoption("--lws-board", required=True, help="name of a folder of boards/")
    parser.addoption("--lws-part", default="1/1", help="2/3: the second of three parts")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """After -k has chosen: every part has some of each file."""
    part, parts = map(int, config.getoption("--lws-part").split("/"))
    items[:] = items[part - 1 :: parts]


def pytest_report_teststatus(report):
    if report.skipped:
        return "not run", "N", "NOT RUN"


def pytest_terminal_summary(terminalreporter):
    """What this board or this desk cannot prove is counted apart, and said why."""
    reports = terminalreporter.stats.get("not run", [])
    for reason, count in Counter(r.longrepr[2] for r in reports).items():
        terminalreporter.section(f"NOT RUN: {count}", sep="!", red=True, bold=True)
        terminalreporter.write_line(reason.removeprefix("Skipped: "), red=True, bold=True)


@pytest.fixture(scope="session")
def board(request):
    return boards.find(request.config.getoption("--lws-board"))


class Console:
    """Runs code at the board's raw prompt; pytest-embedded's dut listens to what it prints."""

    def __init__(self, dut):
        self.dut = dut

    def start(self, code, files=()):
        """After a soft reset, with these files on the board: code begins to run."""
        serial = self.dut.serial
        with serial.disable_redirect_thread():
            listening_s, serial.proc.timeout = serial.proc.timeout, prompt.READ_S
            line = prompt.Line(serial.proc)
            try:
                prompt.enter(line, serial.port, fresh=True)
                deploy.put(line, files)
                line.exec_raw_no_follow(code)
            except (prompt.NoAnswer, OSError) as e:
                pytest.exit(DEAD.format(serial.port, e, self.dut.logfile), returncode=1)
            finally:
                serial.proc.timeout = listening_s

    def finish(self, timeout_s):
        """What the code printed since it was last listened to; fails when it raised."""
        said = self.until_end_mark(timeout_s)
        raised = self.until_end_mark(SETTLE_S)
        if raised:
            pytest.fail(f"{said[-2000:]}\n{raised}", pytrace=False)
        return said

    def until_end_mark(self, timeout_s):
        """What comes before the raw prompt's mark for "that was all"."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            self.dut.expect_exact([b"\x04", pexpect.TIMEOUT], timeout=LOOK_S)
            if self.dut.pexpect_proc.match is not pexpect.TIMEOUT:
                return self.dut.pexpect_proc.before.decode(errors="replace")
            check_port(self.dut.serial.port, self.dut.pexpect_proc.buffer_debug_str[-500:])
        heard = self.dut.pexpect_proc.buffer_debug_str[-2000:]
        pytest.fail(f"no end after {timeout_s} s; it said last: {heard}", pytrace=False)

    def run(self, code, timeout_s=30, files=()):
        self.start(code, files)
        return self.finish(timeout_s)


def check_port(port, heard=""):
    if "://" not in port and not os.path.exists(port):
        said = f"; it said last: {heard}" if heard else ""
        pytest.exit(f"the board's port {port} went away: it crashed, or was unplugged{said}", 1)


@pytest.fixture
def plugged_in(request):
    check_port(request.config.getoption("port"))


@pytest.fixture
def console(plugged_in, dut):
    return Console(dut)


@pytest.fixture(scope="session")
def known():
    """What the board was asked once: {question: answer}."""
    return {}
