"""From box to dashboard on the emulated Pico, with the tools that docs/boards.md names."""

import shutil
import urllib.request

import pytest
from conftest import ROOT
from desk import DeskBoard
from served_board import Served

from tools.board import deploy, flash_rp2, prompt, serial_ports
from tools.emulate import uf2_drive
from tools.emulate.emulated_pico import Pico

FIRMWARE = ROOT / "build" / "LWS_RPI_PICO" / "firmware.uf2"


@pytest.fixture
def desk(tmp_path):
    """A board that runs the firmware, and what make emulate leaves in its build folder."""
    assert FIRMWARE.is_file(), f"{FIRMWARE} is missing: make firmware BOARD=LWS_RPI_PICO"
    board = DeskBoard("LWS_DESK", "rp2040", tmp_path)
    folder = board.build_folder()
    folder.mkdir()
    shutil.copy(FIRMWARE, folder)
    with Pico(uf2=FIRMWARE, forwards={80: 0}) as pico, uf2_drive.shown(pico, folder / "drive"):
        (folder / "pty").write_text(pico.pty + "\n")
        yield board, pico


def fetch(pico, path):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://127.0.0.1:{pico.ports[80]}{path}", timeout=60) as answer:
        return answer.read()


@pytest.mark.timeout(400)
def test_flash_and_deploy(desk, capsys):
    board, pico = desk
    port = serial_ports.find(board)
    assert port == pico.pty
    with prompt.opened(port) as repl:
        repl.exec("with open('/kept', 'w') as f: f.write('over the flashing')")
    flash_rp2.flash(board)
    assert "bootloader" in [e["event"] for e in pico.events]
    with prompt.opened(port) as repl:
        assert repl.exec("print(open('/kept').read())").strip() == b"over the flashing"
    app = ROOT / "examples" / "dashboard"
    deploy.deploy(app, port)
    assert "dashboard is at http://10.0.2.15:80/" in capsys.readouterr().out
    Served("pico", "rp2", pico.ports[80]).wait_for_answer()
    assert fetch(pico, "/app.js") == (app / "www" / "app.js").read_bytes()
    assert b"MicroPython" in fetch(pico, "/api/status")


@pytest.mark.timeout(400)
def test_an_app_without_a_word_of_networks_is_found(desk, capsys):
    """docs/boards.md, "Your own app"."""
    _, pico = desk
    deploy.deploy(ROOT / "examples" / "hello.py", pico.pty)
    assert "hello.py is at http://10.0.2.15:80/" in capsys.readouterr().out
    assert fetch(pico, "/hello/Ada") == b'{"hello": "Ada"}'
