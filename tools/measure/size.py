"""Flash and static RAM: the core and the binding on small CPUs, every board that is built.

usage: size.py [--update]   --update records the figures as the new ones to hold

Prints them beside tests/bench/size.toml and writes build/size.json. Ends with 1 when a budget is
passed, or a figure is more than 2 % worse than the recorded one.
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import sys

from tools.base import repo, say
from tools.compile import cpus
from tools.measure import figures, record, size_boards, size_core

RECORD = repo.ROOT / "tests" / "bench" / "size.toml"
HEAD = (
    '# Bytes that "make size" holds the code to, within 2 %. "make size UPDATE=1" writes this.\n'
)


def compilers(measured):
    """{name: version} of those that made these figures."""
    return {cc: cpus.compiler(cc) for cc in sorted({f.compiler for f in measured if f.compiler})}


def judge(figure, made_by, here, recorded):
    """What the table says of a figure; capitals are a failure."""
    if figure.value is None:
        return "not built"
    if figure.bar is not None and figure.value > figure.bar:
        return "OVER"
    if figure.compiler is None:
        return "not compared"
    if figure.unit not in recorded:
        return "not recorded"
    if made_by.get(figure.compiler) != here[figure.compiler]:
        return "other compiler"
    return record.verdict(figure.value, recorded[figure.unit], figure.more_is_better) or "ok"


def show(measured, judged, recorded):
    def cell(value):
        return "" if value is None else f"{value:,}"

    rows = [
        [f.unit, cell(f.value), cell(recorded.get(f.unit)), cell(f.bar), judged[f.unit]]
        for f in measured
    ]
    say.table("Flash and RAM, bytes", ["unit", ">now", ">recorded", ">bar", ""], rows)


def notes(measured, judged, made_by, here, recorded):
    """What a person should do about it."""
    for cc in [cc for cc in here if made_by.get(cc) not in (None, here[cc])]:
        n = sum(f.compiler == cc for f in measured)
        say.note(
            f"NOT COMPARED: {n} figures are by {here[cc]}, recorded were those of {made_by[cc]}"
        )
    if any(v.startswith("better") or v == "not recorded" for v in judged.values()):
        say.note("the record is not up to date: make size UPDATE=1")
    gone = [unit for unit in recorded if unit not in judged and not of_unbuilt(unit, measured)]
    for unit in gone:
        say.note(f"recorded, but nothing measures it any more: {unit}")


def of_unbuilt(unit, measured):
    names = [f.unit.split()[0] for f in measured if f.value is None]
    return unit.split()[0] in names


def update(measured, made_by, here, recorded):
    """Boards that are not built keep their record, if it is of the same compiler."""
    same = {cc for cc in here if made_by.get(cc) == here[cc]}
    boards = {f.unit.split()[0] for f in measured if f.value is None and f.compiler in same}
    values = {unit: v for unit, v in recorded.items() if unit.split()[0] in boards}
    values |= {f.unit: f.value for f in measured if f.value is not None and f.compiler}
    record.write(RECORD, HEAD, here, values)
    say.note(f"recorded {len(values)} figures in {RECORD.relative_to(repo.ROOT)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    with say.step("Compiling for size"):
        core, errors = size_core.figures()
    measured = core + size_boards.figures()
    here, (made_by, recorded) = compilers(measured), record.read(RECORD)
    if args.update:
        update(measured, made_by, here, recorded)
        made_by, recorded = record.read(RECORD)
    judged = {f.unit: judge(f, made_by, here, recorded) for f in measured}
    show(measured, judged, recorded)
    for line in errors:
        say.note(line)
    notes(measured, judged, made_by, here, recorded)
    rows = {f.unit: {n: getattr(f, n) for n in ("value", "bar", "peer", "how")} for f in measured}
    figures.merge(repo.BUILD / "size.json", rows)
    bad = [unit for unit, word in judged.items() if word.startswith(("OVER", "WORSE"))]
    say.note(f"size: {len(bad)} over their bar or their record, {len(errors)} did not compile")
    sys.exit(1 if bad or errors else 0)


if __name__ == "__main__":
    main()
