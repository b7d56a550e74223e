"""The flags with which a cmake build compiles its files: compile_commands.json."""

import json
import shlex
from pathlib import Path

from tools.base import repo

OURS = (repo.ROOT / "cmodules", repo.ROOT / "tests" / "unit")


def entries(folder):
    """[(file, its flags)] of a build folder; a file that is compiled twice is there twice."""
    rows = json.loads((folder / "compile_commands.json").read_text())
    return [(Path(row["file"]), shlex.split(row["command"])[1:]) for row in rows]


def ours(folder):
    """Those of our own C files."""
    return [e for e in entries(folder) if any(e[0].is_relative_to(f) for f in OURS)]


def optimization(flags):
    """The -O that counts, which is the last one; -O0 where none is given."""
    return next((f for f in reversed(flags) if f.startswith("-O")), "-O0")


def problems(folder, level, defined):
    """Our files that are compiled without -O<level> or one of these definitions."""
    found = []
    for file, flags in ours(folder):
        missing = [name for name in defined if f"-D{name}" not in flags]
        if optimization(flags) != level:
            missing.insert(0, f"{level} (it has {optimization(flags)})")
        if missing:
            found.append(f"{file.name} without {', '.join(missing)}")
    return found


def differences(folder, theirs):
    """The same for flags of another file: all but its folders and what it is told of itself."""
    wanted = {f for f in theirs if f.startswith(("-D", "-f", "-m", "-W", "-std="))}
    wanted = {f for f in wanted if not f.startswith("-DMICROPY_BOARD_BUILD_NAME")}
    found = []
    for file, flags in ours(folder):
        missing = sorted(wanted.difference(flags))
        if optimization(flags) != optimization(theirs):
            missing.insert(0, optimization(theirs))
        if missing:
            found.append(f"{file.name} without {', '.join(missing)}")
    return found
