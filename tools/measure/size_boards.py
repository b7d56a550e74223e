"""What the boards' firmware takes: from the size.json that each build leaves, its objects, and
what an emulated board says of its heap.
"""

import json

from tools.base import boards
from tools.compile import cpus
from tools.measure import size_heap
from tools.measure.size_core import Figure, flash

PARTS = {"flash": "flash", "static_ram": "static RAM", "gc_heap": "GC heap"}
AT = {"at the prompt": "prompt", "with lws.http": "lws.http"}
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
    heap = size_heap.left(board)
    if heap is not None:
        found += [
            Figure(
                f"{board.name} heap left, {at}",
                heap.get(key),
                "gc.mem_free()",
                cc,
                None,
                None,
                True,
            )
            for at, key in AT.items()
        ]
    bound = sorted(folder.glob("**/cmodules/mod_lws/**/*.o*"))
    bound = [o for o in bound if o.suffix in (".o", ".obj")]
    if bound:
        found.append(Figure(f"{board.name} mod_lws", flash(bound), f"objects in {how}", cc))
    return found


def figures():
    return [figure for board in boards.every() for figure in of_board(board)]
