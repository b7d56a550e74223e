"""Builds the firmware of a board that QEMU emulates, with our own port in ports/qemu."""

from tools.base import repo, say
from tools.base.boards import Built
from tools.compile import build_unix
from tools.get import deps

PORT = repo.ROOT / "ports" / "qemu"
# As in ports/qemu/*/*.ld. Of the RAM the RAM disk takes half a megabyte.
FLASH = 2 << 20
RAM = 4 << 20


def flags(board):
    """Files whose text decides how C is compiled."""
    here = [p for p in PORT.rglob("*") if p.name == "Makefile" or p.suffix in (".mk", ".ld")]
    return sorted([*here, *board.folder.glob("mpconfigboard.mk"), PORT / "counter_lwip.txt"])


def build(board, tests=False):
    mpy = deps.tree()
    """With tests from the objects of the firmware without, which is built too."""
    folder = board.build_folder()
    repo.lock(folder.name)
    build_unix.forget_stale(folder, mpy, flags(board))
    elf = board.build_folder(tests) / "firmware.elf"
    with say.step(f"Building {elf.relative_to(repo.ROOT)}"):
        args = [f"MPY_DIR={mpy}", f"BOARD_DIR={board.folder}", f"BUILD={folder}"]
        args += [f"MICROPY_MPYCROSS={build_unix.cross()}", "tests" if tests else "all"]
        build_unix.make(PORT, args, f"firmware-{elf.parent.name}")
    hint = f"make emulate BOARD={board.name}"
    return Built(board, elf, [elf], FLASH, RAM, hint)
