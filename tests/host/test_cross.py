"""tools/check/cross.py: what a board's CPU cannot do, or its compiler will not take, is found."""

import subprocess
import sys

import pytest

CORE = """\
#include <stdint.h>
#include "lws/base/share.h"
{0} lws_share({0} a, {0} b{1}) {{
    return a {2} b;
}}
"""


@pytest.fixture
def cross(house):
    def run(kind="uint32_t", more="", operator="/"):
        folder = house / "cmodules" / "lws" / "base"
        folder.mkdir(parents=True, exist_ok=True)
        declared = f"#include <stdint.h>\n{kind} lws_share({kind} a, {kind} b{more});\n"
        (folder / "share.h").write_text(declared)
        (folder / "share.c").write_text(CORE.format(kind, more, operator))
        argv = [sys.executable, "-m", "tools.check.cross"]
        done = subprocess.run(argv, capture_output=True, text=True, cwd=house)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(
    ("kind", "operator"), [("uint32_t", "/"), ("int", "%"), ("uint64_t", "*"), ("int64_t", "-")]
)
def test_integers_pass(cross, kind, operator):
    code, output = cross(kind, operator=operator)
    assert code == 0 and "cross: 4 CPUs, 0 problems" in output, output


@pytest.mark.parametrize(
    ("kind", "operator", "says"),
    [
        ("uint64_t", "/", "divides 64-bit numbers: __udivdi3"),
        ("int64_t", "%", "divides 64-bit numbers: __aeabi_ldivmod"),
        ("double", "+", "uses floating point: __adddf3"),
        ("float", "*", "uses floating point: __aeabi_fmul"),
    ],
)
def test_what_small_cpus_lack(cross, kind, operator, says):
    code, output = cross(kind, operator=operator)
    assert code == 1 and says in output
    assert "cpu-rv32imc/cmodules/lws/base/share.o: " in output


def test_varargs(cross):
    code, output = cross(more=", ...")
    assert code == 1 and "cmodules/lws/base/share.c: defines a function with ..." in output


def test_warnings_are_errors(cross):
    code, output = cross(more=", int unused")
    assert code == 1 and "unused parameter" in output and "4 CPUs, 4 problems" in output
