"""What the tests on emulated boards share: the firmwares, and the peers in tests/bench."""

import pytest
from conftest import ROOT

BOARD = "LWS_QEMU_MPS2"


def elf(tests=True):
    """Path of the Cortex-M3's firmware; with tests the one that can count."""
    path = ROOT / "build" / (f"{BOARD}-tests" if tests else BOARD) / "firmware.elf"
    if not path.is_file():
        more = " TESTS=1" if tests else ""
        pytest.fail(f"{path.relative_to(ROOT)} is missing: make firmware BOARD={BOARD}{more}")
    return path
