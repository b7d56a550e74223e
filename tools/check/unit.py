"""Builds and runs the C tests: every tests/unit/test_*.c is one program in Unity's format.

What only a process can do is in tests/unit/host/; a firmware has tests/unit/device/ instead.

usage: unit.py [--valgrind] [NAME]   NAME: only programs with this in their name
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import re
import subprocess
import sys

from tools.base import repo, say
from tools.compile import purity
from tools.compile.cbuild import Folder, each

TESTS = repo.ROOT / "tests" / "unit"
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
VALGRIND = "valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=all".split()
CLOSING = re.compile(r"^(\d+) Tests (\d+) Failures (\d+) Ignored", re.M)
TIMEOUT_S = 600


class Result:
    """What one program said; a crash counts as one failure more than it could report."""

    def __init__(self, name, code, output):
        closing = CLOSING.search(output)
        tests, failures, ignored = map(int, closing.groups()) if closing else (0, 0, 0)
        if not closing:
            tests = len(re.findall(r":PASS$", output, re.M)) + 1
        crashed = not closing or (code != 0 and failures == 0)
        self.failed = failures + crashed
        self.passed = max(tests - failures - ignored - (0 if closing else 1), 0)
        self.name = name
        self.ok = code == 0 and not self.failed
        lines = output.splitlines()
        self.trouble = [] if self.ok else [x for x in lines if not re.search(":PASS$", x)]
        if crashed:
            self.trouble.append(f"{name}: ended with {code}")


def execute(program, prefix):
    try:
        done = subprocess.run(
            [*prefix, program],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_S,
            cwd=repo.ROOT,
        )
        return Result(program.name, done.returncode, done.stdout.decode(errors="replace"))
    except subprocess.TimeoutExpired as e:
        text = (e.stdout or b"").decode(errors="replace")
        return Result(program.name, f"a timeout of {TIMEOUT_S} s", text)


def support():
    """What the tests lean on, for programs of this machine."""
    host = (s for s in (TESTS / "host").glob("*.c") if not s.stem.startswith("test_"))
    return sorted([*(TESTS / "support").glob("*.c"), *host])


def programs(name=""):
    """The sources of the programs with name in their name."""
    sources = [*TESTS.glob("test_*.c"), *(TESTS / "host").glob("test_*.c")]
    return sorted(s for s in sources if name in s.stem)


def build(folder, name):
    """The programs whose name has name in it. What does not compile is in folder.errors."""
    core = folder.objects(repo.core_sources(), "c99")
    library = folder.archive("core", core + folder.objects(support(), "gnu99"))
    objects = folder.objects(programs(name), "gnu99")
    return [p for p in each(lambda o: folder.program(o.stem, [o], library), objects) if p]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--valgrind", action="store_true")
    parser.add_argument("name", nargs="?", default="")
    args = parser.parse_args()
    if args.valgrind:
        folder, prefix = Folder("valgrind", "gcc", ["-g", "-O1"]), VALGRIND
    else:
        folder, prefix = Folder("unit", "gcc", ["-g", "-O1", *SANITIZERS]), []
    results = each(lambda p: execute(p, prefix), build(folder, args.name))
    for r in results:
        say.note(f"{'ok  ' if r.ok else 'FAIL'} {r.name}: {r.passed} passed, {r.failed} failed")
    impure = [] if args.valgrind or args.name else purity.check()
    for line in [*(x for r in results for x in r.trouble), *folder.errors, *impure]:
        say.note(line)
    failed = sum(r.failed for r in results) + len(folder.errors) + len(impure)
    say.note(f"{sum(r.passed for r in results)} passed, {failed} failed")
    sys.exit(1 if failed or not results else 0)


if __name__ == "__main__":
    main()
