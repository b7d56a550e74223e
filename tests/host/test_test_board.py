"""tools/board/test_board.py: that it proves what it says, and that a board that fails it is seen.

The emulated Pico passes; MicroPython on a pty (fake_board.py) is where things go wrong.
"""

import os
import pty

import pytest
from fake_board import FakeBoard
from tested_board import counts, pico, run

# ---- a board that works


def test_emulated_pico_passes():
    """The scripts are in test_scripts_on_pico_*.py, the other suites in test_unit_on_rp2040.py."""
    which = "every_suite or test_ac or test_utf8 or test_network"
    with pico(forwards={80: 0}) as board:
        url = f"http://127.0.0.1:{board.ports[80]}"
        code, output = run(board.pty, which, BOARD_URL=url, PEER="10.0.2.2")
    assert code == 0, output
    assert counts(output) == {"passed": 5}, output


# ---- boards that do not


@pytest.fixture
def started(firmware):
    """started(machine): MicroPython on a pty, which says that it runs on that."""
    boards = []

    def start(machine="Raspberry Pi Pico with RP2040", **options):
        boards.append(FakeBoard(firmware, machine, **options))
        return boards[-1]

    yield start
    for board in boards:
        board.stop()


def test_no_board(tmp_path):
    code, output = run(str(tmp_path / "ttyACM0"), "test_unit")
    assert code == 1 and "ttyACM0 is not there; serial ports here:" in output
    assert "passed" not in output


def test_board_that_says_nothing():
    leader, slave = pty.openpty()
    try:
        code, output = run(os.ttyname(slave), "test_unit")
    finally:
        os.close(slave)
        os.close(leader)
    assert code == 1 and "LWS_RPI_PICO does not answer" in output
    assert os.path.basename(output) and "it said nothing" in output and "passed" not in output


def test_another_board(started):
    code, output = run(started("Raspberry Pi Pico2 with RP2350").port, "test_unit")
    assert (
        code == 1 and "is a Raspberry Pi Pico2 with RP2350; LWS_RPI_PICO has an RP2040" in output
    )


def test_firmware_without_the_suites(started):
    code, output = run(started().port, "every_suite or test_ac")
    assert code == 1 and counts(output) == {}, output
    assert "make firmware BOARD=LWS_RPI_PICO TESTS=1" in output


def test_script_that_raises(started):
    """The script fits on this board, and the files that it writes do not."""
    code, output = run(started(flash_kb=40).port, "test_script[test_static]")
    assert code == 1 and counts(output) == {"failed": 1}, output
    assert "/lws_test/test_static.py" in output and "OSError: 28" in output


def test_what_cannot_be_run_is_said(started):
    code, output = run(started().port, "test_network or lws_package")
    assert code == 0 and counts(output) == {"passed": 1, "not run": 2}, output
    assert "NOT RUN: 2" in output and "LWS_RPI_PICO has no network" in output


def test_board_that_is_unplugged(started):
    board = started(restarts=3, unplugs=True)
    code, output = run(board.port, "test_scripts")
    assert code == 1 and f"{board.port} went away" in output, output


def test_board_that_crashes(started):
    """Its port stays, but at the second test nobody answers there."""
    code, output = run(started(restarts=2).port, "lws_package or lws_log")
    assert code == 1 and "stopped answering" in output, output
