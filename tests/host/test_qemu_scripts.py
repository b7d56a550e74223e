"""Runs every tests/mp/test_*.py on emulated Cortex-M3 and RV32: a boot for each."""

import pytest
from conftest import ROOT
from qemu import run

SCRIPTS = sorted((ROOT / "tests" / "mp").glob("test_*.py"))
BOARDS = ["LWS_QEMU_MPS2", "LWS_QEMU_RV32"]
HEAP = "2m"  # as on the unix firmware
TIMEOUT_S = 60


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_script(script, board):
    code, output = run(board, script, heap=HEAP, timeout=TIMEOUT_S)
    assert code == 0, f"{script.name} ended with {code}\n{output}"
