"""The RP2 boards' files: MicroPython's own boards and the Pico SDK are the measure."""

import json
import re
import sys

import pytest
from conftest import ROOT

from tools.base import boards
from tools.compile import build_rp2, flags, uf2
from tools.get import deps, pico_sdk

THEIRS = {
    "LWS_RPI_PICO": "RPI_PICO",
    "LWS_RPI_PICO_W": "RPI_PICO_W",
    "LWS_RPI_PICO2": "RPI_PICO2",
    "LWS_RPI_PICO2_W": "RPI_PICO2_W",
}
UPDATE = (
    "git submodule update --init lib/mbedtls lib/lwip lib/pico-sdk lib/tinyusb lib/cyw43-driver"
    " lib/btstack"
)
BUILT = ["LWS_RPI_PICO", "LWS_RPI_PICO2"]


@pytest.fixture(params=THEIRS)
def board(request):
    return boards.find(request.param)


@pytest.fixture
def theirs(board):
    return deps.tree() / "ports" / "rp2" / "boards" / THEIRS[board.name]


def defines(path):
    return dict(re.findall(r"^#define (\w+) +(.+?) *(?://.*)?$", path.read_text(), re.M))


def settings(path):
    return dict(re.findall(r"^set\((\w+) (.+)\)$", path.read_text(), re.M))


def test_board_json(board, theirs):
    known = json.loads((theirs / "board.json").read_text())
    known.pop("variants", None)  # the RISC-V cores of an RP2350 are not built
    differs = {k for k in known if board.about[k] != known[k]}
    assert board.about.keys() == known.keys() and differs == {"deploy"}
    assert board.port == "rp2"


def test_config_has_what_micropythons_has(board, theirs):
    ours = defines(board.folder / "mpconfigboard.h")
    assert defines(theirs / "mpconfigboard.h").keys() <= ours.keys()
    wifi = "WiFi" in board.about["features"]
    assert ("MICROPY_PY_NETWORK_PPP_LWIP" in ours) != wifi
    given = settings(board.folder / "mpconfigboard.cmake")
    wanted = settings(theirs / "mpconfigboard.cmake")
    for name in ("MICROPY_PY_LWIP", "MICROPY_FROZEN_MANIFEST"):  # ports/rp2/lws.cmake has them
        wanted.pop(name, None)
    assert wanted.items() <= given.items()
    shared = settings(ROOT / "ports" / "rp2" / "lws.cmake")
    assert {"MICROPY_PY_LWIP", "MICROPY_FROZEN_MANIFEST", "MBEDTLS_CONFIG_FILE"} <= shared.keys()


def test_pins_are_micropythons(board, theirs):
    def pins(folder):
        return set((folder / "pins.csv").read_text().split())

    assert pins(board.folder) == pins(theirs)


def test_flash_is_shared_out(board):
    header = settings(board.folder / "mpconfigboard.cmake")["PICO_BOARD"].strip('"')
    sdk = pico_sdk.sdk(deps.tree())
    text = (sdk / "src" / "boards" / "include" / "boards" / f"{header}.h").read_text()
    size = re.search(r"#define PICO_FLASH_SIZE_BYTES \((\d+) \* 1024 \* 1024\)", text)
    assert int(size[1]) << 20 == build_rp2.FLASH[board.mcu]
    ours = defines(board.folder / "mpconfigboard.h")
    files = re.fullmatch(r"\((\d+) \* 1024\)", ours["MICROPY_HW_FLASH_STORAGE_BYTES"])
    romfs = settings(board.folder / "mpconfigboard.cmake")["LWS_ROMFS_KB"]
    assert int(files[1]) % 4 == 0 and int(romfs) % 4 == 0
    assert build_rp2.room(board) >= 896 * 1024


def test_manifest(board, monkeypatch):
    mpy = deps.tree()
    monkeypatch.syspath_prepend(mpy / "tools")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import manifestfile

    variables = {"MPY_DIR": str(mpy), "PORT_DIR": str(mpy / "ports" / "rp2"), "MPY_LIB_DIR": ""}
    manifest = manifestfile.ManifestFile(manifestfile.MODE_FREEZE, variables)
    manifest.execute(str(board.folder / "manifest.py"))
    frozen = {f.target_path for f in manifest.files()}
    assert {"_boot.py", "rp2.py", "asyncio/core.py", "lws/http/server.py", "lws/net.py"} <= frozen


@pytest.fixture
def no_radio(tmp_path, monkeypatch):
    """A checkout of MicroPython without the submodules of lib/; nothing in it is copied."""
    mpy, fake = deps.tree(), tmp_path / "micropython"
    for folder in (fake, fake / "ports", fake / "lib"):
        folder.mkdir()
        for entry in (mpy / folder.relative_to(fake)).iterdir():
            if entry.name not in ("ports", "lib", "cyw43-driver", "btstack", "pico-sdk"):
                (folder / entry.name).symlink_to(entry)
    monkeypatch.setenv("MPY_DIR", str(fake))
    monkeypatch.delenv("PICO_SDK_PATH", raising=False)
    return fake


def touch(mpy, *paths):
    for path in paths:
        (mpy / path).parent.mkdir(parents=True, exist_ok=True)
        (mpy / path).touch()


@pytest.mark.parametrize("name", ["LWS_RPI_PICO_W", "LWS_RPI_PICO2_W"])
def test_missing_radio_is_said_in_one_sentence(no_radio, name):
    board = boards.find(name)
    with pytest.raises(SystemExit) as stopped:
        build_rp2.build(board)
    assert str(stopped.value) == (
        f"error: {name} needs lib/cyw43-driver and lib/btstack in MicroPython's tree, and Debian "
        "has no package of them: give MPY_DIR=<a git checkout of MicroPython> in which you ran "
        f"{UPDATE} (in other trees, of MicroPython 1.25: cyw43-driver 1.1.0 and btstack 1.6.1; "
        "its file lists do not fit later ones)"
    )
    assert f"`{UPDATE}`" in (ROOT / "docs" / "boards.md").read_text()
    touch(no_radio, "lib/cyw43-driver/src/cyw43.h")
    with pytest.raises(SystemExit, match=rf"needs lib/btstack in .* {UPDATE}"):
        build_rp2.build(board)


def test_checkout_without_tinyusb(no_radio):
    (no_radio / "lib" / "tinyusb").unlink()
    with pytest.raises(SystemExit, match="lacks TinyUSB: git submodule update --init .*lib/tiny"):
        build_rp2.build(boards.find("LWS_RPI_PICO"))


def test_sdk_of_ones_own_wins(no_radio, tmp_path, monkeypatch):
    own = no_radio / "lib" / "pico-sdk"
    touch(no_radio, "lib/pico-sdk/pico_sdk_init.cmake")
    assert pico_sdk.sdk(no_radio) == own
    monkeypatch.setenv("PICO_SDK_PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="is not the Pico SDK"):
        pico_sdk.sdk(no_radio)
    touch(tmp_path, "pico_sdk_init.cmake")
    assert pico_sdk.sdk(no_radio) == tmp_path


@pytest.mark.parametrize("name", ["LWS_RPI_PICO_W", "LWS_RPI_PICO2_W"])
def test_cmake_accepts_a_radio_board(no_radio, tmp_path, name):
    """With empty files for the drivers, cmake finds nothing else to be missing."""
    btstack = (no_radio / "extmod" / "btstack" / "btstack.cmake").read_text()
    sources = re.findall(r"\$\{BTSTACK_LIB_DIR\}/(\S+\.c)", btstack)
    touch(no_radio, *(f"lib/btstack/{s}" for s in (*sources, "src/btstack.h", "src/bluetooth.h")))
    driver = ("cyw43.h", "cyw43_ll.c", "cyw43_stats.c", "cyw43_lwip.c", "cyw43_ctrl.c")
    touch(no_radio, *(f"lib/cyw43-driver/src/{s}" for s in driver))
    board, build = boards.find(name), tmp_path / "build"
    pico_sdk.require_radio(board, no_radio)
    sdk = pico_sdk.sdk(no_radio)
    build_rp2.configure(build, f"test-{name}", no_radio, sdk, board, "mpy-cross")
    flags = (build / "CMakeFiles" / "firmware.dir" / "flags.make").read_text()
    includes = re.search(r"^C_INCLUDES = (.*)$", flags, re.M)[1].split()
    # our lwipopts.h is found before MicroPython's
    assert includes[0] == f"-I{ROOT / 'ports' / 'rp2' / 'lwip_inc'}"
    assert "MICROPY_PY_NETWORK_CYW43=1" in flags and "lws_mbedtls_config.h" in flags
    rules = (build / "CMakeFiles" / "firmware.dir" / "build.make").read_text()
    assert "cyw43_ctrl.c.o:" in rules and "mod_lws/pump" not in rules
    assert "cmodules/mod_lws/module.c.o:" in rules


def test_image_that_does_not_fit(tmp_path):
    binary, image = tmp_path / "firmware.bin", tmp_path / "firmware.uf2"
    binary.write_bytes(bytes(897 * 1024))
    board = boards.find("LWS_RPI_PICO")
    with pytest.raises(SystemExit, match="takes 897 KB, 896 KB are free below its file systems"):
        build_rp2.write_image(binary, image, board, build_rp2.room(board))
    assert not image.exists()


@pytest.fixture(params=BUILT)
def firmware_folder(request):
    folder = boards.find(request.param).build_folder()
    if not (folder / "firmware.uf2").is_file():
        pytest.fail(f"no firmware of {request.param}: make firmware BOARD={request.param}")
    return folder


def test_firmware(firmware_folder):
    board = boards.find(firmware_folder.name)
    image = uf2.read((firmware_folder / "firmware.uf2").read_bytes())
    binary = (firmware_folder / "firmware.bin").read_bytes()
    assert image.family == uf2.BY_MCU[board.mcu]
    ((start, end),) = image.ranges
    assert start == uf2.FLASH and end - start <= build_rp2.room(board)
    assert image.pieces[0][1].startswith(binary)


def test_firmware_has_no_tests_in_it(firmware_folder):
    binary = (firmware_folder / "firmware.bin").read_bytes()
    assert b"_lws_unit" not in binary and b"Tests 0 Failures" not in binary
    assert b"_lws\0" in binary  # names do lie there in plain


def test_our_files_get_the_flags_of_micropython_s(firmware_folder):
    theirs = next(f for path, f in flags.entries(firmware_folder) if path.name == "gc.c")
    assert "-Os" in theirs and flags.differences(firmware_folder, theirs) == []
    mains = [(p, f) for p, f in flags.ours(firmware_folder) if p.match("tests/unit/test_*.c")]
    assert [p for p, f in mains if f"-Dmain=lws_unit_{p.stem}" not in f] == []


def test_tools_are_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="cmake is missing: run make setup"):
        build_rp2.build(boards.find("LWS_RPI_PICO"))
