"""make test and make check: every stage, none hides the next one; pytest's last line comes last.

First what is built, then pytest with a worker for each core; the other stages run beside both, one
after the other: what they say is shown at the end. Ends with 1 when any stage failed.

usage: stages.py [--check] [NAME]   --check: what needs no emulator; NAME: only tests with this in
their name
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import os
import platform
import signal
import subprocess
import sys
import threading
import time

from tools.base import repo, say

SECONDS = os.environ.get("FUZZ_S", "5")
# Every board that builds from Debian's packages, and the test firmwares that emulators run.
EMULATED = ["LWS_QEMU_MPS2", "LWS_QEMU_RV32", "LWS_RPI_PICO"]
BOARDS = ["unix", "unix-select", "unix-asan", *EMULATED, "LWS_QEMU_MPS2_M7", "LWS_RPI_PICO2"]
if platform.machine() == "x86_64":
    BOARDS.insert(1, "unix32")
OTHERS = ["unix32", "unix-select", "unix-asan"]  # that make check leaves out
BUILDS = {
    **{f"firmware {b}": ["compile.firmware", "--board", b] for b in BOARDS},
    **{f"firmware {b}, tests": ["compile.firmware", "--board", b, "--tests"] for b in EMULATED},
}
BESIDE = {
    "style": ["check.style"],
    "unit": ["check.unit"],
    "valgrind": ["check.unit", "--valgrind"],
    "fuzz": ["check.fuzz", "--seconds", SECONDS],
    "cross": ["check.cross"],
    "size": ["measure.size"],
}
AFTER_BUILDS = {"size"}
WORKERS = str(os.cpu_count() or 2)
# A file's tests stay together, for what its fixtures share. tests/host/conftest.py orders them.
PYTEST = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
PYTEST += ["--durations", "20", "--durations-min", "5"]


class Stage:
    """One program, its output, how it ended and after how long."""

    def __init__(self, name, argv):
        self.name, self.argv = name, [sys.executable, *map(str, argv)]
        self.output = ""
        self.code, self.seconds = -signal.SIGINT, 0  # until it has run

    @property
    def failed(self):
        return self.code != 0

    def run(self, quietly=False):
        begin = time.monotonic()
        if quietly:
            to = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
            done = subprocess.run(self.argv, cwd=repo.ROOT, **to)
            self.output = done.stdout.decode(errors="replace")
            self.code = done.returncode
        else:
            say.note(f"\n== {self.name}")
            self.code = subprocess.call(self.argv, cwd=repo.ROOT)
        self.seconds = time.monotonic() - begin

    def row(self):
        return [self.name, f"{self.seconds:.0f}", "FAILED" if self.failed else "ok"]


class Tests(Stage):
    """pytest, whose output is shown as it comes; its last line is kept."""

    def __init__(self, words):
        super().__init__("pytest", ["-m", "pytest", *PYTEST, *words])

    def run(self):
        begin = time.monotonic()
        say.note(f"\n== {self.name}")
        to = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(self.argv, cwd=repo.ROOT, **to) as process:
            while piece := process.stdout.read1():
                sys.stdout.buffer.write(piece)
                sys.stdout.flush()
                self.output = (self.output + piece.decode(errors="replace"))[-1000:]
        self.code = process.returncode
        self.seconds = time.monotonic() - begin

    def last_line(self):
        return (self.output.splitlines() or [""])[-1]


def tool(name, program, *args):
    return Stage(name, ["-m", f"tools.{program}", *args])


def whole():
    """make test"""
    beside = [tool(name, *argv) for name, argv in BESIDE.items()]
    return [tool(name, *argv) for name, argv in BUILDS.items()], Tests([]), beside


def check(name):
    """make check: what one runs after every edit, on the firmware for this machine alone."""
    chosen = " and ".join([f"({name})"] * bool(name) + [f"not {b}" for b in OTHERS])
    beside = [tool("style", "check.style"), tool("unit", "check.unit", name)]
    builds = [tool("firmware unix", *BUILDS["firmware unix"])]
    return builds, Tests(["-m", "not emulated", "-k", chosen]), beside


def run_at_once(builds, tests, beside):
    """Builds, then the tests, and beside them what else there is. Ctrl-C begins no further one."""
    over, built = threading.Event(), threading.Event()

    def run_beside():
        for stage in beside:
            if stage.name in AFTER_BUILDS:
                built.wait()
            if over.is_set():
                return
            stage.run(quietly=True)
            if stage.code == -signal.SIGINT:
                return  # the terminal tells all at once, this program may be the last to hear

    others = threading.Thread(target=run_beside)
    others.start()
    try:
        for stage in builds:
            stage.run()
        built.set()
        tests.run()
        others.join()
    finally:
        over.set()
        built.set()  # it waits no longer
        others.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("name", nargs="?", default="")
    args = parser.parse_args()
    builds, tests, beside = check(args.name) if args.check else whole()
    begin = time.monotonic()
    run_at_once(builds, tests, beside)
    for stage in beside:
        say.note(f"\n== {stage.name}\n{stage.output.rstrip()}")
    stages = [*builds, *beside, tests]
    say.note("")
    say.table(
        f"Stages, {time.monotonic() - begin:.0f} s in all",
        ["stage", ">seconds", "result"],
        [stage.row() for stage in stages],
    )
    say.note(tests.last_line())
    sys.exit(1 if any(stage.failed for stage in stages) else 0)


if __name__ == "__main__":
    main()
