"""make emulate beside another one, at a port that is taken, with a bad network; and test-board."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from conftest import ROOT
from desk import DeskBoard, stops
from qemu import machine

from tools.base import boards
from tools.board import serial_ports, test_board
from tools.emulate import emulate_qemu, emulated
from tools.emulate.cable import Cable
from tools.emulate.ppp.line import Trouble

WAIT_S = 60


@pytest.fixture
def board(tmp_path):
    made = DeskBoard("LWS_DESK", "rp2040", tmp_path)
    made.build_folder().mkdir()
    return made


class Running:
    """What a machine tells of itself."""

    def __init__(self, ports):
        self.leader, self.terminal = os.openpty()
        self.pty = os.ttyname(self.terminal)
        self.ports = ports

    def close(self):
        os.close(self.leader)
        os.close(self.terminal)


@pytest.fixture
def running():
    """running({port of the board: of this machine})"""
    made = []

    def run(ports):
        made.append(Running(ports))
        return made[-1]

    yield run
    for one in made:
        one.close()


# ---- two at once


def test_second_one_says_where_the_first_is(board, running, tmp_path):
    first, second = running({80: 1234}), running({80: 1235})
    flash, other = board.build_folder() / "flash.bin", tmp_path / "other.bin"
    with emulated.alone(board, flash) as file, emulated.announced(board, first, file) as shell:
        assert shell == "make shell BOARD=LWS_DESK"
        said = stops(emulated.alone(board, flash).__enter__)
        assert "LWS_DESK runs already" in said and first.pty in said, said
        assert "http://127.0.0.1:1234/" in said and "--flash FILE" in said, said
        with emulated.alone(board, other) as file, emulated.announced(board, second, file) as own:
            assert own == f"make shell BOARD=LWS_DESK PORT={second.pty}"
            assert serial_ports.emulated(board) == first.pty
        assert serial_ports.emulated(board) == first.pty
    assert serial_ports.emulated(board) is None
    with emulated.alone(board, flash):
        pass


@pytest.mark.emulated
def test_two_boards_in_qemu(tmp_path):
    argv = [sys.executable, "-m", "tools.emulate.emulate", "--board", "LWS_QEMU_MPS2", "--repl"]
    flashes = [["--flash", str(tmp_path / name)] for name in ("a.bin", "b.bin")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "cwd": ROOT}
    started = [subprocess.Popen([*argv, *flash], **pipes) for flash in flashes]
    try:
        for process in started:
            while "Ctrl-C here" not in (line := process.stdout.readline()):
                assert line
        done = subprocess.run([*argv, *flashes[0]], timeout=WAIT_S, **pipes)
        assert done.returncode == 1 and "runs already" in done.stdout, done.stdout
        assert re.search(r"console  /dev/pts/\d+\n  port 80  http", done.stdout), done.stdout
    finally:
        for process in started:
            process.terminate()
            assert process.wait(WAIT_S) == 0
            process.stdout.close()


# ---- ports


def test_taken_port_suggests_a_free_one():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = stops(emulated.require_ports, [(80, port)])
    found = re.fullmatch(rf"error: port {port} of this .* is in use: --forward (\d+):80", said)
    assert int(found[1]) > port
    emulated.require_ports([(80, 0)])


# ---- make test-board


def test_emulators_address_is_known(board, running, monkeypatch):
    for name in ("PEER", "BOARD_URL"):
        monkeypatch.delenv(name, raising=False)
    first = running({8080: 1111, 80: 1234})
    with emulated.alone(board, board.build_folder() / "flash.bin") as file:
        with emulated.announced(board, first, file):
            env = test_board.surroundings(board, first.pty)
            assert (env["PEER"], env["BOARD_URL"]) == ("10.0.2.2", "http://127.0.0.1:1234")
            assert "PEER" not in test_board.surroundings(board, "/dev/ttyACM0")
            monkeypatch.setenv("BOARD_URL", "http://192.0.2.1")
            env = test_board.surroundings(board, first.pty)
            assert env["BOARD_URL"] == "http://192.0.2.1"


# ---- QEMU's network


def pass_frames(trouble, count):
    """(those of count numbered frames that came through, in their order; seconds it took)"""
    cable = Cable(trouble)
    near, far = cable.theirs
    with cable:
        start = time.monotonic()
        for n in range(count):
            near.send(b"%d" % n)
            if n % 8 == 7:  # no more are under way than a socket holds
                wait_until(lambda n=n: cable.frames["sent"] == n + 1)
        kept = count - cable.frames["lost"]
        far.settimeout(WAIT_S)
        came = [int(far.recv(100)) for _ in range(kept)] if kept < 200 else []
        return came, time.monotonic() - start, cable.frames


def wait_until(condition):
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_cable_loses_the_same_frames_again():
    runs = [pass_frames(Trouble(loss=0.5, seed=3), 8) for _ in range(2)]
    assert runs[0][0] == runs[1][0] and 0 < len(runs[0][0]) < 8
    assert sorted(runs[0][0]) == runs[0][0]


def test_cable_delays():
    came, took, _ = pass_frames(Trouble(delay_s=0.2), 8)
    assert came == list(range(8)) and took >= 0.2


def test_cable_is_cut():
    trouble = Trouble(disconnect_every_s=10, disconnect_s=5)
    cable = Cable(trouble)
    with cable:
        times = (0, 9.9, 10.1, 14.9, 15.1, 24.9, 25.1)
        cut = [bool(cable.is_cut(cable.start + t)) for t in times]
    assert cut == [False, False, True, True, False, False, True]


@pytest.mark.emulated
@pytest.mark.parametrize("name", ["LWS_QEMU_MPS2", "LWS_QEMU_RV32"])
def test_page_over_a_lossy_cable(name):
    romfs = emulate_qemu.romfs_of("", emulate_qemu.arguments(boards.find(name)).parse_args([]))
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with Cable(Trouble(loss=0.05, delay_s=0.005)) as cable:
        with machine(name, romfs=romfs, cable=cable) as m:
            m.wait_for_web()
            while not cable.frames["lost"]:
                with direct.open(f"{m.url()}/", timeout=WAIT_S) as answer:
                    assert b"Dashboard" in answer.read()
