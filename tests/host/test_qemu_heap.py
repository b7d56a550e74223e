"""A heap that is split and grows by itself: RV32 and Cortex-M7 have one, as ESP32 does."""

import pytest
from conftest import ROOT
from qemu import firmware_of, run

from tools.compile import elf

BOARDS = ["LWS_QEMU_MPS2_M7", "LWS_QEMU_RV32"]
FIRST = 64 * 1024  # bytes of the first piece: ports/qemu/heap.c
# Floats are one block each: the first one beyond the first piece is the first block of a new one.
ALONE = """
import gc
floats = [None] * 4000
n = again = None
def grow():
    for n in range(len(floats)):
        floats[n] = n + 0.5
        if id(floats[n]) >= {end}:
            return n
n = grow()
for again in range(3):
    gc.collect()
assert floats[n] == n + 0.5
again = [bytearray(100) for _ in range(500)]  # whoever gave its memory back gets these there
assert floats[n] == n + 0.5, floats[n]
floats = again = None
gc.collect()
print("grown at", n)
"""
# Each wants a piece of its own, of an odd size.
ODD = """
import gc
blocks = [bytearray(n) for n in (150001, 300003, 600005)]
print(gc.mem_alloc() > 1050009)
"""


@pytest.mark.parametrize("board", BOARDS)
def test_an_object_that_is_alone_in_its_piece(board, tmp_path):
    path = firmware_of(board)
    start = elf.symbols(path, elf.GC_HEAP)[elf.GC_HEAP[0]]
    script = tmp_path / "alone.py"
    script.write_text(ALONE.format(end=start + FIRST))
    code, output = run(board, script, heap="320k")
    assert code == 0 and "grown at" in output, output


@pytest.mark.parametrize("board", BOARDS)
def test_pieces_are_aligned(board, tmp_path):
    script = tmp_path / "odd.py"
    script.write_text(ODD)
    assert run(board, script, heap="2m") == (0, "True\n")


def test_what_the_poll_set_points_to():
    """Of tests/mp, which RV32 runs whole; here on Arm's registers and stack."""
    code, output = run("LWS_QEMU_MPS2_M7", ROOT / "tests" / "mp" / "test_gc.py", heap="2m")
    assert code == 0, output
