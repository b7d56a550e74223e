"""Flashing RP2040 and RP2350: a UF2 file goes onto the drive that the chip's boot ROM shows.

A board that runs MicroPython is asked to show it. picotool does the work where it is installed and
no drive is mounted.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

from mpremote.transport import TransportError
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
from serial.tools import list_ports

from tools.base import say
from tools.board import prompt, serial_ports
from tools.compile import uf2

INFO = "INFO_UF2.TXT"  # on every UF2 drive: "Board-ID: RPI-RP2"
DRIVES = {"rp2040": "RPI-RP2", "rp2350": "RP2350"}  # Board-ID, and the volume's label
PICOTOOL = "picotool"
MOUNTS = Path("/proc/mounts")
PARENTS = (Path("/Volumes"),)  # where a system without /proc mounts drives
DRIVE_S, GONE_S, BACK_S = 20, 15, 20
PIECE = 64 * 1024  # written and synced at once, so that the bar tells the truth
BY_HAND = "hold BOOTSEL while you plug the board in, then make flash again"


def flash(board, given="", tests=False):
    image = checked_image(board, tests)
    door = boot_rom_of(board)
    if door and os.path.exists(given):
        say.stop(
            f"a board waits in its boot ROM ({door}), and it is not the one at {given}:"
            " unplug one of them, or leave PORT= out"
        )
    if not door:
        to_boot_rom(board, given)
        door = wait_for(lambda: boot_rom_of(board), DRIVE_S)
    if not door:
        say.stop(no_drive(board))
    if door == PICOTOOL:
        load(image)
    else:
        copy(image, door)
        wait_until_gone(door)
    back = wait_for(lambda: console_of(board), BACK_S)
    if not back:
        say.stop(
            f"{image.name} was written, but no console of {board.name} came back within"
            f" {BACK_S} s: unplug the board and plug it in again, then make shell"
        )
    say.note(f"{board.name} runs the new firmware; its console is {back}")


def checked_image(board, tests=False):
    path = board.build_folder(tests) / "firmware.uf2"
    if not path.is_file():
        how = f"make firmware BOARD={board.name}{' TESTS=1' if tests else ''}"
        say.stop(f"{path} was not built yet: {how}")
    try:
        image = uf2.read(path.read_bytes())
    except uf2.Damaged as e:
        say.stop(f"{path}: {e}: make firmware BOARD={board.name}")
    if image.family != uf2.BY_MCU[board.mcu]:
        say.stop(f"{path} is for {image.chip}, {board.name} has an {board.mcu.upper()}")
    return path


def board_id(drive):
    """What the drive says about its chip, None when it is no UF2 drive."""
    try:
        lines = (drive / INFO).read_text(errors="replace").splitlines()
    except OSError:
        return None
    return next(
        (v.strip() for k, _, v in (ln.partition(":") for ln in lines) if k == "Board-ID"), ""
    )


def mounted(mounts=None):
    """Folders where volumes are, as /proc/mounts writes them: a blank in a name is \\040."""
    mounts = mounts or MOUNTS
    if mounts.is_file():
        rows = [line.split() for line in mounts.read_text().splitlines()]
        return [Path(row[1].replace("\\040", " ")) for row in rows if row[2] in ("vfat", "msdos")]
    return [p for parent in PARENTS if parent.is_dir() for p in parent.iterdir()]


def wanted_drive(board):
    """The drive of a board in its boot ROM; that of an emulated one is a folder of its build."""
    folders = mounted()
    if serial_ports.emulated(board):
        folders = [board.build_folder() / "drive"]
    found = {drive: name for drive in folders if (name := board_id(drive)) is not None}
    fitting = [drive for drive, name in found.items() if name == DRIVES[board.mcu]]
    if len(fitting) > 1:
        say.stop(
            f"several boards wait in their boot ROM: {', '.join(map(str, fitting))}; leave one"
        )
    if found and not fitting:
        drive, name = next(iter(found.items()))
        say.stop(
            f"the drive {drive} is of a {name or 'chip without a name'}; {board.name} has an "
            f"{board.mcu.upper()}: unplug it, or say another BOARD="
        )
    return fitting[0] if fitting else None


def boot_rom_of(board):
    """The drive of a board that waits in its boot ROM; PICOTOOL when only that sees it; None."""
    if drive := wanted_drive(board):
        return drive
    if serial_ports.emulated(board) or not shutil.which(PICOTOOL):
        return None
    seen = subprocess.run([PICOTOOL, "info"], capture_output=True).returncode == 0
    return PICOTOOL if seen else None


def to_boot_rom(board, given):
    port = serial_ports.find(board, given)
    say.note(f"{board.name} at {port}: asking MicroPython for the boot ROM")
    try:
        with prompt.opened(port, fresh=False) as repl:
            repl.exec("import sys, machine")
            machine = repl.eval("sys.implementation._machine")
            if board.mcu not in machine.lower():
                say.stop(f"{port} is a {machine}; {board.name} has an {board.mcu.upper()}")
            # It answers no more: the USB device goes away under its prompt.
            repl.exec_raw_no_follow("machine.bootloader()")
    except (prompt.NoAnswer, TransportError) as e:
        say.stop(f"{e}\nWithout MicroPython's help: {BY_HAND}")


def no_drive(board):
    label = DRIVES[board.mcu]
    device = Path("/dev/disk/by-label") / label
    if device.exists():
        return f"the drive is there but not mounted: udisksctl mount -b {device}, then make flash"
    return f"no drive {label} came within {DRIVE_S} s: {BY_HAND} (or install picotool)"


def wait_for(condition, limit_s):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    return None


def copy(image, drive):
    content = image.read_bytes()
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    done = 0
    with Progress(*columns, console=say.console) as progress:
        task = progress.add_task(f"{image.name} to {drive}", total=len(content))
        try:
            with (drive / image.name).open("wb", buffering=0) as f:
                while done < len(content):
                    done += f.write(content[done : done + PIECE])
                    os.fsync(f.fileno())
                    progress.update(task, completed=done)
        except OSError as e:
            # The chip restarts as soon as it has the last block, under the file's end.
            if done + PIECE < len(content):
                say.stop(f"{drive}: writing broke off after {done} bytes ({e}): {BY_HAND}")
            progress.update(task, completed=len(content))
        except KeyboardInterrupt:
            share = f"{done} of {len(content)} bytes"
            say.stop(f"stopped after {share}: the board has no whole firmware: {BY_HAND}")


def wait_until_gone(drive):
    if not wait_for(lambda: board_id(drive) is None, GONE_S):
        say.stop(
            f"the board did not take the file: {drive} is still there. Try again, or {BY_HAND}"
        )


def load(image):
    say.note(f"picotool load -x {image.name}")
    if code := subprocess.call([PICOTOOL, "load", "-x", image]):
        say.stop(f"picotool ended with {code}: {BY_HAND}")


def console_of(board):
    """Where the board's console is, once its USB device is back."""
    if pty := serial_ports.emulated(board):
        return pty
    return next((p.device for p in serial_ports.like(board, list_ports.comports())), None)
