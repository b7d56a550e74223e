"""The figures in README.md: a table made of build/bench.json, behind the line <!-- figures -->.

python tools/readme_figures.py          prints the table
python tools/readme_figures.py --write  puts it into README.md, up to the next empty line
"""

import argparse
import json

import repo
import say

README = repo.ROOT / "README.md"
RESULTS = repo.BUILD / "bench.json"
MARK = "<!-- figures -->"
PEERS = ("microdot", "libwebsockets")


def cell(value):
    return "" if value is None else f"{value:,}"


def table(rows):
    """Markdown of {unit: {"value", "bar", "peer": {name: value}, "how"}}."""
    lines = [
        "| unit: instructions of the server process, or bytes of RAM | lws_mp | bar | "
        + " | ".join(PEERS)
        + " |",
        "|---|" + "---:|" * (2 + len(PEERS)),
    ]
    for unit, row in rows.items():
        peer = row["peer"] if isinstance(row["peer"], dict) else {}
        value = "missing" if row["value"] is None else cell(row["value"])
        cells = [value, cell(row["bar"]), *(cell(peer.get(p)) for p in PEERS)]
        lines.append(f"| {unit} | {' | '.join(cells)} |")
    return "\n".join(lines)


def put(text, new):
    """text with new behind the mark, in the place of what stood there up to an empty line."""
    before, mark, after = text.partition(MARK + "\n")
    if not mark:
        say.stop(f"{README.name} has no line {MARK}")
    _, gap, rest = ("\n" + after).partition("\n\n")
    return before + mark + new + "\n" + (gap and "\n" + rest)


def main(write):
    if not RESULTS.is_file():
        say.stop(f"{RESULTS} is missing: make bench")
    new = table(json.loads(RESULTS.read_text()))
    if write:
        README.write_text(put(README.read_text(), new))
    else:
        print(new)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into README.md")
    main(parser.parse_args().write)
