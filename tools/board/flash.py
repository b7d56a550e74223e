"""make flash: puts the firmware that was built onto a board.

Images for another chip are refused before the board is touched.
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import os

from tools.base import boards, say
from tools.board import flash_esp32, flash_rp2

WAYS = {"rp2": flash_rp2.flash, "esp32": flash_esp32.flash}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", required=True)
    parser.add_argument("--port", default=os.environ.get("PORT", ""))
    parser.add_argument("--tests", action="store_true", help="the firmware of TESTS=1")
    args = parser.parse_args()
    board = boards.find(args.board)
    if board.port not in WAYS:
        say.stop(
            f"{board.name} ({board.product}) has no flash of its own: "
            f"make {'run' if board.port == 'unix' else 'emulate'} BOARD={board.name} starts it"
        )
    try:
        WAYS[board.port](board, args.port, args.tests)
    except KeyboardInterrupt:
        say.stop("stopped; if it had begun to write, the board has half a firmware: make flash")


if __name__ == "__main__":
    main()
