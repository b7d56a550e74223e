"""make emulate: starts a board's firmware in an emulator, with a network and a console.

Options after the board and the app are the emulator's own: see --help with a board.
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import importlib

from tools.base import boards


def main():
    parser = argparse.ArgumentParser(description=__doc__, add_help=False)
    parser.add_argument("--board", default="")
    parser.add_argument("--app", default="")
    args, others = parser.parse_known_args()
    board = boards.find(args.board)
    boards.require_emulator(board)
    emulator = importlib.import_module(f"tools.emulate.emulate_{board.emulator}")
    emulator.emulate(board, args.app, others)


if __name__ == "__main__":
    main()
