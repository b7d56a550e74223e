"""tools/compile/partitions.py: our tables and MicroPython's are right; each rule bites."""

import pytest

from tools.base import boards
from tools.compile import build_esp32, partitions
from tools.get import deps

FLASH = {"LWS_ESP32": "4MB", "LWS_ESP32_C3": "4MB", "LWS_ESP32_C6": "4MB", "LWS_ESP32_S3": "8MB"}
# MicroPython 1.25's own OTA firmware, with NimBLE, fits a slot of 0x180000. Ours has no NimBLE on
# 4 MB, but the core, the binding, the package and more of mbedTLS: 120 KB.
FIRMWARE = 0x180000 + 120 * 1024

GOOD = """\
# Name, Type, SubType, Offset, Size, Flags
nvs,      data, nvs,   0x9000,   16K
otadata,  data, ota,   0xd000,   0x2000,
phy_init, data, phy,   0xf000,   0x1000
ota_0,    app,  ota_0, 0x10000,  1M
ota_1,    app,  ota_1, 0x110000, 1M
vfs,      data, fat,   0x210000, 0x1f0000
"""


@pytest.mark.parametrize("tests", [False, True], ids=["plain", "tests"])
@pytest.mark.parametrize("name", FLASH)
def test_our_tables(name, tests):
    text = build_esp32.partition_table(boards.find(name), tests).read_text()
    assert partitions.problems(text, partitions.number(FLASH[name]), FIRMWARE) == []
    rows, _ = partitions.parse(text)
    one = tests and FLASH[name] == "4MB"  # with the tests there is no room for two
    assert [p.name for p in partitions.slots(rows)] == (["ota_0"] if one else ["ota_0", "ota_1"])
    assert {p.size for p in partitions.slots(rows)} == {partitions.slots(rows)[0].size}
    romfs = next(p for p in rows if p.name == "romfs")  # MicroPython looks for it by its name
    assert romfs.type == "data" and romfs.size >= 0x20000
    assert rows[-1].end == partitions.number(FLASH[name]), "flash is left over"
    assert all(a.end == b.offset for a, b in zip(rows, rows[1:], strict=False)), "a gap"


def test_micropython_s_own_tables():
    found = sorted((deps.tree() / "ports" / "esp32").glob("partitions-*.csv"))
    assert len(found) >= 9
    for path in found:
        flash = partitions.number(path.stem.split("-")[1].replace("iB", ""))
        assert partitions.problems(path.read_text(), flash) == [], path.name


def test_numbers():
    for text, value in (("0x10", 16), ("64K", 65536), ("1M", 1 << 20), ("8MB", 8 << 20)):
        assert partitions.number(text) == value
    assert [partitions.number(t) for t in ("", "1G", "x", "-1", "0x")] == [None] * 5


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0x10000,", "0x11000,", "ota_0: offset 0x11000 is no multiple of 0x10000"),
        ("0x9000,", "0x9100,", "nvs: offset 0x9100 is no multiple of 0x1000"),
        ("0x9000,", "0x8000,", "nvs: begins at 0x8000"),
        ("0x1f0000", "0x1f0100", "vfs: size 0x1f0100 is no multiple"),
        ("0x2000,", "0x1000,", "otadata: otadata is 0x2000 bytes, not 0x1000"),
        ("16K", "0x2000", "nvs: nvs needs 0x3000 bytes"),
        ("0x110000, 1M", "0x100000, 1M", "ota_0 ends at 0x110000, inside of ota_1"),
        ("0x1f0000", "0x200000", "vfs: ends at 0x410000, the flash has 0x400000"),
        ("otadata,  data, ota", "otadata,  data, 0x40", "without otadata"),
        ("ota_1, 0x110000", "ota_2, 0x110000", "not numbered ota_0, ota_1"),
        ("ota_1,    app", "ota_0,    app", "ota_0: there are two of this name"),
        ("vfs, ", "files, ", "no vfs: MicroPython looks for it by this name"),
        ("vfs,      data", "vfs,      user", "line 7: vfs: the type is app or data, not user"),
        ("data, fat", "data, fats", "vfs: data has no subtype fats"),
        ("app,  ota_1", "app,  ota_16", "ota_1: app has no subtype ota_16"),
        ("0x1f0000", "", "vfs: offset and size are both written out"),
        ("fat,   0x210000, 0x1f0000", "fat", "line 7: 3 columns"),
        ("phy_init, data", "a_very_long_name, data", "a name has 1 to 15 characters, not 16"),
        ("1M", "0xff000", "ota_0: 1,044,480 bytes, the firmware needs 1,048,576"),
    ],
)
def test_every_rule(old, new, says):
    assert partitions.problems(GOOD, 4 << 20, 1 << 20) == []
    assert old in GOOD
    found = partitions.problems(GOOD.replace(old, new), 4 << 20, 1 << 20)
    assert any(says in line for line in found), found


def test_nothing_to_boot():
    text = "\n".join(line for line in GOOD.splitlines() if " app, " not in line)
    assert partitions.problems(text, 4 << 20) == ["no application: nothing to boot"]
