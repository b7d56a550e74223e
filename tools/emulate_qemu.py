"""Runs a board's firmware in QEMU, with an app (the dashboard) in its ROMFS."""

import argparse
import contextlib
import re
import signal
import time
from pathlib import Path

import qemu_machine
import repo
import say

WEB = 80


def forward(text):
    """HOST:DEVICE -> (device, host)"""
    match = re.fullmatch(r"(\d+):(\d+)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is no HOST:DEVICE, as in 8080:80")
    return int(match[2]), int(match[1])


def arguments(board):
    parser = argparse.ArgumentParser(prog=f"make emulate BOARD={board.name}", description=__doc__)
    parser.add_argument("--elf", help="another firmware than the board's")
    parser.add_argument("--heap", help="for MicroPython's objects: 96k")
    parser.add_argument("--repl", action="store_true", help="start no app")
    parser.add_argument(
        "--forward",
        action="append",
        type=forward,
        default=[],
        metavar="HOST:DEVICE",
        help=f"a port of this machine to one of the board (0: any that is free); default 0:{WEB}",
    )
    return parser


@contextlib.contextmanager
def announced(board, machine):
    """While it runs, the other tools find the board's port in build/<board>/pty."""
    path = board.build_folder() / "pty"
    path.write_text(machine.pty + "\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def romfs_of(app, args):
    """The image of the app that shall run, None with --repl."""
    if args.repl:
        return None
    folder = Path(app) if app else repo.ROOT / "examples" / "dashboard"
    if not (folder / "main.py").is_file():
        say.stop(f"{folder} has no main.py: APP= is the folder of an app")
    return qemu_machine.image(folder)


def report(board, machine, romfs):
    say.note(f"{board.product}")
    say.note(f"  console  mpremote connect {machine.pty}")
    for port, host in machine.ports.items():
        say.note(f"  port {port}  http://127.0.0.1:{host}/")
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
        ports=[device for device, _ in args.forward] or [WEB],
        forwards={device: host for device, host in args.forward if host},
        romfs=romfs,
        pty=True,
    )
    if not machine.elf.is_file():
        say.stop(f"{machine.elf} is missing: make firmware BOARD={board.name}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with machine, announced(board, machine):
            report(board, machine, romfs)
            while machine.running:
                time.sleep(0.2)
            say.note("the board switched itself off (machine.reset() does so here)")
    except qemu_machine.NotStarted as e:
        say.stop(e)
    except KeyboardInterrupt:
        say.note("")
