"""Flash: each folder of the core on a Cortex-M0+, and the unix firmware. Writes build/size.json.

Ends with 1 when a budget is passed.
"""

import re
import subprocess
import sys

import figures
import repo
import say
from cbuild import Folder
from command import run
from purity import BACKEND

CPU = ["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-ffunction-sections", "-fdata-sections"]
HOW = "text and constants, arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -Os"
ROLES = {"role_h1", "role_ws", "role_mqtt"}  # of the h1+ws+mqtt firmware
SMALL_BAR, ALL_BAR = 30 * 1024, 120 * 1024
LIBWEBSOCKETS = "libwebsockets, ARM32 -Os: 461 KB"


def text(objects, size):
    """Bytes that go to flash: code, constants and what initialises data."""
    if not objects:
        return 0
    argv = [size, *objects]
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in out.splitlines()[1:]]
    return sum(int(row[0]) + int(row[1]) for row in rows)


def small(folder, objects):
    """The engine with three roles, and what these need of the other folders: one partial link.

    Roots are all functions of core/; helpers that only an application calls do not count.
    """
    core = [o for o in objects if o.parent.name == "core"]
    core = [o for o in core if not o.stem.startswith("role_") or o.stem in ROLES]
    if not core:
        return 0
    nm = subprocess.run(["nm", "-g", *core], capture_output=True, text=True, check=True).stdout
    roots = [f"-u{m}" for m in re.findall(r" [TR] (\w+)$", nm, re.M)]
    library = folder.archive("rest", [o for o in objects if o.parent.name != "core"])
    target = folder.path / "small.o"
    run(["arm-none-eabi-ld", "-r", "--gc-sections", *roots, *core, library, "-o", target], "size")
    return text([target], "arm-none-eabi-size")


def core_rows():
    folder = Folder("size", "arm-none-eabi-gcc", CPU)
    sources = [s for s in repo.core_sources() if not BACKEND.search(s.read_text())]
    objects = folder.objects(sources, "c99")
    rows = {}

    def row(unit, bar, peer, value, what=""):
        rows[unit] = {"value": value, "bar": bar, "peer": peer, "how": HOW + what}

    for name in sorted({o.parent.name for o in objects}):
        here = [o for o in objects if o.parent.name == name]
        row(f"flash lws/{name}", None, None, text(here, "arm-none-eabi-size"))
    what = "; core with these roles and all that they link"
    row("flash h1+ws+mqtt", SMALL_BAR, None, small(folder, objects), what)
    row("flash whole core", ALL_BAR, LIBWEBSOCKETS, text(objects, "arm-none-eabi-size"))
    return rows, folder.errors


def main():
    rows, errors = core_rows()
    binary = repo.BUILD / "unix" / "micropython"
    rows["unix firmware"] = {
        "value": text([binary], "size") if binary.is_file() else None,
        "bar": None,
        "peer": None,
        "how": "text and data of build/unix/micropython",
    }
    figures.merge(repo.BUILD / "size.json", rows)
    over = figures.show("Flash, bytes", rows)
    for line in errors:
        say.note(line)
    say.note(f"size: {len(over)} over their bar, {len(errors)} files did not compile")
    sys.exit(1 if over or errors else 0)


if __name__ == "__main__":
    main()
