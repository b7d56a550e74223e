"""The boards a firmware can be built for: folders of boards/, and this machine itself.

A board's folder has MicroPython's own layout; its board.json names the chip, the chip the port.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tools.base import repo, say

FOLDER = repo.ROOT / "boards"
# The longest prefix of a chip's name that is listed here tells MicroPython's port.
PORTS = {"rp2": "rp2", "esp32": "esp32", "qemu-": "qemu", "unix": "unix"}
DESKTOP = {
    "unix": "this machine, 64-bit",
    "unix32": "this machine, 32-bit",
    "unix-select": "this machine, sockets served by select() as on ESP32",
    "unix-asan": "this machine, under sanitizers, with a heap that fails on demand",
}


@dataclass(frozen=True)
class Board:
    name: str

    @property
    def folder(self):
        return FOLDER / self.name

    @cached_property
    def about(self):
        """MicroPython's board.json."""
        if self.name in DESKTOP:
            return {"mcu": "unix", "product": f"MicroPython on {DESKTOP[self.name]}"}
        return json.loads((self.folder / "board.json").read_text())

    @property
    def mcu(self):
        return self.about["mcu"]

    @property
    def product(self):
        return self.about["product"]

    @property
    def port(self):
        return next(port for prefix, port in PORTS.items() if self.mcu.startswith(prefix))

    @property
    def emulator(self):
        """Which emulate_<name>.py runs its firmware; None: nothing does."""
        if self.mcu == "rp2040" and "WiFi" not in self.about.get("features", ()):
            return "rp2"  # nothing emulates the radio, nor an RP2350
        return "qemu" if self.port == "qemu" else None

    @property
    def group(self):
        """What building it needs beside what every build does: a group of deps.toml."""
        own = "build" if self.port == "unix" else self.port
        return "bits32" if self.name == "unix32" else own

    def build_folder(self, tests=False):
        return repo.BUILD / (f"{self.name}-tests" if tests else self.name)


@dataclass(frozen=True)
class Built:
    """What a build left behind, and the room that the board has for it."""

    board: Board
    elf: Path
    images: list = field(default_factory=list)
    flash_limit: int = 0  # bytes that the firmware may fill; 0: not limited
    ram_limit: int = 0  # bytes of RAM for static data, stack and heaps
    flash_hint: str = ""  # how the image gets onto the board


def every():
    folders = sorted(p.parent.name for p in FOLDER.glob("*/board.json"))
    return [Board(name) for name in [*DESKTOP, *folders]]


def find(name):
    known = {b.name: b for b in every()}
    if not name:
        say.stop(f"give BOARD=; there are: {', '.join(known)}")
    if name not in known:
        say.stop(f"no board {name}; there are: {', '.join(known)}")
    return known[name]


def require_emulator(board):
    if not board.emulator:
        able = ", ".join(b.name for b in every() if b.emulator)
        here = "; make run starts it" if board.name == "unix" else ""
        say.stop(f"nothing emulates {board.name}{here}. Give BOARD=; there are: {able}")
