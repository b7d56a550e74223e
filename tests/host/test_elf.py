"""tools/compile/elf.py on the section lists that linkers make."""

import pytest

from tools.compile import elf

# As readelf lists what ESP-IDF's linker scripts make; the sizes are round. Constants in flash are
# marked W there, and dummies keep the place of other sections.
ESP32_C3 = """\
There are 37 section headers, starting at offset 0xd7b5e0:

Section Headers:
  [Nr] Name              Type            Addr     Off    Size   ES Flg Lk Inf Al
  [ 0]                   NULL            00000000 000000 000000 00      0   0  0
  [ 1] .rtc.text         PROGBITS        50000000 179000 000010 00  WA  0   0  1
  [ 2] .rtc.force_fast   PROGBITS        50000010 179b3c 000000 00   W  0   0  1
  [ 3] .rtc_noinit       PROGBITS        50000010 179b3c 000000 00   W  0   0  1
  [ 4] .iram0.text       PROGBITS        40380000 021000 00e000 00 WAX  0   0 256
  [ 5] .dram0.dummy      NOBITS          3fc80000 001000 000000 00  WA  0   0  1
  [ 6] .dram0.data       PROGBITS        3fc8e000 02f000 003000 00  WA  0   0 16
  [ 7] .dram0.bss        NOBITS          3fc91000 032000 008000 00  WA  0   0  8
  [ 8] .flash.text       PROGBITS        42000020 063020 0f0000 00  AX  0   0  4
  [ 9] .flash_rodata_dummy NOBITS        3c000020 001020 0f0000 00  WA  0   0  1
  [10] .flash.appdesc    PROGBITS        3c0f0020 001020 000100 00   A  0   0 16
  [11] .flash.rodata     PROGBITS        3c0f0120 001120 060000 00  WA  0   0 16
  [12] .flash.rodata_noload PROGBITS     3c150120 179b3c 000000 00   W  0   0  1
  [13] .debug_info       PROGBITS        00000000 179b4c 200000 00      0   0  1
"""
ESP32 = """\
  [ 1] .rtc.text         PROGBITS        400c0000 13a000 000000 00   W  0   0  1
  [ 2] .iram0.vectors    PROGBITS        40080000 01b000 000400 00  AX  0   0  4
  [ 3] .iram0.text       PROGBITS        40080400 01b400 015000 00  AX  0   0  4
  [ 4] .dram0.data       PROGBITS        3ffb0000 017000 003000 00  WA  0   0 16
  [ 5] .noinit           NOBITS          3ffb3000 000000 000000 00  WA  0   0  1
  [ 6] .dram0.bss        NOBITS          3ffb3000 01a000 008000 00  WA  0   0  8
  [ 7] .flash.appdesc    PROGBITS        3f400020 001020 000100 00  WA  0   0 16
  [ 8] .flash.rodata     PROGBITS        3f400120 001120 060000 00  WA  0   0 16
  [ 9] .flash.text       PROGBITS        400d0020 031020 0f0000 00  AX  0   0  4
  [10] .iram0.bss        NOBITS          40095400 000000 000000 00  WA  0   0  1
"""
# The Pico's: RAM for the stacks and the rest of the memory are sections, too.
RP2040 = """\
  [ 1] .boot2            PROGBITS        10000000 001000 000100 00  AX  0   0  1
  [ 2] .text             PROGBITS        10000100 001100 080000 00  AX  0   0  8
  [ 3] .data             PROGBITS        20000000 091000 001000 00 WAX  0   0  8
  [ 4] .bss              NOBITS          20001000 092000 004000 00  WA  0   0  8
  [ 5] .heap             NOBITS          20005000 092000 038000 00  WA  0   0  4
  [ 6] .stack1_dummy     NOBITS          20040000 092000 000800 00  WA  0   0 32
  [ 7] .flash_end        PROGBITS        10081100 092000 000000 00   W  0   0  1
"""
HEAP = """\
   123: 20005000     0 NOTYPE  GLOBAL DEFAULT    5 __GcHeapStart
   124: 2003d000     0 NOTYPE  GLOBAL DEFAULT    5 __GcHeapEnd
"""


@pytest.mark.parametrize(
    ("sections", "symbols", "flash", "static_ram", "gc_heap"),
    [
        (ESP32_C3, "", 0x10 + 0xE000 + 0x3000 + 0xF0000 + 0x100 + 0x60000, 0x19010, 0),
        (ESP32, "", 0x400 + 0x15000 + 0x3000 + 0xF0000 + 0x100 + 0x60000, 0xB000, 0),
        (RP2040, HEAP, 0x81100, 0x5000, 0x38000),
    ],
    ids=["esp32c3", "esp32", "rp2040"],
)
def test_sizes(monkeypatch, sections, symbols, flash, static_ram, gc_heap):
    text = {"-S": sections, "-s": symbols}
    monkeypatch.setattr(elf, "readelf", lambda option, path: text[option])
    assert elf.sizes("firmware.elf") == elf.Sizes(flash, static_ram, gc_heap)
