"""Runs a board's firmware in QEMU, with an app (the dashboard) in its ROMFS."""

import argparse
import time
from pathlib import Path

import emulated
import qemu_machine
import repo
import romfs_image
import say


def arguments(board):
    parser = argparse.ArgumentParser(prog=f"make emulate BOARD={board.name}", description=__doc__)
    parser.add_argument("--elf", help="another firmware than the board's")
    parser.add_argument("--heap", help="for MicroPython's objects: 96k")
    parser.add_argument("--repl", action="store_true", help="start no app")
    emulated.add_forward(parser)
    return parser


def romfs_of(app, args):
    """The image of the app that shall run, None with --repl."""
    if args.repl:
        return None
    folder = Path(app) if app else repo.ROOT / "examples" / "dashboard"
    if not (folder / "main.py").is_file():
        say.stop(f"{folder} has no main.py: APP= is the folder of an app")
    return romfs_image.image(folder)


def report(board, machine, romfs):
    say.note(f"{board.product}")
    say.note(f"  console  mpremote connect {machine.pty}")
    emulated.show_ports(machine)
    if romfs:
        say.note("  its app starts now; ^C at the console stops it")
    say.note("  its network calls this machine 10.0.2.2; Ctrl-C here ends it")


def emulate(board, app, others):
    args = arguments(board).parse_args(others)
    romfs = romfs_of(app, args)
    machine = qemu_machine.Machine(
        board,
        elf=args.elf,
        heap=args.heap,
        ports=[device for device, _ in args.forward] or [emulated.WEB],
        forwards={device: host for device, host in args.forward if host},
        romfs=romfs,
        pty=True,
    )
    if not machine.elf.is_file():
        say.stop(f"{machine.elf} is missing: make firmware BOARD={board.name}")
    try:
        with machine, emulated.announced(board, machine):
            report(board, machine, romfs)
            while machine.running:
                time.sleep(0.2)
            say.note("the board switched itself off (machine.reset() does so here)")
    except qemu_machine.NotStarted as e:
        say.stop(e)
    except KeyboardInterrupt:
        say.note("")
