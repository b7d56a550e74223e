"""What the boards' firmware takes: from the size.json that each build leaves, and its objects."""

import json

import boards
import cpus
from size_core import Figure, flash

PARTS = {"flash": "flash", "static_ram": "static RAM", "gc_heap": "GC heap"}
COMPILERS = {"unix": "gcc", "rp2": cpus.ARM, "qemu-cortex": cpus.ARM, "qemu-rv": cpus.RV}


def compiler(board):
    """None: ESP-IDF's, which nobody recorded."""
    fits = (cc for prefix, cc in COMPILERS.items() if board.mcu.startswith(prefix))
    return next(fits, None)


def of_board(board):
    folder, cc = board.build_folder(), compiler(board)
    how = f"build/{folder.name}"
    listing = folder / "size.json"
    if not listing.is_file():
        return [Figure(f"{board.name} flash", None, f"{how} is not built", cc)]
    known = json.loads(listing.read_text())
    found = [
        Figure(f"{board.name} {words}", known[part], how, cc, more_is_better=part == "gc_heap")
        for part, words in PARTS.items()
        if known.get(part)  # a heap of 0 comes from elsewhere
    ]
    bound = sorted(folder.glob("**/cmodules/mod_lws/*.o*"))
    bound = [o for o in bound if o.suffix in (".o", ".obj")]
    if bound:
        found.append(Figure(f"{board.name} mod_lws", flash(bound), f"objects in {how}", cc))
    return found


def figures():
    return [figure for board in boards.every() for figure in of_board(board)]
