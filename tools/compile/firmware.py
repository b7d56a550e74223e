"""Builds the firmware of a board into build/<board> and says what came out of it.

--tests adds the C unit suite and the instruction counter: build/<board>-tests.
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import importlib
import json

from tools.base import boards, repo, say
from tools.compile import elf


def build(board, tests=False):
    """One firmware; its sizes go to size.json beside it, for make size."""
    built = importlib.import_module(f"tools.compile.build_{board.port}").build(board, tests)
    sizes = elf.sizes(built.elf)
    known = {"flash": sizes.flash, "static_ram": sizes.static_ram, "gc_heap": sizes.gc_heap}
    path = board.build_folder(tests) / "size.json"
    path.write_text(json.dumps(known) + "\n")
    return built, sizes


def share(used, limit):
    return f"{used / 1024:.1f} KB" + (f" of {limit // 1024} KB" if limit else "")


def report(built, sizes):
    for image in built.images:
        say.note(f"  image   {image.relative_to(repo.ROOT)}")
    say.note(f"  flash   {share(sizes.flash, built.flash_limit)}")
    say.note(f"  RAM     {share(sizes.static_ram, built.ram_limit)} static")
    if sizes.gc_heap:
        say.note(f"  heap    {sizes.gc_heap / 1024:.1f} KB for MicroPython's objects")
    say.note(f"  use it  {built.flash_hint}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", default="unix")
    parser.add_argument("--tests", action="store_true")
    args = parser.parse_args()
    report(*build(boards.find(args.board), args.tests))
