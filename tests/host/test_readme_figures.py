"""tools/measure/readme_figures.py: the tables in README.md."""

from tools.measure import readme_figures

ROWS = {
    "posix: HTTP hello": {
        "value": 2000, "bar": 3500, "peer": {"libwebsockets": 21000}, "how": "",
    },
    "broken": {"value": None, "bar": 1, "peer": {}, "how": ""},
    "LWS_QEMU_MPS2: new connection + request": {
        "value": 29000, "bar": 50000, "peer": {"asyncio": 199000, "of it lwIP": 14000}, "how": "",
    },
}  # fmt: skip


def test_figures_take_the_place_of_the_old_ones():
    tables = readme_figures.tables(ROWS)
    desktop, board = (t.splitlines()[2:] for t in tables.split("\n\n"))
    assert desktop == [
        "| posix: HTTP hello | 2,000 | 3,500 |  | 21,000 |",
        "| broken | missing | 1 |  |  |",
    ]
    assert board == ["| new connection + request | 29,000 | 50,000 | 14,000 | 199,000 |"]
    page = "a\n\n<!-- figures -->\n\n## Doors\n\nb\n"
    once = readme_figures.put(page, tables)
    assert once == f"a\n\n<!-- figures -->\n{tables}\n\n## Doors\n\nb\n"
    assert readme_figures.put(once, tables) == once
    assert tables in readme_figures.put(readme_figures.README.read_text(), tables)
