"""Partition tables of the ESP32 boards: reads ESP-IDF's CSV form and says what is wrong with one.

usage: partitions.py TABLE.csv FLASH_SIZE     a size may be written 4MB, 1M, 64K or 0x10000
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.base import say

# The table takes the sector at 0x8000 (an MD5 of the rows behind at most 95 of them); what it
# describes begins behind it. ESP-IDF's documentation of partition tables has these rules.
TABLE, FIRST, SECTOR, APP_ALIGN = 0x8000, 0x9000, 0x1000, 0x10000
MAX_ROWS, MAX_NAME = 95, 15
OTADATA_SIZE, NVS_MIN = 0x2000, 0x3000
APP, DATA = "app", "data"
APP_SUBTYPE = re.compile(r"factory|test|ota_(\d|1[0-5])")
DATA_NAMES = {"ota", "phy", "nvs", "nvs_keys", "coredump", "efuse", "undefined"}
DATA_NAMES |= {"esphttpd", "fat", "spiffs", "littlefs"}
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20}


@dataclass(frozen=True)
class Partition:
    name: str
    type: str
    subtype: str
    offset: int
    size: int

    @property
    def end(self):
        return self.offset + self.size


def number(text):
    """0x10000, 65536, 64K, 1M, 4MB; None when it is no number."""
    found = re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)([KkMm]?)[Bb]?", text)
    return int(found[1], 0) * UNITS[found[2].upper()] if found else None


def subtype_known(kind, subtype):
    named = APP_SUBTYPE.fullmatch(subtype) if kind == APP else subtype in DATA_NAMES
    value = number(subtype)
    return bool(named) or (value is not None and value <= 0xFE)


def row(line):
    """A Partition, or what is wrong with the line as text."""
    cells = [cell.strip() for cell in line.split(",")]
    if not 5 <= len(cells) <= 6:
        return f"{len(cells)} columns, not Name, Type, SubType, Offset, Size, Flags"
    name, kind, subtype = cells[:3]
    offset, size = number(cells[3]), number(cells[4])
    if not name or len(name) > MAX_NAME:
        return f"a name has 1 to {MAX_NAME} characters, not {len(name)}"
    if kind not in (APP, DATA):
        return f"{name}: the type is app or data, not {kind}"
    if not subtype_known(kind, subtype):
        return f"{name}: {kind} has no subtype {subtype}"
    if offset is None or not size:
        return f"{name}: offset and size are both written out, in bytes, K or M"
    return Partition(name, kind, subtype, offset, size)


def parse(text):
    """([Partition in the order of their offsets], [problem])."""
    rows, problems = [], []
    for i, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        found = row(line) if line else None
        if isinstance(found, str):
            problems.append(f"line {i}: {found}")
        elif found:
            rows.append(found)
    return sorted(rows, key=lambda p: p.offset), problems


def own_problems(p):
    """What is wrong with one partition, whatever the others are."""
    align = APP_ALIGN if p.type == APP else SECTOR
    if p.offset % align:
        yield f"{p.name}: offset {p.offset:#x} is no multiple of {align:#x}"
    if p.size % SECTOR:
        yield f"{p.name}: size {p.size:#x} is no multiple of {SECTOR:#x}"
    if (p.type, p.subtype) == (DATA, "ota") and p.size != OTADATA_SIZE:
        yield f"{p.name}: otadata is {OTADATA_SIZE:#x} bytes, not {p.size:#x}"
    if (p.type, p.subtype) == (DATA, "nvs") and p.size < NVS_MIN:
        yield f"{p.name}: nvs needs {NVS_MIN:#x} bytes, it has {p.size:#x}"


def room_problems(rows, flash):
    """Overlaps, and what lies outside of the flash."""
    if rows and rows[0].offset < FIRST:
        yield f"{rows[0].name}: begins at {rows[0].offset:#x}, the table takes it up to {FIRST:#x}"
    for before, after in zip(rows, rows[1:], strict=False):
        if before.end > after.offset:
            yield f"{before.name} ends at {before.end:#x}, inside of {after.name}"
    if rows and rows[-1].end > flash:
        yield f"{rows[-1].name}: ends at {rows[-1].end:#x}, the flash has {flash:#x} bytes"


def slots(rows):
    """The partitions that hold a firmware."""
    return [p for p in rows if p.type == APP]


def set_problems(rows, firmware):
    """What the table as a whole lacks; firmware is how large the application may become."""
    names = [p.name for p in rows]
    if len(rows) > MAX_ROWS:
        yield f"{len(rows)} partitions, a table holds {MAX_ROWS}"
    yield from (
        f"{name}: there are two of this name" for name in {n for n in names if names.count(n) > 1}
    )
    for name in ("nvs", "phy_init", "vfs"):
        if name not in names:
            yield f"no {name}: MicroPython looks for it by this name"
    ota = [p for p in slots(rows) if p.subtype.startswith("ota_")]
    if ota and not any(p.subtype == "ota" for p in rows):
        yield f"{ota[0].name}: without otadata nothing says which slot runs"
    if ota and {p.subtype for p in ota} != {f"ota_{i}" for i in range(len(ota))}:
        yield "the slots are not numbered ota_0, ota_1 and so on"
    if not slots(rows):
        yield "no application: nothing to boot"
    for p in slots(rows):
        if p.size < firmware:
            yield f"{p.name}: {p.size:,} bytes, the firmware needs {firmware:,}"


def problems(text, flash, firmware=0):
    """Everything that is wrong with a table's text, for flash bytes of flash."""
    rows, found = parse(text)
    own = [problem for p in rows for problem in own_problems(p)]
    return [*found, *own, *room_problems(rows, flash), *set_problems(rows, firmware)]


def main(path, flash):
    text = Path(path).read_text()
    for p in parse(text)[0]:
        say.note(f"  {p.name:9} {p.type:4} {p.subtype:8} {p.offset:#9x} {p.size // 1024:6,} KB")
    found = problems(text, number(flash) or say.stop(f"{flash} is no size: 4MB, 0x400000"))
    for line in found:
        say.note(f"{path}: {line}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        say.stop(__doc__)
    main(*sys.argv[1:])
