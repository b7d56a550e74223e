"""Instructions per unit of work on the emulated Cortex-M3, beside a plain asyncio server's.

usage: bench_board.py [--only EXPRESSION] [--update]

The board's network is a wire to this program, which sends n units, each when the one before was
answered: I/unit = (I(n2) - I(n1)) / (n2 - n1). The board counts by itself (module _counter under
-icount), without the time in which it sleeps, so a busy host does not show. The peer acknowledges
an answer with its next segment, as a kernel does.

Prints the figures beside tests/bench/counts.toml and writes build/bench.json. Ends with 1 when one
is above its bar, or more than 2 % above the record. --update records them as the new ones.
"""

import argparse
import re
import sys
from dataclasses import dataclass

from tools.base import boards, repo, say
from tools.compile import cpus, firmware
from tools.measure import figures, record

SOURCES = repo.ROOT / "tests" / "bench"
sys.path.insert(0, str(SOURCES))

import board_load  # noqa: E402
from board_wire import Silence  # noqa: E402

BOARD = "LWS_QEMU_MPS2"
RECORD = SOURCES / "counts.toml"
HEAD = (
    "# Instructions on the emulated Cortex-M3, lwIP's included, that make bench holds the code\n"
    "# to, within 2 %. make bench UPDATE=1 writes this.\n"
)
OURS, PEER = SOURCES / "board_app.py", SOURCES / "board_asyncio_app.py"
MANY, FEW = (600, 3000), (200, 600)


@dataclass(frozen=True)
class Unit:
    name: str
    bar: int | None
    mode: str
    path: str
    n: tuple = MANY
    idle: int = 0  # connections beside it that say nothing
    peer: str | None = None  # what the plain server does instead, by its own mode

    def __str__(self):
        return f"{BOARD}: {self.name}"


UNITS = [
    Unit("HTTP request, plain function", 25_000, "http", "/", peer="http"),
    Unit("HTTP request, coroutine", 25_000, "http", "/c", peer="http"),
    Unit("HTTP request beside 20 idle connections", 25_000, "http", "/", idle=20, peer="http"),
    Unit("WebSocket echo 16 B, callable", 18_000, "ws", "/echo"),
    Unit("WebSocket echo 16 B, async for", 18_000, "ws", "/aecho"),
    Unit("new connection + request", 50_000, "new", "/", (300, 1500), peer="new"),
]


@dataclass
class Measured:
    unit: Unit
    value: int
    lwip: int
    peer: int | None


def count(elf, app, unit, mode, n, idle=0):
    return board_load.count(boards.find(BOARD), elf, app, mode, unit.path, n, idle)


def measure(elf, unit, peers=True):
    value, lwip = count(elf, OURS, unit, unit.mode, unit.n, unit.idle)
    peer = None
    if peers and unit.peer:
        peer = round(count(elf, PEER, unit, unit.peer, FEW, unit.idle)[0])
    return Measured(unit, round(value), round(lwip), peer)


def verdict(unit, value, recorded, comparable):
    """What the table says of a figure; capitals are a failure."""
    if unit.bar is not None and value > unit.bar:
        return "ABOVE"
    if unit.name not in recorded:
        return "not recorded"
    if not comparable:
        return "not compared"
    return record.verdict(value, recorded[unit.name]) or "ok"


def is_bad(word):
    return word.startswith(("ABOVE", "WORSE"))


def judge(measured, made_by, here, recorded):
    """{unit's name: verdict}"""
    comparable = made_by == here
    return {m.unit.name: verdict(m.unit, m.value, recorded, comparable) for m in measured}


def show(measured, judged, recorded):
    def cell(value):
        return "" if value is None else f"{value:,}"

    rows = [
        (m.unit.name, *map(cell, (m.value, m.lwip, recorded.get(m.unit.name), m.unit.bar, m.peer)))
        + (judged[m.unit.name],)
        for m in measured
    ]
    columns = ("unit", ">ours", ">of it lwIP", ">recorded", ">bar", ">asyncio", "")
    say.table(f"{BOARD}: instructions", columns, rows)


def save(measured):
    rows = {
        str(m.unit): {
            "value": m.value,
            "bar": m.unit.bar,
            "peer": {"asyncio": m.peer, "of it lwIP": m.lwip},
            "how": f"_counter under -icount: {m.unit.mode} {m.unit.path}, n = {m.unit.n}",
        }
        for m in measured
    }
    figures.merge(repo.BUILD / "bench.json", rows)


def notes(measured, judged, made_by, here, recorded):
    if recorded and made_by != here:
        say.note(f"NOT COMPARED: these are by {here}, recorded were those of {made_by}")
    if any(v == "not recorded" or v.startswith("better") for v in judged.values()):
        say.note("the record is not up to date: make bench UPDATE=1")


def update(measured, here, recorded):
    """Units that were not measured this time keep their record."""
    values = {u.name: recorded[u.name] for u in UNITS if u.name in recorded}
    values |= {m.unit.name: m.value for m in measured}
    record.write(RECORD, HEAD, here, {u.name: values[u.name] for u in UNITS if u.name in values})
    say.note(f"recorded {len(measured)} figures in {RECORD.relative_to(repo.ROOT)}")


def compilers():
    return {cpus.ARM: cpus.compiler(cpus.ARM)}


def run(only="", update_record=False):
    """True: every figure is within its bar and its record."""
    built, _ = firmware.build(boards.find(BOARD), tests=True)
    units = [u for u in UNITS if re.search(only, str(u), re.I)]
    measured = []
    for unit in units:
        with say.step(f"Counting {unit.name}"):
            measured.append(measure(built.elf, unit))
    here, (made_by, recorded) = compilers(), record.read(RECORD)
    if update_record:
        update(measured, here, recorded)
        made_by, recorded = record.read(RECORD)
    judged = judge(measured, made_by, here, recorded)
    show(measured, judged, recorded)
    notes(measured, judged, made_by, here, recorded)
    save(measured)
    return not any(map(is_bad, judged.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="units whose name matches this expression")
    parser.add_argument("--update", action="store_true", help="record what is measured")
    args = parser.parse_args()
    try:
        sys.exit(0 if run(args.only, args.update) else 1)
    except Silence as e:
        say.stop(e)


if __name__ == "__main__":
    main()
