"""make unit, valgrind, fuzz and size: what is wrong with the C makes them fail, and is named."""

import json
import subprocess
import sys

import pytest

CORE = """\
#include "lws/base/twice.h"
{0}
int lws_twice(int x) {{
    return 2 * x{1};
}}
"""
HEADER = "int lws_twice(int x);\n"
TEST = """\
#include <stdlib.h>
#include "unity.h"
#include "lws/base/twice.h"
static void test_twice(void) {{
    {0}
    TEST_ASSERT_EQUAL_INT(4, lws_twice(2));
}}
static void test_zero(void) {{
    TEST_ASSERT_EQUAL_INT(0, lws_twice(0));
}}
int main(void) {{
    UNITY_BEGIN();
    RUN_TEST(test_twice);
    RUN_TEST(test_zero);
    return UNITY_END();
}}
"""
FUZZ = """\
#include <stddef.h>
#include <stdint.h>
#include "lws/base/twice.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {{
    return n > 2 && data[0] == 'l' && data[1] == 'w' ? lws_twice(data[n{0}]) * 0 : 0;
}}
"""


class House:
    def __init__(self, root):
        self.root = root
        self.core()
        self.test()

    def write(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def core(self, before="", term=""):
        self.write("cmodules/lws/base/twice.c", CORE.format(before, term))
        self.write("cmodules/lws/base/twice.h", HEADER)

    def test(self, code=""):
        self.write("tests/unit/test_twice.c", TEST.format(code))

    def run(self, program, *args):
        argv = [sys.executable, "-m", f"tools.{program}", *args]
        done = subprocess.run(argv, capture_output=True, text=True, cwd=self.root)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def lab(house):
    """A core of one function, its test, and Unity without the rest of our support code."""
    for path in (house / "tests" / "unit" / "support").iterdir():
        if path.stem != "unity":
            path.unlink()
    return House(house)


def test_unit_passes_and_counts(lab):
    code, output = lab.run("check.unit")
    assert code == 0, output
    assert output.splitlines()[-1] == "2 passed, 0 failed"


def test_unit_shows_a_failure_and_sees_the_repair(lab):
    lab.core(term=" + 1")
    code, output = lab.run("check.unit")
    assert code == 1
    assert "test_twice.c:" in output and ":FAIL" in output
    assert output.splitlines()[-1] == "0 passed, 2 failed"
    lab.core()
    assert lab.run("check.unit")[0] == 0
    lab.write("cmodules/lws/base/twice.h", '#error "a changed header"\n')
    assert "a changed header" in lab.run("check.unit")[1]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            "volatile char *p = malloc(lws_twice(4)); p[lws_twice(4)] = 1; free((void *)p);",
            "heap-buffer-overflow",
        ),
        ("int big = 0x7fffffff; TEST_ASSERT(big + lws_twice(1));", "signed integer overflow"),
        ("abort();", "test_twice: ended with -6"),
        ("exit(0);", "test_twice: ended with 0"),
        ("no_such_function();", "no_such_function"),
    ],
)
def test_unit_catches(lab, code, says):
    lab.test(code)
    code, output = lab.run("check.unit")
    assert code == 1 and says in output
    assert not output.splitlines()[-1].endswith(", 0 failed")


@pytest.mark.parametrize(
    ("before", "term", "says"),
    [
        ("static int count;", " + count++", "writable data: count"),
        ("static int count = 3;", " + count++", "writable data: count"),
        ("int putchar(int c);", " + putchar(x)", "uses putchar, which is not lws_*"),
        ("", " * (int)(x * 1.5)", "SSE"),
        ("", " + y", "undeclared"),
    ],
)
def test_unit_catches_impure_core(lab, before, term, says):
    lab.core(before, term)
    code, output = lab.run("check.unit")
    assert code == 1 and says in output, output


def test_valgrind_catches_a_leak(lab):
    assert lab.run("check.unit", "--valgrind")[0] == 0
    lab.test("char *volatile p = malloc(9); p = NULL; TEST_ASSERT(!p);")
    code, output = lab.run("check.unit", "--valgrind")
    assert code == 1 and "definitely lost" in output


def test_name_filter(lab):
    lab.write("tests/unit/test_other.c", TEST.format("TEST_ASSERT(false);"))
    assert lab.run("check.unit", "twice")[0] == 0
    assert lab.run("check.unit", "other")[0] == 1
    assert lab.run("check.unit", "nothing")[0] == 1


def test_fuzz_finds_a_bug_and_keeps_the_input(lab):
    lab.write("tests/fuzz/fuzz_twice.c", FUZZ.format(" - 1"))
    lab.write("tests/fuzz/corpus/twice/seed", "lws")
    code, output = lab.run("check.fuzz", "--seconds", "1")
    assert code == 0 and output.splitlines()[-1] == "1 targets, 0 broken", output
    lab.write("tests/fuzz/fuzz_twice.c", FUZZ.format(""))
    code, output = lab.run("check.fuzz", "--seconds", "1")
    assert code == 1 and "heap-buffer-overflow" in output
    assert list((lab.root / "build" / "fuzz" / "crashes").glob("twice-crash-*"))
    assert [p.name for p in (lab.root / "tests/fuzz/corpus/twice").iterdir()] == ["seed"]


def test_missing_compiler_is_a_loud_failure(lab, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    code, output = lab.run("check.fuzz")
    assert code == 1 and "error: clang is missing: run make setup" in output


def test_size_writes_rows_and_keeps_those_of_others(lab):
    other = {"value": 1, "bar": 2, "peer": None, "how": "elsewhere"}
    lab.write("build/size.json", json.dumps({"mine": other}))
    code, output = lab.run("measure.size")
    assert code == 0, output
    rows = json.loads((lab.root / "build" / "size.json").read_text())
    assert rows["mine"] == other
    assert 0 < rows["flash lws/base"]["value"] == rows["flash whole core"]["value"] < 50


def test_size_fails_above_a_budget(lab):
    lab.core(before="extern const char lws_table[200000];\nconst char lws_table[200000] = {1};")
    code, output = lab.run("measure.size")
    assert code == 1 and "OVER" in output
