"""tools/board/flash_rp2.py: which port, which drive, which image; boards are folders here."""

import os
import pty
import shutil
import signal
import threading
import time
from types import SimpleNamespace

import pytest
from desk import DeskBoard, stops
from fake_board import BOOT_ROM, FakeBoard

from tools.base import boards
from tools.board import flash_rp2, serial_ports
from tools.compile import uf2

INFO = "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: {}\r\n"


@pytest.fixture
def board_of(tmp_path):
    (tmp_path / "build").mkdir()
    return lambda chip: DeskBoard("LWS_DESK", chip, tmp_path)


@pytest.fixture
def pico(board_of):
    return board_of("rp2040")


def port(device, vid, pid=5, description="a board"):
    return SimpleNamespace(device=device, vid=vid, pid=pid, description=description)


@pytest.fixture
def plug(monkeypatch):
    """plug(port...): these are the machine's serial ports."""

    def ports(*plugged):
        monkeypatch.setattr(serial_ports.list_ports, "comports", lambda: list(plugged))

    ports()
    return ports


# ---- ports


PICO_PORT = port("/dev/ttyACM0", 0x2E8A)
PROBE = port("/dev/ttyACM7", 0x2E8A, 0x000C, "Debug Probe")
BRIDGE = port("/dev/ttyUSB0", 0x10C4, 0xEA60)
S3_PORT = port("/dev/ttyACM1", 0x303A, 0x1001)
MODEM = port("/dev/ttyACM9", 0x1234, 1, "a modem")
BUILT_IN = port("/dev/ttyS0", None, None, "ttyS0")
EVERY = [BUILT_IN, MODEM, PROBE, S3_PORT, BRIDGE, PICO_PORT]


def test_the_only_port_of_the_family_is_taken(board_of):
    assert serial_ports.only(EVERY, board_of("rp2040")) == "/dev/ttyACM0"
    assert serial_ports.only([BUILT_IN, S3_PORT, PICO_PORT], board_of("esp32s3")) == S3_PORT.device
    assert serial_ports.only([BRIDGE, PICO_PORT], board_of("esp32")) == BRIDGE.device


def test_several_ports_are_listed(board_of):
    text = stops(serial_ports.only, EVERY, board_of("esp32"))
    assert "PORT=" in text and "Espressif" in text and "CP210x bridge" in text
    assert text.index("/dev/ttyACM1") < text.index("/dev/ttyUSB0")
    assert "ttyACM0" not in text and "ttyACM9" not in text


def test_no_port(board_of):
    text = stops(serial_ports.only, [BUILT_IN, MODEM], board_of("rp2040"))
    assert "no serial port of LWS_DESK" in text and "/dev/ttyACM9" in text and "ttyS0" not in text
    assert "PORT= takes them" not in stops(serial_ports.only, [], board_of("rp2040"))


def test_named_port(pico, plug, tmp_path, monkeypatch):
    plug(PICO_PORT)
    text = stops(serial_ports.find, pico, "/dev/no-such-port")
    assert "/dev/no-such-port is not there" in text and "/dev/ttyACM0" in text
    (tmp_path / "tty").touch()
    assert serial_ports.find(pico, str(tmp_path / "tty")) == str(tmp_path / "tty")
    monkeypatch.setattr(serial_ports.os, "access", lambda *_: False)
    assert "dialout" in stops(serial_ports.find, pico, str(tmp_path / "tty"))


def test_emulated_board_comes_before_usb(pico, plug):
    plug(PICO_PORT)
    leader, slave = pty.openpty()
    try:
        (pico.build_folder() / "pty").write_text(os.ttyname(slave) + "\n")
        assert serial_ports.find(pico) == os.ttyname(slave)
        # a note from before that terminal was made: a dead emulator's
        past = time.time() - 3600
        os.utime(pico.build_folder() / "pty", (past, past))
        assert serial_ports.emulated(pico) is None
    finally:
        os.close(slave)
        os.close(leader)
    (pico.build_folder() / "pty").write_text("/dev/pts/no-such\n")
    assert serial_ports.emulated(pico) is None


def test_boards_without_a_port(board_of, plug):
    assert "make emulate" in stops(serial_ports.find, board_of("qemu-rv32"))
    assert "is a program" in stops(serial_ports.find, boards.find("unix"))


# ---- RP2


def built(board, family=uf2.RP2040, size=300_000):
    path = board.build_folder() / "firmware.uf2"
    path.write_bytes(uf2.write(os.urandom(size), family))
    return path


class Drive(threading.Thread):
    """A folder that behaves as the boot ROM's drive: it goes away once it has a whole file."""

    def __init__(self, folder, name="RPI-RP2"):
        super().__init__()
        self.folder, self.taken = folder, None
        folder.mkdir()
        (folder / flash_rp2.INFO).write_text(INFO.format(name))
        self.end = time.monotonic() + 60
        self.start()

    def run(self):
        while time.monotonic() < self.end and not self.taken:
            time.sleep(0.02)
            for path in self.folder.glob("*.uf2"):
                content = path.read_bytes()
                if len(content) >= 512 and len(content) == 512 * int.from_bytes(
                    content[24:28], "little"
                ):
                    self.taken = content
                    shutil.rmtree(self.folder)


@pytest.fixture
def mounts(tmp_path, monkeypatch):
    """mounts(folder...): the machine's mounted volumes."""

    def mount(*folders):
        rows = [f"/dev/sd{i} {str(f).replace(' ', chr(92) + '040')} vfat rw" for i, f in
                enumerate(folders)]  # fmt: skip
        (tmp_path / "mounts").write_text("\n".join(["/dev/sdz / ext4 rw", *rows, ""]))
        monkeypatch.setattr(flash_rp2, "MOUNTS", tmp_path / "mounts")
        monkeypatch.setattr(flash_rp2.shutil, "which", lambda _: None)

    mount()
    return mount


def test_uf2_is_copied_to_the_drive(pico, plug, mounts, tmp_path, capsys):
    image = built(pico)
    plug(PICO_PORT)
    drive = Drive(tmp_path / "RPI RP2")
    mounts(tmp_path, tmp_path / "RPI RP2")
    flash_rp2.flash(pico)
    drive.join()
    assert drive.taken == image.read_bytes()
    assert "console is /dev/ttyACM0" in capsys.readouterr().out


def test_stopped_in_the_middle_of_the_copy(pico, plug, mounts, tmp_path, monkeypatch):
    """Ctrl-C: a sentence that says what state the board is in."""
    built(pico)
    place = tmp_path / "drive"
    place.mkdir()
    (place / flash_rp2.INFO).write_text(INFO.format("RPI-RP2"))
    mounts(place)

    def update(*_, **__):
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(flash_rp2.Progress, "update", update)
    said = stops(flash_rp2.flash, pico)
    assert "stopped after 65536 of" in said and "no whole firmware: hold BOOTSEL" in said, said
    assert len((place / "firmware.uf2").read_bytes()) == flash_rp2.PIECE


def test_image_is_refused_before_anything_else(pico, board_of, mounts, tmp_path):
    assert "make firmware BOARD=LWS_DESK" in stops(flash_rp2.flash, pico)
    assert "TESTS=1" in stops(flash_rp2.flash, pico, "", True)
    built(pico, uf2.RP2350_ARM)
    drive = tmp_path / "drive"
    drive.mkdir()
    (drive / flash_rp2.INFO).write_text(INFO.format("RPI-RP2"))
    mounts(drive)
    text = stops(flash_rp2.flash, pico)
    assert "is for RP2350 (Arm), LWS_DESK has an RP2040" in text
    built(pico).write_bytes(b"not a UF2 file")
    assert "make firmware" in stops(flash_rp2.flash, pico)
    assert [p.name for p in drive.iterdir()] == [flash_rp2.INFO]


def test_drive_of_another_chip(pico, board_of, mounts, tmp_path):
    built(pico)
    for name, id in (("one", "RP2350"), ("two", "RPI-RP2"), ("three", "RPI-RP2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / flash_rp2.INFO).write_text(INFO.format(id))
    mounts(tmp_path / "one")
    text = stops(flash_rp2.flash, pico)
    assert "is of a RP2350; LWS_DESK has an RP2040" in text
    assert flash_rp2.wanted_drive(board_of("rp2350")) == tmp_path / "one"
    mounts(tmp_path / "one", tmp_path / "two")
    assert flash_rp2.wanted_drive(pico) == tmp_path / "two"
    mounts(tmp_path / "two", tmp_path / "three")
    assert "several boards" in stops(flash_rp2.wanted_drive, pico)


def test_drive_that_stays_and_console_that_does_not_come(
    pico, plug, mounts, tmp_path, monkeypatch
):
    monkeypatch.setattr(flash_rp2, "GONE_S", 0.5)
    monkeypatch.setattr(flash_rp2, "BACK_S", 0.5)
    built(pico)
    (tmp_path / "drive").mkdir()
    (tmp_path / "drive" / flash_rp2.INFO).write_text(INFO.format("RPI-RP2"))
    mounts(tmp_path / "drive")
    assert "is still there" in stops(flash_rp2.flash, pico)
    drive = Drive(tmp_path / "second")
    mounts(tmp_path / "second")
    assert "no console of LWS_DESK came back" in stops(flash_rp2.flash, pico)
    drive.join()


@pytest.fixture
def running(firmware, plug):
    """running(machine): MicroPython on a pty, which says that it runs on that."""
    started = []

    def start(machine):
        started.append(FakeBoard(firmware, machine))
        return started[-1]

    yield start
    for board in started:
        board.stop()


def test_running_board_is_sent_to_its_boot_rom(pico, plug, mounts, running, tmp_path):
    image = built(pico)
    python = running("Raspberry Pi Pico with RP2040")
    plug(port(python.port, 0x2E8A))
    drives = []

    def boot_rom():
        if python.process.wait(60) == BOOT_ROM:
            drives.append(Drive(tmp_path / "drive"))
            mounts(tmp_path / "drive")

    waiting = threading.Thread(target=boot_rom)
    waiting.start()
    flash_rp2.flash(pico)
    waiting.join()
    drives[0].join()
    assert drives[0].taken == image.read_bytes()


def test_drive_is_not_of_the_board_at_the_named_port(pico, plug, mounts, running, tmp_path):
    built(pico)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / flash_rp2.INFO).write_text(INFO.format("RPI-RP2"))
    mounts(tmp_path / "one")
    python = running("Raspberry Pi Pico with RP2040")
    text = stops(flash_rp2.flash, pico, python.port)
    assert f"not the one at {python.port}" in text and python.process.poll() is None


def test_running_board_with_another_chip_stays_as_it_is(pico, plug, mounts, running):
    built(pico)
    python = running("Raspberry Pi Pico2 with RP2350")
    plug(port(python.port, 0x2E8A))
    assert "LWS_DESK has an RP2040" in stops(flash_rp2.flash, pico)
    assert python.process.poll() is None


def test_board_that_does_not_answer(pico, plug, mounts):
    built(pico)
    leader, slave = pty.openpty()
    plug(port(os.ttyname(slave), 0x2E8A))
    try:
        text = stops(flash_rp2.flash, pico)
    finally:
        os.close(slave)
        os.close(leader)
    assert "brought no raw prompt" in text and "hold BOOTSEL" in text


PICOTOOL = """\
#!/bin/sh
echo "$@" >> {0}/calls
[ "$1" = info ] || cp "$3" {0}/loaded
"""


def test_picotool(pico, plug, mounts, tmp_path, monkeypatch):
    image = built(pico)
    tool = tmp_path / "bin" / "picotool"
    tool.parent.mkdir()
    tool.write_text(PICOTOOL.format(tmp_path))
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(flash_rp2.shutil, "which", lambda _: str(tool))
    plug(PICO_PORT)
    flash_rp2.flash(pico)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0] == "info" and calls[-1] == f"load -x {image}"
    assert (tmp_path / "loaded").read_bytes() == image.read_bytes()
