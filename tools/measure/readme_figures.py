"""The figures in README.md: tables made of build/bench.json, behind the line <!-- figures -->.

python -m tools.measure.readme_figures          prints the tables
python -m tools.measure.readme_figures --write  puts them into README.md, up to the next heading
"""

import argparse
import json

from tools.base import repo, say
from tools.measure import bench_board

README = repo.ROOT / "README.md"
RESULTS = repo.BUILD / "bench.json"
MARK = "<!-- figures -->"
NEXT = "\n## "
DESKTOP = ("instructions of the server process, or bytes of RAM", ("microdot", "libwebsockets"))
ON_BOARD = ("instructions on the emulated Cortex-M3", ("of it lwIP", "asyncio"))


def cell(value):
    return "" if value is None else f"{value:,}"


def table(rows, title, peers):
    """Markdown of {unit: {"value", "bar", "peer": {name: value}, "how"}}."""
    lines = [
        f"| unit: {title} | lws_mp | bar | " + " | ".join(peers) + " |",
        "|---|" + "---:|" * (2 + len(peers)),
    ]
    for unit, row in rows.items():
        peer = row["peer"] if isinstance(row["peer"], dict) else {}
        value = "missing" if row["value"] is None else cell(row["value"])
        cells = [value, cell(row["bar"]), *(cell(peer.get(p)) for p in peers)]
        lines.append(f"| {unit} | {' | '.join(cells)} |")
    return "\n".join(lines)


def tables(rows):
    board = {str(u): u.name for u in bench_board.UNITS}
    desktop = {unit: row for unit, row in rows.items() if unit not in board}
    on_board = {board[unit]: row for unit, row in rows.items() if unit in board}
    return table(desktop, *DESKTOP) + "\n\n" + table(on_board, *ON_BOARD)


def put(text, new):
    """text with new behind the mark, in the place of what stood there up to a heading."""
    before, mark, after = text.partition(MARK + "\n")
    if not mark:
        say.stop(f"{README.name} has no line {MARK}")
    _, heading, rest = ("\n" + after).partition(NEXT)
    return before + mark + new + "\n" + heading + rest


def main(write):
    if not RESULTS.is_file():
        say.stop(f"{RESULTS} is missing: make bench")
    new = tables(json.loads(RESULTS.read_text()))
    if write:
        README.write_text(put(README.read_text(), new))
    else:
        print(new)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into README.md")
    main(parser.parse_args().write)
