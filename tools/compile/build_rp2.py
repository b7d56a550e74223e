"""Builds the firmware of a board with an RP2040 or RP2350: firmware.uf2 and firmware.elf.

MicroPython's own cmake build does it. The UF2 is written here, so that picotool is not needed.
"""

import re
import shutil
import sys

from tools.base import repo, say
from tools.base.boards import Built
from tools.base.command import Failed, run
from tools.compile import uf2
from tools.compile.build_unix import cross, environment, forget_stale, make
from tools.get import deps, pico_sdk

PORT = repo.ROOT / "ports" / "rp2"
PROGRAMS = ("cmake", "arm-none-eabi-gcc", "g++")
# Flash is the one on Raspberry Pi's boards of that chip; RAM is the striped part and the two banks
# that hold the stack.
FLASH = {"rp2040": 2 << 20, "rp2350": 4 << 20}
RAM = {"rp2040": 264 << 10, "rp2350": 520 << 10}


def build(board, tests=False):
    for program in PROGRAMS:
        if not shutil.which(program):
            say.stop(f"{program} is missing: run make setup (deps.toml names the package)")
    mpy = deps.tree()
    pico_sdk.require_radio(board, mpy)
    pico_sdk.provide_tinyusb(mpy)
    sdk = pico_sdk.sdk(mpy)
    folder, images = board.build_folder(), board.build_folder(tests)
    repo.lock(folder.name)
    forget_stale(folder, mpy, settings(board, sdk))
    mpy_cross = cross()
    log = f"firmware-{images.name}"
    program = "firmware-tests" if tests else "firmware"
    limit = room(board, tests)
    with say.step(f"Building build/{images.name}/firmware.uf2"):
        configure(folder, log, mpy, sdk, board, mpy_cross)
        make(folder, [f"MICROPY_MPYCROSS={mpy_cross}", program], log)
        images.mkdir(exist_ok=True)
        image = images / "firmware.uf2"
        write_image(folder / f"{program}.bin", image, board, limit)
    hint = f"make flash BOARD={board.name}" + (" TESTS=1" if tests else "")
    return Built(board, folder / f"{program}.elf", [image], limit, RAM[board.mcu], hint)


def settings(board, sdk):
    """Files whose change cmake sees too late: qstrs and targets depend on what they switch on."""
    stamp = sdk / deps.STAMP  # a checkout has none
    found = [p for f in (board.folder, PORT) for p in f.rglob("*") if p.suffix in (".h", ".cmake")]
    return sorted(found) + ([stamp] if stamp.is_file() else [])


def configure(folder, log, mpy, sdk, board, mpy_cross):
    """cmake, unless it was run here before: it repeats itself when its files change."""
    if (folder / "Makefile").is_file():
        return
    values = {
        "MICROPY_BOARD": board.name,
        "MICROPY_BOARD_DIR": board.folder,
        "MICROPY_LIB_DIR": repo.ROOT / "ports" / "mpylib",
        "USER_C_MODULES": repo.ROOT / "cmodules" / "micropython.cmake",
        "PICO_SDK_PATH_OVERRIDE": sdk,
        "PICO_NO_PICOTOOL": 1,
        "Python3_EXECUTABLE": sys.executable,
        "CMAKE_EXPORT_COMPILE_COMMANDS": 1,
    }
    argv = ["cmake", "-S", mpy / "ports" / "rp2", "-B", folder]
    argv += [f"-D{name}={value}" for name, value in values.items()]
    try:
        run(argv, f"{log}-cmake", env={**environment(), "MICROPY_MPYCROSS": str(mpy_cross)})
    except Failed as e:
        (folder / "Makefile").unlink(missing_ok=True)
        say.stop(e)


def room(board, tests=False):
    """Bytes of flash below the board's ROMFS (which the C tests may cover) and its file system."""
    header = (board.folder / "mpconfigboard.h").read_text()
    cmake = (board.folder / "mpconfigboard.cmake").read_text()
    files = re.search(r"^#define MICROPY_HW_FLASH_STORAGE_BYTES \((\d+) \* 1024\)$", header, re.M)
    romfs = re.search(r"^set\(LWS_ROMFS_KB (\d+)\)$", cmake, re.M)
    return FLASH[board.mcu] - 1024 * (int(files[1]) + (0 if tests else int(romfs[1])))


def write_image(binary_path, image, board, limit):
    """The UF2. The linker does not know where the board's file systems begin: it is seen here."""
    binary = binary_path.read_bytes()
    if len(binary) > limit:
        say.stop(
            f"the firmware of {board.name} takes {len(binary) / 1024:.0f} KB, {limit // 1024} KB "
            "are free below its file systems: choose fewer LWS_ROOMS in its mpconfigboard.cmake "
            "or make the file systems smaller in its mpconfigboard.h"
        )
    partial = image.with_name("firmware.uf2.part")
    partial.write_bytes(uf2.write(binary, uf2.BY_MCU[board.mcu]))
    partial.rename(image)
