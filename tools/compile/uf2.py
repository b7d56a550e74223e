"""UF2: the file that a board's USB drive takes, and which chip it is for.

Every block is 512 bytes and says by itself where its data goes, all numbers little-endian:

      0  magic 0x0a324655, magic 0x9e5d5157
      8  flags | address | data's length | block's number | how many blocks | family: the chip
     32  476 bytes: data (256 here), then tags when the flags say so
    508  magic 0x0ab16f30
"""

import struct
from dataclasses import dataclass

BLOCK = struct.Struct("<8I476sI")
START, START2, END = 0x0A324655, 0x9E5D5157, 0x0AB16F30
NOT_FLASH, HAS_FAMILY, HAS_TAGS = 0x1, 0x2000, 0x8000  # flags
PAGE = 256

# Families of Raspberry Pi's chips. ABSOLUTE and DATA are taken by every RP2350.
RP2040, ABSOLUTE, DATA = 0xE48BFF56, 0xE48BFF57, 0xE48BFF58
RP2350_ARM, RP2350_RISCV, RP2350_ARM_NS = 0xE48BFF59, 0xE48BFF5A, 0xE48BFF5B
FAMILIES = {
    RP2040: "RP2040",
    ABSOLUTE: "any RP2350 (absolute addresses)",
    DATA: "any RP2350 (data)",
    RP2350_ARM: "RP2350 (Arm)",
    RP2350_RISCV: "RP2350 (RISC-V)",
    RP2350_ARM_NS: "RP2350 (Arm, non-secure)",
}
# By the names that board.json has for the chips.
BY_MCU = {"rp2040": RP2040, "rp2350": RP2350_ARM}

FLASH = 0x10000000  # where both chips see it

# RP2350's first revision loses a file's first block when the flash has a partition table (its
# erratum E10): such a file begins with a block for nowhere, which other readers know to ignore.
IGNORED_AT = 0x10FFFF00
IGNORE_TAG = 0x9957E304


class Damaged(ValueError):
    """Not a UF2 file, or not a whole one."""


@dataclass(frozen=True)
class Image:
    family: int
    pieces: tuple  # (address, bytes), ascending, with no two that touch

    @property
    def chip(self):
        return FAMILIES.get(self.family, f"an unknown chip, family 0x{self.family:08x}")

    @property
    def ranges(self):
        return [(at, at + len(data)) for at, data in self.pieces]


def write(binary, family, address=FLASH):
    """The UF2 file of a binary that belongs at address."""
    pages = [binary[i : i + PAGE].ljust(PAGE, b"\0") for i in range(0, len(binary), PAGE)]
    blocks = [
        block(HAS_FAMILY, address + i * PAGE, i, len(pages), family, page)
        for i, page in enumerate(pages)
    ]
    if family == RP2350_ARM:
        data = b"\xef" * PAGE + struct.pack("<I", IGNORE_TAG)
        blocks.insert(0, block(HAS_FAMILY | HAS_TAGS, IGNORED_AT, 0, 2, ABSOLUTE, data))
    return b"".join(blocks)


def block(flags, address, number, count, family, data):
    return BLOCK.pack(START, START2, flags, address, PAGE, number, count, family, data, END)


def read(content):
    """Image of a whole file; raises Damaged."""
    if not content or len(content) % BLOCK.size:
        raise Damaged(f"{len(content)} bytes are not a whole number of UF2 blocks")
    pages, families, counts, seen = {}, set(), set(), set()
    for i, fields in enumerate(BLOCK.iter_unpack(content)):
        start, start2, flags, address, length, number, count, family, data, end = fields
        if (start, start2, end) != (START, START2, END) or length > len(data):
            raise Damaged(f"block {i} is not a UF2 block")
        if flags & NOT_FLASH or ignored(flags, length, data):
            continue
        if number in seen:
            raise Damaged(f"block number {number} is there twice")
        seen.add(number)
        counts.add(count)
        families.add(family if flags & HAS_FAMILY else 0)
        pages[address] = data[:length] if address not in pages else None
    if len(families) != 1 or len(counts) != 1:
        raise Damaged("it holds images for several chips" if seen else "it holds no image")
    if seen != set(range(counts.pop())):
        raise Damaged("blocks are missing")
    return Image(families.pop(), joined(pages))


def ignored(flags, length, data):
    tag = data[length : length + 4]
    return flags & HAS_TAGS and tag == struct.pack("<I", IGNORE_TAG)


def joined(pages):
    pieces = []
    for address, data in sorted(pages.items()):
        end = pieces[-1][0] + len(pieces[-1][1]) if pieces else 0
        if data is None or address < end:
            raise Damaged(f"two blocks go to address 0x{address:08x}")
        if pieces and address == end:
            pieces[-1][1].extend(data)
        else:
            pieces.append((address, bytearray(data)))
    return tuple((address, bytes(data)) for address, data in pieces)
