"""Runs a Pico's firmware on the emulated RP2040 (rp2040/README.md says what that is)."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tools.base import repo, say
from tools.emulate import emulated, uf2_drive
from tools.emulate.emulated_pico import Failed, Pico

RESETS = {
    "software": "board restarted itself, as machine.reset() does",
    "watchdog": "board was reset by its watchdog, which nobody fed",
    "pin": "board was reset",
}


def arguments(board):
    parser = argparse.ArgumentParser(prog=f"make emulate BOARD={board.name}", description=__doc__)
    parser.add_argument("--uf2", help="another firmware than the board's")
    parser.add_argument(
        "--flash", type=Path, default=board.build_folder() / "flash.bin", help="keeps its files"
    )
    parser.add_argument("--fast", action="store_true", help="skip the time that it waits")
    parser.add_argument("--verbose", action="store_true", help="show what the chip lacks")
    for bus, form in (("spi", "0:model.mjs"), ("i2c", "0:0x3c:model.mjs")):
        parser.add_argument(f"--{bus}", action="append", default=[], metavar=form)
    emulated.add_network(parser)
    return parser


def show(event):
    """What a person at the desk would see of the board."""
    kind = event["event"]
    if kind == "reset":
        say.note(RESETS[event["cause"]])
    elif kind == "stuck":
        say.note(f"board is stuck: {event['text']}; Ctrl-C ends it")


def deploy(board, pico, app):
    """As make deploy does it."""
    argv = [sys.executable, "-m", "tools.board.deploy", "--board", board.name]
    argv += ["--app", os.path.abspath(app), "--port", pico.pty]
    if subprocess.call(argv, cwd=repo.ROOT):
        say.stop(f"{app} could not be copied to the board: see above")


def make(board, args):
    pico = Pico(
        args.uf2 or board.build_folder() / "firmware.uf2",
        args.flash,
        forwards=dict(args.forward or [(emulated.WEB, 0)]),
        trouble=emulated.trouble(args),
        spi=args.spi,
        i2c=args.i2c,
        fast=args.fast,
        verbose=args.verbose,
    )
    pico.on_event = show
    return pico


def drive_of(board, flash):
    """The folder that is its UF2 drive. make flash knows that of the board's own flash."""
    folder = board.build_folder()
    return folder / "drive" if flash.parent == folder else flash.with_name(f"{flash.name}.drive")


def run(board, pico, shell, app):
    emulated.show(board, pico, shell)
    say.note("  its network calls this machine 10.0.2.2; Ctrl-C ends it")
    if app:
        deploy(board, pico, app)
        say.note("that is inside the emulator; from here it is")
        emulated.show_ports(pico)
    while pico.running:
        time.sleep(0.2)
    say.stop("the emulator ended by itself: see its messages above")


def emulate(board, app, others):
    args = arguments(board).parse_args(others)
    emulated.require_ports(args.forward)
    try:
        with emulated.alone(board, args.flash) as file:
            pico = make(board, args)
            drive = uf2_drive.shown(pico, drive_of(board, args.flash))
            with pico, emulated.announced(board, pico, file) as shell, drive:
                run(board, pico, shell, app)
    except Failed as e:
        say.stop(e)
    except KeyboardInterrupt:
        say.note("")
