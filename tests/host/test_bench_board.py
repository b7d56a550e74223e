"""The instructions on the emulated Cortex-M3 against their record, and the gate itself."""

import board
import pytest

from tools.compile import cpus
from tools.measure import bench_board, record

UNIT = bench_board.Unit("a request", 1000, "http", "/")
HERE = {cpus.ARM: "arm-none-eabi 12"}


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (500, "ok"),
        (510, "ok"),
        (515, "WORSE by 3.0 %"),
        (490, "ok"),
        (480, "better by 4.0 %"),
        (1001, "ABOVE"),
    ],
)
def test_verdict(value, word):
    assert bench_board.verdict(UNIT, value, {"a request": 500}, True) == word


def test_growth_fails_and_shrinking_does_not():
    assert bench_board.is_bad("WORSE by 3.0 %") and bench_board.is_bad("ABOVE")
    assert not any(map(bench_board.is_bad, ["ok", "better by 4.0 %", "not compared"]))


def test_bars_hold_for_other_compilers():
    measured = [bench_board.Measured(UNIT, 1001, 0, None)]
    other = {cpus.ARM: "arm-none-eabi 99"}
    assert bench_board.judge(measured, other, HERE, {"a request": 500}) == {"a request": "ABOVE"}
    measured[0].value = 900
    judged = bench_board.judge(measured, other, HERE, {"a request": 500})
    assert judged == {"a request": "not compared"}


def test_update_keeps_what_was_not_measured(tmp_path, monkeypatch):
    first, second = bench_board.UNITS[:2]
    monkeypatch.setattr(bench_board, "RECORD", bench_board.repo.BUILD / "test-counts.toml")
    known = {first.name: 1, second.name: 2, "gone": 3}
    bench_board.update([bench_board.Measured(first, 7, 0, None)], HERE, known)
    made_by, values = record.read(bench_board.RECORD)
    bench_board.RECORD.unlink()
    assert (made_by, values) == (HERE, {first.name: 7, second.name: 2})


@pytest.mark.parametrize("unit", bench_board.UNITS, ids=lambda u: u.name)
def test_count(unit):
    made_by, recorded = record.read(bench_board.RECORD)
    figure = bench_board.measure(board.elf(), unit, peers=False)
    comparable = made_by == bench_board.compilers()
    word = bench_board.verdict(unit, figure.value, recorded, comparable)
    print(f"{unit.name}: {figure.value:,} (of it lwIP {figure.lwip:,}), {word}")
    assert not bench_board.is_bad(word), f"{figure.value} instructions: {word}"
    assert unit.name in recorded, "make bench UPDATE=1 records it"
