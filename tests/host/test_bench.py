"""tools/measure/bench.py: when it is content, and that it adds to a file which others write."""

import json

import pytest

from tools.measure import bench


def row(value, bar, **peer):
    return {"value": value, "bar": bar, "peer": peer, "how": ""}


@pytest.mark.parametrize(
    "given, wanted",
    [
        (row(100, 100, microdot=900), "ok"),
        (row(100, None, microdot=900), "ok"),
        (row(101, 100, microdot=900), "ABOVE"),
        (row(None, 100, microdot=900), "MISSING"),
        (row(100, 100, microdot=900, libwebsockets=None), "NO PEER"),
    ],
)
def test_verdict(given, wanted):
    assert bench.verdict(given) == wanted


def test_rows_of_others_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "bench.json")
    bench.save({"a": row(1, 1), "b": row(2, 2)})
    bench.save({"b": row(3, 3)})
    assert json.loads((tmp_path / "bench.json").read_text()) == {"a": row(1, 1), "b": row(3, 3)}


def test_every_unit_is_measured_beside_a_peer():
    for unit in bench.units():
        ours, *peers = unit.samples()
        assert ours.server in ("firmware", "posix") and peers, unit
    assert len(set(map(str, bench.units()))) == len(bench.units())
