"""make size: what grew is refused, by the record and by the budgets."""

import json
import subprocess
import sys

import pytest

from tools.measure import record

TABLE = """\
#include "lws/base/table.h"
const char lws_table[{0}] = {{ 1 }};
{1}
"""


class House:
    """A repository whose core is one table."""

    def __init__(self, root):
        self.root = root
        self.record = root / "tests" / "bench" / "size.toml"
        self.write("cmodules/lws/base/table.h", "extern const char lws_table[];\n")

    def write(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def core(self, size, more=""):
        self.write("cmodules/lws/base/table.c", TABLE.format(size, more))

    def board(self, **sizes):
        self.write("boards/LWS_X/board.json", '{"mcu": "rp2040", "product": "X"}')
        if sizes:
            self.write("build/LWS_X/size.json", json.dumps(sizes))

    def size(self, *args):
        argv = [sys.executable, "-m", "tools.measure.size", *args]
        done = subprocess.run(argv, capture_output=True, text=True, cwd=self.root)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def lab(house):
    h = House(house)
    h.core(10000)
    return h


@pytest.mark.parametrize(
    ("size", "code", "says"),
    [
        (10300, 1, "WORSE by 3.0 %"),
        (10100, 0, "0 over their bar or their record"),
        (9900, 0, "0 over their bar or their record"),
        (9500, 0, "the record is not up to date: make size UPDATE=1"),
    ],
)
def test_growth_against_the_record(lab, size, code, says):
    assert lab.size("--update")[0] == 0
    lab.core(size)
    found, output = lab.size()
    assert (found, says in output) == (code, True), output


def test_update_takes_the_new_size(lab):
    lab.size("--update")
    lab.core(12000)
    assert lab.size()[0] == 1
    assert lab.size("--update")[0] == 0
    assert lab.size()[0] == 0
    compilers, values = record.read(lab.record)
    assert values["flash lws/base"] == values["flash lws/base, rv32imc"] == 12000
    assert compilers["arm-none-eabi-gcc"].startswith("arm-none-eabi ")


def test_nothing_is_recorded_yet(lab):
    code, output = lab.size()
    assert code == 0 and "not recorded" in output and not lab.record.exists()


def test_another_compiler_is_not_compared_but_budgets_hold(lab):
    lab.size("--update")
    text = lab.record.read_text()
    assert "arm-none-eabi 12" in text or "arm-none-eabi 1" in text
    lab.record.write_text(text.replace('"arm-none-eabi 1', '"arm-none-eabi 9'))
    lab.core(20000)
    code, output = lab.size()
    assert code == 1, "rv32imc's record is of the same compiler"
    assert "NOT COMPARED: 4 figures are by arm-none-eabi 1" in output
    riscv = '"riscv64-unknown-elf 1'
    lab.record.write_text(lab.record.read_text().replace(riscv, '"riscv64-unknown-elf 9'))
    assert lab.size()[0] == 0
    lab.core(200000)
    code, output = lab.size()
    assert code == 1 and "OVER" in output


def test_static_ram_is_over_its_bar(lab):
    lab.core(100, "int lws_count;")
    code, output = lab.size("--update")
    assert code == 1 and "OVER" in output
    rows = json.loads((lab.root / "build" / "size.json").read_text())
    assert rows["static RAM of the core"] == {
        "value": 4,
        "bar": 0,
        "peer": None,
        "how": "data and bss, arm-none-eabi-gcc -mcpu=cortex-m0plus -Os",
    }


def test_what_does_not_compile_is_a_failure(lab):
    lab.core(100, "int broken(void) { return 0 }")
    code, output = lab.size()
    assert code == 1 and "table.c:3:" in output and "2 did not compile" in output


@pytest.mark.parametrize(
    ("sizes", "code", "says"),
    [
        ({"flash": 618001}, 1, "WORSE by 3.0 %"),
        ({"static_ram": 71100}, 0, "ok"),
        ({"static_ram": 72500}, 1, "WORSE"),
        ({"gc_heap": 190000}, 1, "WORSE by 5.0 %"),
        ({"gc_heap": 210000}, 0, "better by 5.0 %"),
    ],
)
def test_boards(lab, sizes, code, says):
    stock = {"flash": 600000, "static_ram": 70000, "gc_heap": 200000}
    lab.board(**stock)
    lab.size("--update")
    lab.board(**(stock | sizes))
    found, output = lab.size()
    assert (found, says in output) == (code, True), output


def test_a_board_that_is_not_built_keeps_its_record(lab):
    lab.board(flash=600000, static_ram=70000, gc_heap=0)
    lab.size("--update")
    assert "LWS_X GC heap" not in lab.record.read_text()
    (lab.root / "build" / "LWS_X" / "size.json").unlink()
    code, output = lab.size("--update")
    assert code == 0 and "not built" in output and "LWS_X flash" in output
    assert record.read(lab.record)[1]["LWS_X flash"] == 600000
    assert "any more" not in output


def test_what_nobody_measures_any_more_is_named(lab):
    lab.size("--update")
    lab.record.write_text(lab.record.read_text() + '"flash lws/gone" = 5\n')
    code, output = lab.size()
    assert code == 0 and "nothing measures it any more: flash lws/gone" in output


@pytest.mark.parametrize(
    ("value", "recorded", "more", "word"),
    [
        (102, 100, False, ""),
        (103, 100, False, "WORSE by 3.0 %"),
        (97, 100, False, "better by 3.0 %"),
        (97, 100, True, "WORSE by 3.0 %"),
        (0, 0, False, ""),
        (1, 0, False, "WORSE by 100.0 %"),
    ],
)
def test_verdict(value, recorded, more, word):
    assert record.verdict(value, recorded, more) == word
