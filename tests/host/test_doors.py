"""What make says when BOARD= is missing or wrong: one sentence, before anything is done."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT
from desk import stops

from tools.base import boards
from tools.board import serial_ports

WAIT_S = 60


def make(*words):
    """(exit code, what it said)"""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "PORT")}
    done = subprocess.run(
        ["make", "-s", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=WAIT_S
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("door", ["firmware", "emulate", "flash", "shell", "deploy", "test-board"])
def test_empty_board(door):
    code, said = make(door, "BOARD=")
    assert code and "error: give BOARD=; there are: unix" in said and "usage" not in said, said


def test_nothing_emulates_it():
    """It says so before it builds."""
    for board in ("LWS_ESP32", "LWS_RPI_PICO_W", "LWS_RPI_PICO2"):
        code, said = make("emulate", f"BOARD={board}")
        assert code and f"nothing emulates {board}. Give BOARD=" in said, said
        assert "LWS_QEMU_MPS2" in said and "Building" not in said, said
    code, said = make("emulate")
    assert code and "nothing emulates unix; make run starts it" in said, said


@pytest.mark.parametrize("name", ["LWS_QEMU_MPS2", "LWS_RPI_PICO"])
def test_board_that_does_not_run(name, monkeypatch):
    monkeypatch.setattr(serial_ports, "emulated", lambda board: None)
    monkeypatch.setattr(serial_ports.list_ports, "comports", list)
    said = stops(serial_ports.find, boards.find(name))
    assert f"no serial port of {name} (" in said, said
    assert f"start one with make emulate BOARD={name}" in said, said


def test_deploy_to_this_machine():
    said = stops(serial_ports.find, boards.find("unix"))
    assert said.startswith("error: give BOARD=") and "LWS_RPI_PICO" in said


LOCKS = "repo.lock(sys.argv[1]); print('locked', flush=True); sys.stdin.read()"


def test_who_waits_for_another_build_says_so(tmp_path):
    code = f"repo.BUILD = pathlib.Path({str(tmp_path)!r}); {LOCKS}"
    code = f"import pathlib, sys; from tools.base import repo; {code}"
    argv = [sys.executable, "-c", code, "unix"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(argv, env=env, **pipes) as first:
        assert first.stdout.readline() == "locked\n"
        with subprocess.Popen(argv, env=env, **pipes) as second:
            assert "builds in build/unix: waiting" in second.stdout.readline()
            first.communicate(timeout=WAIT_S)
            assert second.communicate(timeout=WAIT_S)[0] == "locked\n"
