"""tools/check/stages.py, stress.py: no failure is lost, what failed or took long is named."""

import importlib.metadata
import re
import sys

import pytest
import slow

from tools.base import repo
from tools.check import stages, stress
from tools.get import pins


def program(code):
    return ["-c", code]


def ends(capfd, monkeypatch, builds, tests, beside):
    """(exit code, output) of main with these stages."""
    rows = stages.Tests([])
    rows.argv = [sys.executable, *program(tests)]
    parts = (
        [stages.Stage(f"build {n}", program(code)) for n, code in enumerate(builds)],
        rows,
        [stages.Stage(f"other {n}", program(code)) for n, code in enumerate(beside)],
    )
    monkeypatch.setattr(stages, "whole", lambda: parts)
    monkeypatch.setattr(sys, "argv", ["stages.py"])
    with pytest.raises(SystemExit) as e:
        stages.main()
    return e.value.code, capfd.readouterr().out


def test_stop_begins_no_further_stage():
    """Ctrl-C ends what runs at that moment; what was to come behind it does not begin."""
    stopped = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    beside = [stages.Stage(name, program(stopped)) for name in ("one", "two")]
    tests = stages.Tests([])
    tests.argv = [sys.executable, *program("print('3 passed')")]
    stages.run_at_once([], tests, beside)
    assert "KeyboardInterrupt" in beside[0].output and beside[1].output == ""
    assert [stage.row()[2] for stage in (*beside, tests)] == ["FAILED", "FAILED", "ok"]


def test_what_measures_waits_for_the_builds(tmp_path):
    made = tmp_path / "made"
    build = stages.Stage("build", program(f"import time; time.sleep(1); open({str(made)!r}, 'w')"))
    tests = stages.Tests([])
    tests.argv = [sys.executable, *program("print('1 passed')")]
    size = stages.Stage("size", program(f"open({str(made)!r})"))
    stages.run_at_once([build], tests, [size])
    assert [stage.row()[2] for stage in (build, size, tests)] == ["ok"] * 3, size.output


GOOD, BAD = "print('fine')", "print('broken'); raise SystemExit(3)"


def test_all_is_well(capfd, monkeypatch):
    code, output = ends(capfd, monkeypatch, [GOOD], "print('3 passed in 1 s')", [GOOD, GOOD])
    assert code == 0 and "FAILED" not in output
    assert output.endswith("\n3 passed in 1 s\n")


@pytest.mark.parametrize("bad", range(3))
def test_one_stage_fails(capfd, monkeypatch, bad):
    parts = [BAD if n == bad else GOOD for n in range(3)]
    code, output = ends(capfd, monkeypatch, parts[:1], parts[1], parts[2:])
    assert code == 1 and "broken" in output and output.count("FAILED") == 1


def test_check_leaves_the_emulators_alone():
    builds, tests, beside = stages.check("h1")
    assert [s.name for s in builds] == ["firmware unix"]
    assert "not emulated" in tests.argv
    assert tests.argv[-2:] == ["-k", "(h1) and not unix32 and not unix-select and not unix-asan"]
    assert [s.argv[-1] for s in beside][1:] == ["h1"]


def test_stress_counts_by_test(tmp_path, capfd, monkeypatch):
    file = tmp_path / "test_some.py"
    file.write_text("def test_good(): pass\ndef test_bad(): raise ValueError\n")
    words = ["--rounds", "2", "--busy", "1", "-p", "no:cacheprovider", "-c", "/dev/null"]
    monkeypatch.setattr(sys, "argv", ["stress.py", *words, str(file)])
    with pytest.raises(SystemExit) as e:
        stress.main()
    output = capfd.readouterr().out
    assert e.value.code == 1 and "test_good" not in output
    assert re.search(r"^2 of 2 failed: \S*test_bad$", output, re.M), output


def test_every_package_is_pinned():
    lines = [x for x in pins.FILE.read_text().splitlines() if not x.startswith("#")]
    exact = dict(line.lower().replace("_", "-").split("==") for line in lines)
    for group in repo.project()["optional-dependencies"].values():
        for wanted in [*group, *repo.project()["dependencies"]]:
            name = re.match(r"[\w-]+", wanted)[0].lower()
            assert importlib.metadata.version(name) == exact[name]


def test_slow_tests_are_named(monkeypatch):
    listed = next(iter(slow.LISTED))
    seconds = {"test_a.py::test_b[c]": 61, "test_a.py::test_d": 59, f"{listed}[x]": 100}
    monkeypatch.setattr(slow, "seconds", seconds)
    assert slow.too_slow() == ["test_a.py::test_b[c]"]
    assert slow.too_slow(patience=1.5) == []
