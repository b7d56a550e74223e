"""Fixtures of tests that run on a board in QEMU: put `from qemu import ...` into the test file."""

import subprocess
import sys

import pytest
from conftest import ROOT

from tools.base import boards
from tools.emulate.qemu_machine import Machine

MPREMOTE_S = 60


def firmware_of(name, tests=False):
    """The ELF of a board; missing is a failure, never a skip."""
    folder = boards.find(name).build_folder(tests)
    elf = folder / "firmware.elf"
    if not elf.is_file():
        more = " TESTS=1" if tests else ""
        pytest.fail(f"{elf.relative_to(ROOT)} is missing: make firmware BOARD={name}{more}")
    return elf


def machine(name, tests=False, **options):
    """A Machine that is not started yet."""
    return Machine(boards.find(name), elf=firmware_of(name, tests), **options)


def run(name, script, *args, timeout=60, **options):
    """(exit code, output) of a script."""
    with machine(name, script=script, args=args, **options) as m:
        return m.wait(timeout), m.output


def mpremote(m, *args, timeout=MPREMOTE_S):
    """What mpremote says on the console of a machine with a pty."""
    argv = [sys.executable, "-m", "mpremote", "connect", m.pty, *args]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, f"mpremote {args}: {done.stdout}{done.stderr}"
    return done.stdout.replace("\r\n", "\n")
