"""A machine that can build (and test): Debian packages, the .venv, the sources.

usage: setup.py [--board BOARD] [GROUP...]   groups of deps.toml and pyproject.toml; what every
build needs is always included, so is what BOARD needs when it is named
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse

from tools.base import boards, repo, say
from tools.get import deps, environment, packages

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board")
    parser.add_argument("groups", nargs="*")
    args = parser.parse_args()
    groups = ["build", *args.groups]
    if args.board is not None:
        board = boards.find(args.board)
        groups.append(board.group)
        if "emulate" in args.groups:
            boards.require_emulator(board)  # here: before anything is installed or built
    known = {*repo.pins()["packages"], *repo.project()["optional-dependencies"]}
    for group in set(groups) - known:
        say.stop(f"no group {group}; there are: {', '.join(sorted(known))}")
    packages.install(groups)
    environment.install(groups)
    deps.tree()
