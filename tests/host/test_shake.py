"""tools/emulate/shake.py: a process is stopped again and again, and never left so."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.emulate import shake

PATIENCE_S = 60


def state(process):
    return Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def wait_for(process, wanted):
    end = time.monotonic() + PATIENCE_S
    while state(process) not in wanted:
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "300"])
    yield process
    process.kill()
    process.wait()


def test_stops_and_goes_on(sleeper, monkeypatch):
    monkeypatch.setenv("LWS_SHAKE", "1")
    assert shake.shaken(sleeper) is sleeper
    for _ in range(3):
        wait_for(sleeper, "T")
        wait_for(sleeper, "SR")
    sleeper.kill()
    sleeper.wait()
    assert shake.shakers.pop().wait(PATIENCE_S) == 0


def test_goes_on_when_the_shaker_ends(sleeper):
    argv = [sys.executable, shake.__file__, str(sleeper.pid), "1"]
    shaker = subprocess.Popen(argv, stdin=subprocess.PIPE)
    wait_for(sleeper, "T")
    shaker.stdin.close()  # as the system does when we die
    assert shaker.wait(PATIENCE_S) == 0
    wait_for(sleeper, "SR")


def test_nothing_without_a_seed(sleeper, monkeypatch):
    monkeypatch.delenv("LWS_SHAKE", raising=False)
    before = len(shake.shakers)
    assert shake.shaken(sleeper) is sleeper and len(shake.shakers) == before
