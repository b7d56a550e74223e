"""The C tests on an emulated board: what a suite says there, against this machine's own run."""

import functools
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest
from conftest import ROOT

from tools.base import boards
from tools.check import unit

SUITES = sorted(p.stem for p in unit.TESTS.glob("test_*.c"))
# What runs on the board; the last line says how many tests failed, a leak counts as one.
CODE = "import _lws_unit; print('ended with', _lws_unit.run('{}'))"
LAST_LINE = re.compile(r"^ended with (\d+)\s*$", re.M)


@dataclass(frozen=True)
class Heard:
    """A suite's text. tests is None when it did not come to its end."""

    text: str

    @property
    def tests(self):
        closing = unit.CLOSING.search(self.text)
        return int(closing[1]) if closing else None

    @property
    def failures(self):
        last = LAST_LINE.search(self.text)
        return int(last[1]) if last else None

    @property
    def trouble(self):
        """The lines that are no passed test."""
        return "\n".join(x for x in self.text.splitlines() if not x.endswith(":PASS"))


def check(suite, text):
    """The suite passed, and not one of its tests was left out."""
    heard = Heard(text.replace("\r", ""))
    assert heard.failures is not None, f"{suite} did not come to its end:\n{heard.trouble}"
    assert heard.failures == 0, f"{suite}: {heard.failures} failures\n{heard.trouble}"
    here = wanted()[suite]
    assert heard.tests == here, f"{suite}: {heard.tests} tests on the board, {here} here"


def firmware(board, name):
    """The image of a firmware with the C tests in it."""
    path = boards.find(board).build_folder(tests=True) / name
    if not path.is_file():
        pytest.fail(f"{path} is missing: make firmware BOARD={board} TESTS=1")
    return path


@functools.cache
def wanted():
    """{suite: number of tests}, from running the same programs here."""
    argv = [sys.executable, "-m", "tools.check.unit"]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT)
    rows = re.findall(r"^ok +(test_\w+): (\d+) passed, 0 failed$", done.stdout, re.M)
    assert done.returncode == 0, f"make unit must pass first\n{done.stdout}{done.stderr}"
    return {name: int(tests) for name, tests in rows}
