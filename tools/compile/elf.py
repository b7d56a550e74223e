"""What a linked firmware takes: flash and static RAM, by the sections that readelf lists."""

import re
import subprocess
from dataclasses import dataclass

# Room that linker scripts reserve as sections though nothing static lies in it.
RESERVED = (".heap", ".ramdisk", ".stack", ".stack1_dummy", ".stack_dummy", ".flash_end")
# What ESP32's linker scripts put into the flash and mark as if it could be written.
IN_FLASH = ".flash"
GC_HEAP = ("__GcHeapStart", "__GcHeapEnd")  # where a port has its heap between two symbols


@dataclass(frozen=True)
class Sizes:
    flash: int  # code, constants and what initialises data
    static_ram: int  # data and bss
    gc_heap: int  # 0 where the port takes it from elsewhere


def readelf(option, path):
    argv = ["readelf", "-W", option, path]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def sections(path):
    """(name, type, size, flags) of each."""
    row = r"^ *\[ *\d+\] (\S+) +(\S+) +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) +\d+ +([A-Za-z]*)"
    found = re.findall(row, readelf("-S", path), re.M)
    return [(name, kind, int(size, 16), flags) for name, kind, size, flags in found]


def symbols(path, names):
    """{name: address} of those that are there."""
    rows = (line.split() for line in readelf("-s", path).splitlines())
    return {row[-1]: int(row[1], 16) for row in rows if len(row) >= 8 and row[-1] in names}


def sizes(path):
    here = [s for s in sections(path) if "A" in s[3] and s[0] not in RESERVED]
    at = symbols(path, GC_HEAP)
    return Sizes(
        flash=sum(size for _, kind, size, _ in here if kind != "NOBITS"),
        static_ram=sum(
            size for name, _, size, flags in here if "W" in flags and not name.startswith(IN_FLASH)
        ),
        gc_heap=at[GC_HEAP[1]] - at[GC_HEAP[0]] if len(at) == 2 else 0,
    )
