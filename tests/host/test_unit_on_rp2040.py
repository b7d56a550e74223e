"""The C tests in firmware on an emulated RP2040: all suites on one board, one after the other."""

import subprocess
import sys

import pytest
from unit_suites import CODE, SUITES, check, firmware

from tools.emulate.emulated_pico import Pico

TIMEOUT_S = 400  # h1_body takes half a minute on a machine that does nothing else


@pytest.fixture(scope="module")
def pico():
    with Pico(uf2=firmware("LWS_RPI_PICO", "firmware.uf2"), network=False) as board:
        yield board


def run(pico, code):
    """What the board prints; "resume" leaves it as it is, without a soft reset."""
    argv = [sys.executable, "-m", "mpremote", "connect", pico.pty, "resume", "exec", code]
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as e:
        pico.reset()  # the next suite has a board that answers
        return (e.stdout or b"").decode(errors="replace")
    return done.stdout.decode(errors="replace")


@pytest.mark.timeout(2 * TIMEOUT_S)
@pytest.mark.parametrize("suite", SUITES)
def test_suite(pico, suite):
    check(suite, run(pico, CODE.format(suite)))
