"""A test that takes over a minute fails the run, unless slow.toml says why it may.

The minute is one of a machine with nothing else to do: a busy one has as much more as it is late.
"""

import os
import tomllib
from pathlib import Path

LIMIT_S = 60
LISTED = tomllib.loads(Path(__file__).with_name("slow.toml").read_text())
seconds = {}  # of each test, with what its fixtures took


def pytest_runtest_logreport(report):
    seconds[report.nodeid] = seconds.get(report.nodeid, 0) + report.duration


def too_slow(patience=1):
    """Names of tests, without those that are listed (a name stands for all its parameters)."""
    over = [test for test, s in seconds.items() if s > LIMIT_S * patience]
    return sorted(test for test in over if test.partition("[")[0] not in LISTED)


def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        return  # who started the workers looks at all of them
    behind = os.getloadavg()[0] / (os.cpu_count() or 1)
    if tests := too_slow(max(1, behind)):
        session.exitstatus = session.exitstatus or 1
        for test in tests:
            print(f"\n{test} took {seconds[test]:.0f} s: make it shorter, or list it in slow.toml")
