"""tools/board/flash_esp32.py with a faked esptool, and its command line with the real one."""

import json
import struct
import subprocess
import sys

import pytest
from desk import DeskBoard, stops

from tools.board import flash_esp32
from tools.compile import build_esp32

NAMES = ["LWS_ESP32", "LWS_ESP32_C3", "LWS_ESP32_C6", "LWS_ESP32_S3"]
BOOTLOADER_AT = {"esp32": "0x1000", "esp32c3": "0x0", "esp32c6": "0x0", "esp32s3": "0x0"}
ESPTOOL = """\
import json, sys
json.dump(sys.argv[1:], open({0!r}, "w"))
print("Writing at 0x00010000... (100 %)")
sys.exit({1})
"""


@pytest.fixture
def board_of(tmp_path):
    def make(name):
        board = DeskBoard(name, None, tmp_path)
        for _, path in build_esp32.layout(board):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(image(build_esp32.CHIPS[board.mcu][1]))
        (tmp_path / "build/partition_table/partition-table.bin").write_bytes(b"\xaa\x50" * 16)
        return board

    return make


def image(chip):
    return struct.pack("<BBBBII HH", 0xE9, 1, 2, 0x20, 0x40080000, 0, chip, 0).ljust(64, b"\0")


@pytest.fixture
def esptool(tmp_path, monkeypatch):
    """esptool(exit code): a module of that name, which notes its arguments; what it noted."""

    def fake(code=0):
        package = tmp_path / "fake" / "esptool"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        notes = tmp_path / "arguments"
        (package / "__main__.py").write_text(ESPTOOL.format(str(notes), code))
        monkeypatch.setenv("PYTHONPATH", str(package.parent))
        return lambda: json.loads(notes.read_text())

    return fake


@pytest.mark.parametrize("name", NAMES)
def test_images_go_to_their_offsets(board_of, esptool, name, tmp_path, capfd):
    board, arguments = board_of(name), esptool()
    (tmp_path / "tty").touch()
    flash_esp32.flash(board, str(tmp_path / "tty"))
    given = arguments()
    assert given[:4] == ["--chip", board.mcu, "--port", str(tmp_path / "tty")]
    assert given[given.index("write-flash") + 1] == BOOTLOADER_AT[board.mcu]
    pairs = given[given.index("write-flash") + 1 :]
    named = {path.rpartition("/")[2]: at for at, path in zip(pairs[::2], pairs[1::2], strict=True)}
    assert named["bootloader.bin"] == BOOTLOADER_AT[board.mcu]
    assert named["partition-table.bin"] == "0x8000"
    assert int(named["micropython.bin"], 0) % 0x10000 == 0
    assert "100 %" in capfd.readouterr().out  # its progress is passed through


def test_image_for_another_chip_is_refused(board_of, esptool, tmp_path):
    board = board_of("LWS_ESP32_C3")
    esptool()
    (tmp_path / "build" / "micropython.bin").write_bytes(image(9))
    text = stops(flash_esp32.flash, board, "/dev/null")
    assert "micropython.bin is for esp32s3, LWS_ESP32_C3 has an esp32c3" in text
    (tmp_path / "build" / "micropython.bin").write_bytes(image(77))
    assert "is for chip number 77" in stops(flash_esp32.flash, board, "/dev/null")
    assert not (tmp_path / "arguments").exists()


def test_nothing_built(tmp_path):
    board = DeskBoard("LWS_ESP32", None, tmp_path)
    assert "make firmware BOARD=LWS_ESP32" in stops(flash_esp32.flash, board, "/dev/null")
    assert "TESTS=1" in stops(flash_esp32.flash, board, "/dev/null", True)


def test_esptool_that_fails(board_of, esptool):
    esptool(2)
    text = stops(flash_esp32.flash, board_of("LWS_ESP32"), "/dev/null")
    assert "esptool ended with 2" in text and "hold BOOT" in text


def test_esptool_knows_our_words(board_of):
    """It gets as far as opening the port."""
    board = board_of("LWS_ESP32_S3")
    argv = flash_esp32.command(board.mcu, "/dev/no-such-port", flash_esp32.checked_images(board))
    assert argv[:3] == [sys.executable, "-m", "esptool"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    output = done.stdout + done.stderr
    assert done.returncode and "could not open /dev/no-such-port" in output.lower(), output
    assert "deprecated" not in output.lower() and "usage" not in output.lower(), output
