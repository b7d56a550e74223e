"""Fuzzes the parsers: every tests/fuzz/fuzz_NAME.c is a libFuzzer target.

Seeds are tests/fuzz/corpus/NAME/ (kept in git), what a run finds goes to build/fuzz/corpus/NAME/,
and an input that breaks a target to build/fuzz/crashes/.

usage: fuzz.py [--seconds S] [NAME]   NAME: only targets with this in their name
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import os
import re
import subprocess
import sys

from tools.base import repo, say
from tools.check import unit
from tools.compile.cbuild import Folder, each

TESTS = repo.ROOT / "tests"
CHECKS = "address,undefined"
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=8192", "-print_final_stats=1"]


def build(folder, name):
    """Targets carry main() from libFuzzer; everything else is only instrumented."""
    core = folder.objects(repo.core_sources(), "c99")
    core += folder.objects(unit.support(), "gnu99")
    library = folder.archive("core", core)
    sources = [s for s in sorted((TESTS / "fuzz").glob("fuzz_*.c")) if name in s.stem]
    objects = folder.objects(sources, "gnu99")
    linker = Folder("fuzz", "clang", [f"-fsanitize=fuzzer,{CHECKS}"])
    linked = [linker.program(o.stem, [o], library) for o in objects]
    folder.errors += linker.errors
    return [p for p in linked if p]


def execute(program, seconds):
    """[name, runs, features, new inputs, result] and the output when it broke."""
    name = program.stem.removeprefix("fuzz_")
    found = program.parent / "corpus" / name
    crashes = program.parent / "crashes"
    for folder in (found, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    seeds = TESTS / "fuzz" / "corpus" / name
    before = set(found.iterdir())
    argv = [program, *LIMITS, f"-max_total_time={seconds}", f"-artifact_prefix={crashes}/{name}-"]
    argv += [found, *([seeds] if seeds.is_dir() else [])]
    env = {**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1"}
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=repo.ROOT, env=env
    )
    output = done.stdout.decode(errors="replace")
    runs = re.search(r"stat::number_of_executed_units:\s+(\d+)", output)
    features = re.findall(r"\bft: (\d+)", output)
    new = len(set(found.iterdir()) - before)
    verdict = "BROKEN" if done.returncode else "ok" if seeds.is_dir() else "ok, no seeds"
    row = [name, runs[1] if runs else "?", features[-1] if features else "?", new, verdict]
    return row, output if done.returncode else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("name", nargs="?", default="")
    args = parser.parse_args()
    instrument = f"-fsanitize=fuzzer-no-link,{CHECKS}"
    folder = Folder("fuzz", "clang", ["-g", "-O1", "-fno-sanitize-recover=all", instrument])
    programs = build(folder, args.name)
    results = each(lambda p: execute(p, args.seconds), programs)
    for _, output in results:
        if output:
            say.note("\n".join(output.splitlines()[-60:]))
    for error in folder.errors:
        say.note(error)
    title = f"Fuzzing, {args.seconds} s each"
    columns = ["target", ">runs", ">features", ">new inputs", "result"]
    say.table(title, columns, [row for row, _ in results])
    broken = sum(bool(output) for _, output in results) + len(folder.errors)
    say.note(f"{len(results)} targets, {broken} broken")
    sys.exit(1 if broken or not results else 0)


if __name__ == "__main__":
    main()
