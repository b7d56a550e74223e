"""Runs a board's firmware in QEMU, with an app (the dashboard) in its ROMFS."""

import argparse
import contextlib
import time
from pathlib import Path

from tools.base import repo, say
from tools.compile import romfs_image
from tools.emulate import emulated, qemu_machine
from tools.emulate.cable import Cable


def arguments(board):
    parser = argparse.ArgumentParser(prog=f"make emulate BOARD={board.name}", description=__doc__)
    parser.add_argument("--elf", help="another firmware than the board's")
    parser.add_argument("--heap", help="for MicroPython's objects: 96k")
    parser.add_argument("--repl", action="store_true", help="start no app")
    parser.add_argument("--flash", type=Path, help="keeps its files; without one they are lost")
    emulated.add_network(parser)
    return parser


def romfs_of(app, args):
    """The image of the app that shall run, None with --repl."""
    if args.repl:
        return None
    folder = Path(app) if app else repo.ROOT / "examples" / "dashboard"
    if not (folder / "main.py").is_file():
        say.stop(f"{folder} has no main.py: APP= is the folder of an app")
    return romfs_image.image(folder)


def flash_of(board, args):
    """(the file that is this emulator's alone, what it keeps its files in or None)."""
    if args.flash is None:
        return board.build_folder() / "flash.bin", None
    if " " in str(args.flash.resolve()):
        say.stop(f"--flash {args.flash.resolve()}: its path may have no space")
    return args.flash, args.flash


def make(board, args, romfs, flash, cable):
    return qemu_machine.Machine(
        board,
        elf=args.elf,
        heap=args.heap,
        ports=[device for device, _ in args.forward] or [emulated.WEB],
        forwards={device: host for device, host in args.forward if host},
        romfs=romfs,
        flash=flash,
        cable=cable,
        pty=True,
    )


def run(board, machine, shell, romfs):
    emulated.show(board, machine, shell)
    if romfs:
        say.note("  its app starts now (or its own main.py); ^C at the console stops it")
    say.note("  its network calls this machine 10.0.2.2; Ctrl-C here ends it")
    while machine.running:
        time.sleep(0.2)
    say.note("the board switched itself off (machine.reset() does so here)")


def emulate(board, app, others):
    args = arguments(board).parse_args(others)
    romfs = romfs_of(app, args)
    emulated.require_ports(args.forward)
    only, flash = flash_of(board, args)
    trouble = emulated.trouble(args)
    try:
        with emulated.alone(board, only) as file, contextlib.ExitStack() as stack:
            if flash:
                flash.touch()
            cable = stack.enter_context(Cable(trouble)) if trouble else None
            machine = make(board, args, romfs, flash, cable)
            if not machine.elf.is_file():
                say.stop(f"{machine.elf} is missing: make firmware BOARD={board.name}")
            stack.enter_context(machine)
            shell = stack.enter_context(emulated.announced(board, machine, file))
            run(board, machine, shell, romfs)
    except qemu_machine.NotStarted as e:
        say.stop(e)
    except KeyboardInterrupt:
        say.note("")
