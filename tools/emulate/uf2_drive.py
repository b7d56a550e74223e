"""The drive that a Pico in its boot ROM shows: a folder. A UF2 that is copied there is flashed."""

import contextlib
import shutil
import threading

from tools.base import say
from tools.emulate.emulated_pico import Failed

INFO = "INFO_UF2.TXT"
TEXT = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2 (emulated)\nBoard-ID: RPI-RP2\n"
LOOK_S = 0.1
BLOCK = 512
BLOCKS_AT = 24  # of a UF2's block: how many there are


def complete(path):
    """Whether a UF2 has all the blocks that its first one speaks of."""
    with path.open("rb") as f:
        head = f.read(32)
    if len(head) < 32:
        return False
    blocks = int.from_bytes(head[BLOCKS_AT : BLOCKS_AT + 4], "little")
    return path.stat().st_size >= blocks * BLOCK


def watch(pico, folder, over):
    """Flashes what is copied to the drive, and takes the drive away."""
    while not over.wait(LOOK_S):
        found = [f for f in folder.glob("*.uf2") if complete(f)] if folder.is_dir() else []
        if found:
            (folder / INFO).unlink(missing_ok=True)
            try:
                pico.load(found[0])
            except Failed as e:
                say.note(f"board refused {found[0].name}: {e}")
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def shown(pico, folder):
    """While it runs, machine.bootloader() on the board makes the drive appear."""
    over = threading.Event()
    before = pico.on_event

    def on_event(event):
        before(event)
        if event["event"] == "bootloader":
            folder.mkdir(parents=True, exist_ok=True)
            (folder / INFO).write_text(TEXT)
            say.note(f"board waits for a UF2 in {folder} (make flash)")
        elif event["event"] == "reset":
            shutil.rmtree(folder, ignore_errors=True)

    pico.on_event = on_event
    watcher = threading.Thread(target=watch, args=(pico, folder, over))
    try:
        watcher.start()
        yield
    finally:
        over.set()  # whenever Ctrl-C came: else its thread would hold the program for ever
        if watcher.ident:
            watcher.join()
        shutil.rmtree(folder, ignore_errors=True)
