"""Emulated boards that serve the dashboard: each has url(), platform, and a name for pictures."""

import contextlib
import time
import urllib.request

import board
import pytest

from tools.base import boards
from tools.board import deploy
from tools.compile.romfs_image import image
from tools.emulate.emulated_pico import Pico
from tools.emulate.qemu_machine import Machine

DASHBOARD = board.ROOT / "examples" / "dashboard"
HEAP = "192k"
PICO = board.ROOT / "build" / "LWS_RPI_PICO" / "firmware.uf2"


class Served:
    def __init__(self, name, platform, port):
        self.name, self.platform, self.port = name, platform, port

    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def wait_for_answer(self, timeout=60):
        end = time.monotonic() + timeout
        while True:
            try:
                urllib.request.urlopen(self.url(), timeout=60).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)


@contextlib.contextmanager
def cortex_m3():
    """Its page comes from a ROMFS image."""
    path = board.elf(tests=False)
    with Machine(boards.find(board.BOARD), elf=path, heap=HEAP, romfs=image(DASHBOARD)) as machine:
        machine.wait_for_web()
        yield Served("mps2", "qemu", machine.ports[80])
        assert "Traceback" not in machine.output, machine.output


@contextlib.contextmanager
def pico():
    """Its page comes from files that make deploy has put on its flash, its network is PPP."""
    if not PICO.is_file():
        pytest.fail(f"{PICO.relative_to(board.ROOT)} is missing: make firmware BOARD=LWS_RPI_PICO")
    with Pico(uf2=PICO, forwards={80: 0}) as machine:
        deploy.deploy(DASHBOARD, machine.pty)
        served = Served("pico", "rp2", machine.ports[80])
        served.wait_for_answer()  # it says its address before it listens
        yield served


KINDS = {"LWS_QEMU_MPS2": cortex_m3, "LWS_RPI_PICO": pico}
