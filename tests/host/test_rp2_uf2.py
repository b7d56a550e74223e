"""tools/compile/uf2.py: what it writes, and what it refuses to take for a firmware."""

import os
import struct
import subprocess
import sys

import pytest

from tools.compile import uf2
from tools.get import deps

BINARY = bytes(range(256)) * 5 + b"the end"


def blocks(content):
    return [content[i : i + 512] for i in range(0, len(content), 512)]


def changed(block, **fields):
    names = ("start", "start2", "flags", "address", "length", "number", "count", "family")
    values = dict(zip((*names, "data", "end"), uf2.BLOCK.unpack(block), strict=True))
    return uf2.BLOCK.pack(*{**values, **fields}.values())


def test_what_is_written_is_read():
    image = uf2.read(uf2.write(BINARY, uf2.RP2040))
    assert image.family == uf2.RP2040 and image.chip == "RP2040"
    assert image.ranges == [(0x10000000, 0x10000000 + 6 * 256)]
    assert image.pieces[0][1] == BINARY.ljust(6 * 256, b"\0")


def test_bytes_of_a_block():
    first = blocks(uf2.write(BINARY, uf2.RP2040))[0]
    assert first[:4] == b"UF2\n" and first[-4:] == struct.pack("<I", 0x0AB16F30)
    assert struct.unpack("<6I", first[8:32]) == (0x2000, 0x10000000, 256, 0, 6, 0xE48BFF56)


def test_same_as_micropythons_converter(tmp_path):
    (tmp_path / "in.bin").write_bytes(BINARY)
    tool = deps.tree() / "tools" / "uf2conv.py"
    argv = [sys.executable, tool, "-b", "0x10000000", "-f", "0xe48bff56", "-c", "in.bin"]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([*argv, "-o", "out.uf2"], cwd=tmp_path, check=True, env=env)
    assert (tmp_path / "out.uf2").read_bytes() == uf2.write(BINARY, uf2.RP2040)


def test_rp2350_begins_with_a_block_for_nowhere():
    content = uf2.write(BINARY, uf2.RP2350_ARM)
    first, second = blocks(content)[:2]
    # as picotool 2.1.1 writes it: uf2 convert --family rp2350-arm-s --abs-block
    assert struct.unpack("<6I", first[8:32]) == (0xA000, 0x10FFFF00, 256, 0, 2, 0xE48BFF57)
    assert first[32:292] == b"\xef" * 256 + struct.pack("<I", 0x9957E304)
    assert struct.unpack("<6I", second[8:32]) == (0x2000, 0x10000000, 256, 0, 6, 0xE48BFF59)
    image = uf2.read(content)
    assert image.family == uf2.RP2350_ARM and len(image.ranges) == 1


def test_gaps_make_pieces():
    parts = blocks(uf2.write(BINARY, uf2.RP2040))
    parts[3:] = [changed(b, address=0x10100000 + 256 * i) for i, b in enumerate(parts[3:])]
    image = uf2.read(b"".join(reversed(parts)))
    assert image.ranges == [(0x10000000, 0x10000300), (0x10100000, 0x10100300)]


def test_blocks_that_are_not_for_flash_are_left_out():
    parts = blocks(uf2.write(BINARY, uf2.RP2040))
    assert uf2.read(b"".join([changed(parts[0], flags=1, number=9), *parts])).ranges


@pytest.mark.parametrize(
    ("why", "spoil"),
    [
        ("are not a whole number", lambda parts: [*parts, b"x"]),
        ("0 bytes are not", lambda parts: []),
        ("block 2 is not a UF2 block", lambda parts: [*parts[:2], bytes(512), *parts[3:]]),
        ("block 1 is not", lambda parts: [parts[0], changed(parts[1], length=477), *parts[2:]]),
        ("block 0 is not", lambda parts: [changed(parts[0], end=0), *parts[1:]]),
        ("blocks are missing", lambda parts: parts[:-1]),
        ("number 5 is there twice", lambda parts: [*parts, parts[-1]]),
        ("several chips", lambda parts: [changed(parts[0], family=uf2.RP2350_ARM), *parts[1:]]),
        ("several chips", lambda parts: [changed(parts[0], count=7), *parts[1:]]),
        ("holds no image", lambda parts: [changed(p, flags=1) for p in parts]),
        (
            "two blocks go to address 0x10000100",
            lambda parts: [parts[0], parts[1], changed(parts[2], address=0x10000100), *parts[3:]],
        ),
        (
            "two blocks go to address 0x10000080",
            lambda parts: [parts[0], changed(parts[1], address=0x10000080), *parts[2:]],
        ),
    ],
)
def test_damaged_files(why, spoil):
    content = b"".join(spoil(blocks(uf2.write(BINARY, uf2.RP2040))))
    with pytest.raises(uf2.Damaged, match=why):
        uf2.read(content)


def test_another_chip():
    content = b"".join(changed(b, family=0x1234) for b in blocks(uf2.write(BINARY, 0)))
    assert uf2.read(content).chip == "an unknown chip, family 0x00001234"
