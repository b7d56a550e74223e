"""The CPUs that the C code is compiled for whether or not a board is built, and how."""

import subprocess
from dataclasses import dataclass

from tools.base import repo
from tools.compile.cbuild import Folder
from tools.compile.purity import BACKEND

FLAGS = ["-Os", "-ffunction-sections", "-fdata-sections"]
THUMB = ["-mthumb", *FLAGS]
RISCV = ["-mabi=ilp32", "--specs=picolibc.specs", *FLAGS]


@dataclass(frozen=True)
class Cpu:
    name: str
    cc: str
    flags: tuple

    def objects(self):
        """(objects of the whole core, what the compiler said of files that failed)."""
        folder = Folder(f"cpu-{self.name}", self.cc, self.flags)
        sources = [s for s in repo.core_sources() if not BACKEND.search(s.read_text())]
        return folder.objects(sources, "c99"), folder.errors

    @property
    def command(self):
        """How a figure says what it is of."""
        return f"{self.cc} {self.flags[0]} -Os"


ARM, RV = "arm-none-eabi-gcc", "riscv64-unknown-elf-gcc"
M0 = Cpu("cortex-m0plus", ARM, ("-mcpu=cortex-m0plus", *THUMB))  # RP2040
M3 = Cpu("cortex-m3", ARM, ("-mcpu=cortex-m3", *THUMB))  # QEMU's mps2-an385
M33 = Cpu("cortex-m33", ARM, ("-mcpu=cortex-m33", *THUMB))  # RP2350
RV32 = Cpu("rv32imc", RV, ("-march=rv32imc", *RISCV))  # ESP32-C3, ESP32-C6
EVERY = (M0, M3, M33, RV32)


def compiler(cc):
    """Target and major version: "arm-none-eabi 12". Another one makes code of another size."""
    target, version = (
        subprocess.run([cc, option], capture_output=True, text=True, check=True).stdout.strip()
        for option in ("-dumpmachine", "-dumpversion")
    )
    return f"{target} {version.split('.')[0]}"
