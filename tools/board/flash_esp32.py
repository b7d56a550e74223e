"""Flashing the ESP32 family: esptool writes each image to its offset, over the serial port."""

import os
import subprocess
import sys

from tools.base import say
from tools.board import serial_ports
from tools.compile import build_esp32

BAUD = os.environ.get("BAUD", "460800")
HELD = (
    "hold BOOT (IO0), press RESET (EN), let BOOT go, then make flash again; "
    "a poor cable or bridge may need BAUD=115200"
)


def flash(board, given="", tests=False):
    pieces = checked_images(board, tests)
    port = serial_ports.find(board, given)
    say.note(f"{board.name} at {port}, {BAUD} baud")
    code = subprocess.call(command(board.mcu, port, pieces))
    if code:
        say.stop(f"esptool ended with {code}. If it did not connect: {HELD}")
    say.note(f"{board.name} runs the new firmware: make shell BOARD={board.name}")


def command(chip, port, pieces):
    """esptool compares --chip with what answers, and writes nothing to another one."""
    argv = [sys.executable, "-m", "esptool", "--chip", chip, "--port", port, "--baud", BAUD]
    argv += ["--before", "default-reset", "--after", "hard-reset", "write-flash"]
    return argv + [str(part) for at, path in pieces for part in (hex(at), path)]


def checked_images(board, tests=False):
    """[(offset, path)], all there and all for this board's chip."""
    pieces = build_esp32.layout(board, tests)
    missing = [path for _, path in pieces if not path.is_file()]
    if missing:
        how = f"make firmware BOARD={board.name}{' TESTS=1' if tests else ''}"
        say.stop(f"{missing[0]} was not built yet: {how}")
    for _, path in pieces:
        chip = build_esp32.chip_of(path.read_bytes()[:24])
        if chip not in (None, board.mcu):
            say.stop(f"{path} is for {chip}, {board.name} has an {board.mcu}")
    return pieces
