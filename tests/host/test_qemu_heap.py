"""A heap that is split and grows by itself: RV32 has one, as ESP32 does."""

from qemu import firmware_of, run

from tools.compile import elf

BOARD = "LWS_QEMU_RV32"
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


def test_an_object_that_is_alone_in_its_piece(tmp_path):
    path = firmware_of(BOARD)
    start = elf.symbols(path, elf.GC_HEAP)[elf.GC_HEAP[0]]
    script = tmp_path / "alone.py"
    script.write_text(ALONE.format(end=start + FIRST))
    code, output = run(BOARD, script, heap="320k")
    assert code == 0 and "grown at" in output, output
