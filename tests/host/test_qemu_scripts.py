"""Runs every tests/mp/test_*.py on emulated Cortex-M3 and RV32: a boot for each.

Also with the heap that a Raspberry Pi Pico has.
"""

import pytest
from conftest import ROOT
from qemu import run

SCRIPTS = sorted((ROOT / "tests" / "mp").glob("test_*.py"))
HEAPS = [  # 2m as on the unix firmware
    ("LWS_QEMU_MPS2", "2m"),
    ("LWS_QEMU_MPS2", "150k"),
    ("LWS_QEMU_RV32", "2m"),
]
TIMEOUT_S = 150  # a script ends its own waits after 60


@pytest.mark.parametrize("board, heap", HEAPS)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_script(script, board, heap):
    code, output = run(board, script, heap=heap, timeout=TIMEOUT_S)
    assert code == 0, f"{script.name} ended with {code}\n{output}"
