"""The rooms of tools/: what a program imports is in its own room or in one below."""

import re

from conftest import ROOT

# Each room may use those before it; CONTRIBUTING.md says the same.
ROOMS = ["base", "get", "compile", "board", "emulate", "check", "measure"]
IMPORT = re.compile(r"^\s*(?:from|import) tools\.(\w+)", re.M)


def test_every_program_has_a_room():
    tools = ROOT / "tools"
    found = {p.relative_to(tools).parts[0] for p in tools.rglob("*.py")}
    assert found == {*ROOMS, "__init__.py"}


def test_imports_go_one_way():
    against = [
        f"{path.relative_to(ROOT)} imports of tools/{other}"
        for rank, room in enumerate(ROOMS)
        for path in (ROOT / "tools" / room).rglob("*.py")
        for other in IMPORT.findall(path.read_text())
        if ROOMS.index(other) > rank
    ]
    assert against == []
