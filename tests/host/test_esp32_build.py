"""make firmware for ESP32 boards, with an ESP-IDF that only looks like one.

MicroPython's own Makefile, makeimg.py and CMakeLists.txt run; idf.py is a stub that notes how it
was called and puts down what a build would leave; with PROJECT cmake says how each file would be
compiled.
The images are esptool's, made of a tiny ELF file.
"""

import json
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from test_esp32_boards import NAMES, Seen, options

from tools.base import boards, command, repo
from tools.compile import build_esp32, build_unix, firmware, flags, partitions, sdkconfig
from tools.get import deps

PROJECT = ROOT / "tests" / "host" / "esp32" / "project.cmake"
# Bytes of a real LWS_ESP32_C3's image, and more than the C tests add to it.
SEEN, TESTS = 1536976, 300 * 1024
XTENSA, RISCV = 94, 243
# mcu: (ELF machine, an address in its instruction RAM)
TINY = {
    "esp32": (XTENSA, 0x40080000),
    "esp32s3": (XTENSA, 0x40378000),
    "esp32c3": (RISCV, 0x40380000),
    "esp32c6": (RISCV, 0x40800000),
}
IDF_PY = """\
#!{python}
import json, os, shutil, subprocess, sys
from pathlib import Path
build = Path(sys.argv[sys.argv.index("-B") + 1])
env = {{n: os.environ.get(n) for n in ("IDF_PATH", "MICROPY_MPYCROSS", "EXPORTED", "TESTS")}}
(build / "called.json").write_text(json.dumps({{"argv": sys.argv[1:], "env": env}}))
shutil.copytree({stock!r}, build, dirs_exist_ok=True)
if Path(os.environ["IDF_PATH"], "tools/cmake/project.cmake").is_file():
    args = sys.argv[1:]
    settings = [a for i, a in enumerate(args) if a[:2] == "-D" or args[i - 1] == "-D"]
    settings = ["-D" + s.removeprefix("-D") for s in settings if s != "-D"]
    subprocess.run(["cmake", "-S", ".", "-B", build, *settings], check=True)
"""
# ESP-IDF's own module, which MicroPython's makeimg.py asks where things are
GEN_ESP32PART = """\
import json
from types import SimpleNamespace
APP_TYPE = "app"
class PartitionTable:
    @staticmethod
    def from_binary(data):
        return [SimpleNamespace(**row) for row in json.loads(data)]
"""


def tiny_elf(machine, address):
    """One section of code: what esptool makes an image of."""
    code, names = b"\x13\0\0\0" * 16, b"\0.text\0.shstrtab\0"
    names_at = 52 + len(code)
    table_at = names_at + len(names) + -len(names) % 4
    ident = b"\x7fELF\1\1\1" + bytes(9)
    head = (ident, 2, machine, 1, address, 0, table_at, 0, 52, 32, 0, 40, 3, 2)
    text = (1, 1, 6, address, 52, len(code), 0, 0, 4, 0)
    strings = (7, 3, 0, 0, names_at, len(names), 0, 0, 1, 0)
    sections = [struct.pack("<10I", *row) for row in ((0,) * 10, text, strings)]
    body = code + names.ljust(table_at - names_at, b"\0") + b"".join(sections)
    return struct.pack("<16sHHIIIIIHHHHHH", *head) + body


def image(mcu, folder):
    """An image of the tiny ELF by esptool, and the ELF."""
    elf, binary = folder / f"{mcu}.elf", folder / f"{mcu}.bin"
    elf.write_bytes(tiny_elf(*TINY[mcu]))
    esptool("--chip", mcu, "elf2image", "-o", binary, elf)
    return binary, elf


def esptool(*args):
    argv = [sys.executable, "-m", "esptool", *map(str, args)]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data) if isinstance(data, bytes) else path.write_text(data)


def stock_up(stock, board, scratch, tests=False):
    """What ESP-IDF's build of the board would leave."""
    scratch.mkdir(parents=True)
    seen = Seen(board, scratch, *["-DLWS_TESTS=1"] * tests)
    final = options(seen.combined, scratch) | {
        "IDF_TARGET": f'"{board.mcu}"',
        "BOOTLOADER_OFFSET_IN_FLASH": hex(build_esp32.CHIPS[board.mcu][0]),
    }
    write(stock / "sdkconfig.combined", seen.combined)
    write(stock / "sdkconfig", "".join(f"CONFIG_{n}={v}\n" for n, v in final.items()))
    binary, elf = image(board.mcu, scratch)
    rows, _ = partitions.parse(build_esp32.partition_table(board, tests).read_text())
    folder = board.build_folder(tests)
    pieces = {path.relative_to(folder): at for at, path in build_esp32.layout(board, tests)}
    for name in pieces:
        write(stock / name, binary.read_bytes())
    table = json.dumps([{**vars(p)} for p in rows])
    write(stock / "partition_table" / "partition-table.bin", table)
    files = {hex(at): str(name) for name, at in pieces.items()}
    write(stock / "flasher_args.json", json.dumps({"flash_files": files}))
    shutil.copy(elf, stock / "micropython.elf")
    write(stock / "compile_commands.json", "[]")


def micropython(root):
    """The downloaded tree with the submodules that it lacks, made of links."""
    tree = deps.tree()
    opened = ("lib", "ports", "ports/esp32")  # folders; cmake follows a link to the real ones
    for folder in ("", *opened):
        (root / folder).mkdir()
        for path in (tree / folder).iterdir():
            name = str(path.relative_to(tree))
            if name not in opened and name not in build_esp32.SUBMODULES:
                (root / name).symlink_to(path)
    for folder, file in build_esp32.SUBMODULES.items():
        write(root / folder / file, "")
    lists = (tree / "extmod" / "extmod.cmake").read_text()
    for name in re.findall(r"\{MICROPY_LIB_BERKELEY_DIR\}/(\S+\.c)", lists):
        write(root / "lib" / "berkeley-db-1.xx" / name, "")
    return root


def idf(root, stock, version=(5, 4, 0)):
    named = zip(("MAJOR", "MINOR", "PATCH"), version, strict=True)
    cmake = "".join(f"set(IDF_VERSION_{n} {v})\n" for n, v in named)
    write(root / "tools" / "cmake" / "version.cmake", cmake)
    write(root / "export.sh", f"export EXPORTED=yes PATH='{root}/tools':\"$PATH\"\n")
    write(root / "tools" / "idf.py", IDF_PY.format(python=sys.executable, stock=str(stock)))
    (root / "tools" / "idf.py").chmod(0o755)
    write(root / "components" / "partition_table" / "gen_esp32part.py", GEN_ESP32PART)
    return root


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A build folder of its own, a MicroPython that is whole, an ESP-IDF that is not one."""
    d = SimpleNamespace(
        stock=tmp_path / "stock", scratch=tmp_path / "scratch", build=tmp_path / "b"
    )
    d.mpy = micropython(tmp_path / "micro python")
    d.idf = idf(tmp_path / "esp idf", d.stock)
    for module in (repo, command):
        monkeypatch.setattr(module, "BUILD", d.build)
    monkeypatch.setattr(build_unix, "cross", lambda: tmp_path / "mpy-cross")
    monkeypatch.setenv("MPY_DIR", str(d.mpy))
    monkeypatch.setenv("IDF_PATH", str(d.idf))
    monkeypatch.setenv("TESTS", "1")  # our make's: not for MicroPython's
    return d


@pytest.mark.parametrize("name", NAMES)
def test_build(desk, name):
    board = boards.find(name)
    stock_up(desk.stock, board, desk.scratch)
    built, _ = firmware.build(board)
    assert [path for _, path in build_esp32.layout(board)] == built.images
    assert all(path.is_file() for path in [built.elf, *built.images])
    assert built.flash_hint == f"make flash BOARD={name}"
    called = json.loads((desk.build / name / "called.json").read_text())
    assert called["env"]["EXPORTED"] == "yes" and called["env"]["TESTS"] is None
    assert called["env"]["MICROPY_MPYCROSS"].endswith("/mpy-cross")
    argv = called["argv"]
    assert argv[-1] == "build"
    given = [*(argv[i + 1] for i, a in enumerate(argv) if a == "-D"), *argv]
    assert f"MICROPY_BOARD={name}" in given and f"MICROPY_BOARD_DIR={board.folder}" in given
    assert f"-DUSER_C_MODULES={repo.ROOT}/cmodules/micropython.cmake" in given
    # MicroPython's makeimg.py put the same pieces to the same offsets
    whole = (desk.build / name / "firmware.bin").read_bytes()
    start = build_esp32.CHIPS[board.mcu][0]
    for at, path in build_esp32.layout(board):
        if path.name != "ota_data_initial.bin":  # it leaves 0xff there
            assert whole[at - start :].startswith(path.read_bytes()), path.name


@pytest.mark.parametrize("name", NAMES)
def test_tests_are_asked_for_and_have_room(desk, name):
    """The table that MicroPython's cmake takes is the one whose offsets and limits are ours."""
    board = boards.find(name)
    stock_up(desk.stock, board, desk.scratch, tests=True)
    built = build_esp32.build(board, tests=True)
    called = json.loads((desk.build / f"{name}-tests" / "called.json").read_text())
    assert "LWS_TESTS=1" in called["argv"]
    combined = sdkconfig.values((built.elf.parent / "sdkconfig.combined").read_text())
    table = Path(combined["PARTITION_TABLE_CUSTOM_FILENAME"].strip('"'))
    assert table.samefile(build_esp32.partition_table(board, tests=True))
    rows, _ = partitions.parse(table.read_text())
    assert built.flash_limit == partitions.slots(rows)[0].size >= SEEN + TESTS
    plain, _ = partitions.parse(build_esp32.partition_table(board).read_text())
    assert data(rows) == data(plain), "a board would lose its files"


def data(rows):
    return [p for p in rows if p.type == partitions.DATA]


@pytest.mark.parametrize("name", NAMES)
def test_our_files_get_the_flags_of_micropython_s(desk, name):
    """With the C tests, too: the program compiles all of them again, and links these copies."""
    shutil.copy(PROJECT, desk.idf / "tools" / "cmake")
    board = boards.find(name)
    stock_up(desk.stock, board, desk.scratch, tests=True)
    build_esp32.build(board, tests=True)
    folder = desk.build / f"{name}-tests"
    theirs = next(f for path, f in flags.entries(folder) if path.name == "gc.c")
    assert {"-Os", "-O2"} & {*theirs} and {"-DESP_PLATFORM", '-DIDF_VER="v5.4"'} <= {*theirs}
    assert flags.differences(folder, theirs) == []
    assert "area.c" in {path.name for path, _ in flags.entries(folder)}  # ports/gc
    sources = [path for path, _ in flags.ours(folder)]
    assert {sources.count(path) for path in sources} == {2}, (
        "once in a library, once in the program"
    )
    mains = [(p, f) for p, f in flags.ours(folder) if p.match("tests/unit/test_*.c")]
    assert mains and [p for p, f in mains if f"-Dmain=lws_unit_{p.stem}" not in f] == []


def test_another_fragment_begins_anew(desk, monkeypatch):
    """ESP-IDF keeps the sdkconfig of the last build, whatever the fragments say now."""
    board = boards.find("LWS_ESP32")
    stock_up(desk.stock, board, desk.scratch)
    build_esp32.build(board)
    old = desk.build / board.name / "left by the last build"
    old.touch()
    build_esp32.build(board)
    assert old.exists()
    changed = desk.scratch / "sdkconfig.lws"
    changed.write_text((build_esp32.PORT / "sdkconfig.lws").read_text() + "# other\n")
    monkeypatch.setattr(build_esp32, "fragments", lambda b: [changed])
    build_esp32.build(board)
    assert not old.exists()


def refuse(board):
    with pytest.raises(SystemExit) as stopped:
        build_esp32.build(board)
    return str(stopped.value)


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (
            "sdkconfig",
            ("MBEDTLS_SSL_ALPN=y", "MBEDTLS_SSL_ALPN=n"),
            "CONFIG_MBEDTLS_SSL_ALPN=y (it",
        ),
        ("flasher_args.json", ("0x10000", "0x20000"), "ESP-IDF puts the images elsewhere"),
    ],
)
def test_what_esp_idf_made_is_checked(desk, name, change, says):
    board = boards.find("LWS_ESP32_C6")
    stock_up(desk.stock, board, desk.scratch)
    path = desk.stock / name
    path.write_text(path.read_text().replace(*change))
    assert says in refuse(board)


def test_flags_that_do_not_reach_our_files_are_named(desk):
    board = boards.find("LWS_ESP32_C3")
    stock_up(desk.stock, board, desk.scratch)
    text = PROJECT.read_text().replace("set(level -Os)", "set(level -O0)")
    (desk.idf / "tools" / "cmake" / "project.cmake").write_text(text)
    said = refuse(board)
    assert "compiled our files with other flags than its own: error.c without -Os (it" in said
    assert re.search(r"and \d+ more", said)


def test_image_for_another_chip_is_refused(desk):
    board = boards.find("LWS_ESP32_C3")
    stock_up(desk.stock, board, desk.scratch)
    binary, _ = image("esp32s3", desk.scratch)
    shutil.copy(binary, desk.stock / "micropython.bin")
    assert "micropython.bin is for esp32s3, LWS_ESP32_C3 has esp32c3" in refuse(board)


def test_failure_shows_the_end_of_the_log(desk):
    (desk.idf / "tools" / "idf.py").write_text("#!/bin/sh\necho no such chip\nexit 2\n")
    said = refuse(boards.find("LWS_ESP32"))
    assert "no such chip" in said and "firmware-LWS_ESP32.log" in said


@pytest.mark.parametrize("missing", ["IDF_PATH", "MPY_DIR"])
def test_one_sentence_when_something_is_missing(desk, monkeypatch, missing):
    monkeypatch.setenv(missing, "")
    said = refuse(boards.find("LWS_ESP32_S3"))
    assert said.startswith(
        "error: LWS_ESP32_S3 is built with ESP-IDF 5.2.3+, 5.3.2+ or 5.4 and a MicroPython"
    )
    assert f"({missing} not set)" in said and "\n" not in said
    assert said.endswith(
        "make firmware BOARD=LWS_ESP32_S3 IDF_PATH=~/esp-idf MPY_DIR=~/micropython"
    )


def test_wrong_folders_are_named(desk, monkeypatch):
    board = boards.find("LWS_ESP32_S3")
    (desk.mpy / "lib" / "tinyusb" / "src" / "tusb.h").unlink()
    assert "lacks lib/tinyusb: git submodule update --init lib/tinyusb" in refuse(board)
    monkeypatch.setenv("IDF_PATH", str(desk.scratch))
    assert "is not an ESP-IDF checkout (no export.sh)" in refuse(board)


# By ESP-IDF's tags: these have an mbedTLS before 3.6.1, or are before what MicroPython takes.
@pytest.mark.parametrize(
    "version", [(5, 1, 6), (5, 2, 0), (5, 2, 2), (5, 3, 0), (5, 3, 1)], ids=str
)
def test_old_esp_idf_is_refused(desk, version):
    idf(desk.idf, desk.stock, version)
    said = refuse(boards.find("LWS_ESP32_S3"))
    is_it = f"ESP-IDF {'.'.join(map(str, version))}"
    assert f"{desk.idf} is {is_it}; 5.2.3+, 5.3.2+ or 5.4 is needed, for mbedTLS 3.6.1" in said


@pytest.mark.parametrize("version", [(5, 2, 3), (5, 3, 2), (5, 4, 0), (5, 4, 2), (5, 5, 0)])
def test_esp_idf_that_will_do(desk, version):
    idf(desk.idf, desk.stock, version)
    assert build_esp32.idf() == desk.idf.resolve()


@pytest.mark.parametrize("mcu", TINY)
def test_chip_of_agrees_with_esptool(mcu, tmp_path):
    binary, _ = image(mcu, tmp_path)
    said = esptool("image-info", binary)
    assert f"Chip ID: {build_esp32.CHIPS[mcu][1]} (" in said
    assert build_esp32.chip_of(binary.read_bytes()) == mcu


def test_chip_of_others():
    assert build_esp32.chip_of(b"") is None
    assert build_esp32.chip_of(b"\xaa\x50" + bytes(30)) is None  # a partition table
    assert build_esp32.chip_of(b"\xe9" + bytes(11) + b"\x10\0") == "chip number 16"


def test_sdkconfig_text():
    text = 'CONFIG_A=y\n# CONFIG_B is not set\n# CONFIG_C=y\nCONFIG_A=\nCONFIG_D="x"\nodd\n'
    assert sdkconfig.values(text) == {"A": "n", "B": "n", "D": '"x"'}
    assert sdkconfig.strays(text) == [(6, "odd")]
