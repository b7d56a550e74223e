"""Builds the ESP32 boards with ESP-IDF, and says which image goes where in the flash.

ESP-IDF and its compilers are in no package archive, and Debian's MicroPython lacks submodules
that its esp32 port needs: the user has both (IDF_PATH=, MPY_DIR=).
"""

import json
import os
import re
import shlex
import struct
import sys
from pathlib import Path

from tools.base import repo, say
from tools.base.boards import Built
from tools.base.command import Failed, run
from tools.compile import build_unix, flags, partitions, sdkconfig
from tools.get import deps

PORT = repo.ROOT / "ports" / "esp32"
# ESP-IDF, as MicroPython 1.25's ports/esp32/README.md says, and the first patch of each that has
# mbedTLS 3.6.1: with an older one a TLS 1.3 client fails that verifies nothing (CERT_NONE).
OLDEST, NEWEST = (5, 2), (5, 4)
FIRST = {(5, 2): 3, (5, 3): 2}
# mcu: (where the ROM looks for the bootloader, the chip's number in an image's header)
CHIPS = {"esp32": (0x1000, 0), "esp32s3": (0, 9), "esp32c3": (0, 5), "esp32c6": (0, 13)}
MAGIC = 0xE9
# what MicroPython's port takes from its submodules: a file of each; TinyUSB where the chip has USB
SUBMODULES = {"lib/berkeley-db-1.xx": "README", "lib/tinyusb": "src/tusb.h"}
USB_OTG = ("esp32s2", "esp32s3")


def partition_table(board, tests=False):
    """Path of the CSV file that the board's mpconfigboard.cmake names."""
    text = (board.folder / "mpconfigboard.cmake").read_text()
    named = dict(re.findall(r"set\((LWS_PARTITIONS\w*) (\S+)\)", text))
    plain = named["LWS_PARTITIONS"]
    return PORT / (named.get("LWS_PARTITIONS_TESTS", plain) if tests else plain)


def layout(board, tests=False):
    """[(offset in the flash, image)] as esptool writes them.

    The blank otadata makes the first slot run, whatever an update over the air chose before.
    """
    folder = board.build_folder(tests)
    rows, _ = partitions.parse(partition_table(board, tests).read_text())
    files = [
        (CHIPS[board.mcu][0], folder / "bootloader" / "bootloader.bin"),
        (partitions.TABLE, folder / "partition_table" / "partition-table.bin"),
    ]
    files += [(p.offset, folder / "ota_data_initial.bin") for p in rows if p.subtype == "ota"]
    return [*files, (partitions.slots(rows)[0].offset, folder / "micropython.bin")]


def chip_of(image):
    """The mcu that the bytes of an image are for; None when they are none (a table).

    e9 | segments | flash mode | flash size, speed | entry (4) | pins (4) | chip number (2)
    """
    if len(image) < 14 or image[0] != MAGIC:
        return None
    (number,) = struct.unpack_from("<H", image, 12)
    return next((mcu for mcu, (_, n) in CHIPS.items() if n == number), f"chip number {number}")


def idf():
    """IDF_PATH, when it is an ESP-IDF that MicroPython works with."""
    path = Path(os.environ["IDF_PATH"]).expanduser().resolve()
    version = path / "tools" / "cmake" / "version.cmake"
    if not version.is_file() or not (path / "export.sh").is_file():
        say.stop(f"IDF_PATH={path} is not an ESP-IDF checkout (no export.sh)")
    parts = dict(re.findall(r"set\(IDF_VERSION_(\w+) (\d+)\)", version.read_text()))
    found = (int(parts["MAJOR"]), int(parts["MINOR"]))
    patch = int(parts["PATCH"])
    if found < OLDEST or patch < FIRST.get(found, 0):
        is_it = f"ESP-IDF {found[0]}.{found[1]}.{patch}"
        say.stop(f"IDF_PATH={path} is {is_it}; {supported()} is needed, for mbedTLS 3.6.1")
    if found > NEWEST:  # a MicroPython after 1.25 may want it
        say.note(f"ESP-IDF {found[0]}.{found[1]} is newer than what MicroPython 1.25 knows")
    return path


def supported():
    first = [f"{major}.{minor}.{patch}+" for (major, minor), patch in FIRST.items()]
    return f"{', '.join(first)} or {NEWEST[0]}.{NEWEST[1]}"


def needed(board):
    """Stops, with one sentence, unless the user named what cannot be downloaded here."""
    missing = [name for name in ("IDF_PATH", "MPY_DIR") if not os.environ.get(name)]
    if missing:
        say.stop(
            f"{board.name} is built with ESP-IDF {supported()} and a MicroPython checkout with"
            f" its submodules, which only you can have ({' and '.join(missing)} not set): install"
            f" them as docs/boards.md says, then make firmware BOARD={board.name}"
            " IDF_PATH=~/esp-idf MPY_DIR=~/micropython"
        )


def checkout(board):
    """MPY_DIR, with the submodules that this board's build needs."""
    mpy = deps.tree()
    for folder, file in SUBMODULES.items():
        unused = folder == "lib/tinyusb" and board.mcu not in USB_OTG
        if not unused and not (mpy / folder / file).is_file():
            say.stop(f"MPY_DIR={mpy} lacks {folder}: git submodule update --init {folder}")
    return mpy


def idf_make(idf_path, folder, args, log, env):
    """make in MicroPython's port, inside the environment that ESP-IDF's export.sh sets up."""
    env = {**build_unix.environment(), "IDF_PATH": str(idf_path), **env}
    argv = ["make", "-C", str(folder), f"PYTHON={sys.executable}", *args]
    script = f". {shlex.quote(str(idf_path))}/export.sh && exec {shlex.join(argv)}"
    try:
        run(["bash", "-c", script], log, env=env)
    except Failed as e:
        say.stop(e)


def fragments(board):
    """Ours of the files that make a board's sdkconfig."""
    return [PORT / "sdkconfig.lws", board.folder / "sdkconfig.board"]


def optimization(final):
    """The compiler's option that an sdkconfig asks for."""
    levels = {"SIZE": "-Os", "PERF": "-O2", "DEBUG": "-Og", "NONE": "-O0"}
    return next(o for n, o in levels.items() if final.get(f"COMPILER_OPTIMIZATION_{n}") == "y")


def check(board, folder, images):
    """That ESP-IDF built what was asked for: its options, its flags, its offsets, its chip."""
    ours = {n for f in fragments(board) for n in sdkconfig.values(f.read_text())}
    combined = sdkconfig.values((folder / "sdkconfig.combined").read_text())
    final = sdkconfig.values((folder / "sdkconfig").read_text())
    dropped = sdkconfig.dropped({n: combined[n] for n in sorted(ours)}, final)
    if dropped:
        say.stop(f"ESP-IDF did not take {', '.join(dropped)}: a name or a dependency is wrong")
    said = json.loads((folder / "flasher_args.json").read_text())["flash_files"]
    if {int(at, 0): folder / name for at, name in said.items()} != dict(images):
        say.stop(f"ESP-IDF puts the images elsewhere than tools/compile/build_esp32.py: {said}")
    wrong = flags.problems(folder, optimization(final), ["ESP_PLATFORM"])
    if wrong:
        more = f" and {len(wrong) - 1} more" if wrong[1:] else ""
        say.stop(f"ESP-IDF compiled our files with other flags than its own: {wrong[0]}{more}")
    for image in (images[0][1], images[-1][1]):  # the bootloader, the application
        chip = chip_of(image.read_bytes())
        if chip != board.mcu:
            say.stop(f"{image} is for {chip}, {board.name} has {board.mcu}")


def build(board, tests=False):
    needed(board)
    idf_path, mpy = idf(), checkout(board)
    folder = board.build_folder(tests)
    repo.lock(folder.name)
    table = partition_table(board, tests)
    flags = [*fragments(board), table, PORT / "board.cmake", PORT / "lws_mpconfig.h"]
    # an sdkconfig of an earlier build would win over changed fragments: build anew
    flags += [board.folder / "mpconfigboard.cmake", board.folder / "mpconfigboard.h"]
    build_unix.forget_stale(folder, mpy, flags)
    with say.step(f"Building build/{folder.name}/micropython.bin"):
        args = [f"BOARD_DIR={board.folder}", f"BUILD={folder}"]
        args.append(f"USER_C_MODULES={repo.ROOT / 'cmodules' / 'micropython.cmake'}")
        env = {"MICROPY_MPYCROSS": str(build_unix.cross())}
        if tests:
            env["IDFPY_FLAGS"] = "-D LWS_TESTS=1"
        idf_make(idf_path, mpy / "ports" / "esp32", args, f"firmware-{folder.name}", env)
    images = layout(board, tests)
    check(board, folder, images)
    return Built(
        board,
        folder / "micropython.elf",
        [path for _, path in images],
        flash_limit=partitions.slots(partitions.parse(table.read_text())[0])[0].size,
        flash_hint=f"make flash BOARD={board.name}",
    )
