"""The C unit suites, in the firmware that make firmware TESTS=1 builds."""

import ast

import pytest

from tools.base.repo import ROOT

SUITES = sorted(p.stem for p in (ROOT / "tests" / "unit").glob("test_*.c"))
SUITE_S = 180
HINT = (
    "this firmware has no C tests: make firmware BOARD={0} TESTS=1, make flash BOARD={0} TESTS=1"
)


ASK = "try:\n import _lws_unit\n print(_lws_unit.suites())\nexcept ImportError:\n print(())"


@pytest.fixture
def suites(console, board, known):
    if "suites" not in known:
        known["suites"] = ast.literal_eval(console.run(ASK))
    if not known["suites"]:
        pytest.fail(HINT.format(board.name), pytrace=False)
    return known["suites"]


def test_every_suite_is_in_the_firmware(suites):
    assert sorted(suites) == SUITES


@pytest.mark.timeout(SUITE_S + 60)
@pytest.mark.parametrize("suite", SUITES)
def test_suite(console, dut, suites, suite):
    assert suite in suites
    console.start(f"import _lws_unit\n_lws_unit.run({suite!r})\n")
    dut.expect_unity_test_output(timeout=SUITE_S)
    console.finish(timeout_s=10)
    failed = [c for c in dut.testsuite.testcases if c.result != "PASS"]
    assert dut.testsuite.testcases, "no test ran"
    assert not failed, "\n".join(f"{c.name}: {c.result} {c.attrs.get('message')}" for c in failed)
