"""Runs a Pico's firmware on the emulated RP2040 (tools/rp2040/README.md says what that is)."""

import argparse
import re
import subprocess
import sys
import time

import emulated
import repo
import say
import uf2_drive
from emulated_pico import Failed, Pico
from ppp.line import Trouble

RESETS = {
    "software": "board restarted itself, as machine.reset() does",
    "watchdog": "board was reset by its watchdog, which nobody fed",
    "pin": "board was reset",
}


def share(text):
    """5% or 0.05"""
    value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is no share: write 5% or 0.05")
    return value


def seconds(text):
    """80ms, 30s or 0.5"""
    match = re.fullmatch(r"([\d.]+)(ms|s|)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is no time: write 80ms or 30s")
    return float(match[1]) / (1000 if match[2] == "ms" else 1)


def arguments(board):
    parser = argparse.ArgumentParser(prog=f"make emulate BOARD={board.name}", description=__doc__)
    parser.add_argument("--uf2", help="another firmware than the board's")
    parser.add_argument("--fast", action="store_true", help="skip the time that it waits")
    parser.add_argument("--verbose", action="store_true", help="show what the chip lacks")
    for bus, form in (("spi", "0:model.mjs"), ("i2c", "0:0x3c:model.mjs")):
        parser.add_argument(f"--{bus}", action="append", default=[], metavar=form)
    emulated.add_forward(parser)
    parser.add_argument("--loss", type=share, default=0.0, help="share of lost frames: 5%%")
    parser.add_argument("--delay", type=seconds, default=0.0, help="of each frame: 80ms")
    parser.add_argument(
        "--disconnect-every", type=seconds, default=0.0, help="hang up so often: 30s"
    )
    parser.add_argument("--seed", type=int, default=1, help="for the same losses again")
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
    program = repo.ROOT / "tools" / "deploy.py"
    argv = [sys.executable, program, "--board", board.name, "--app", app, "--port", pico.pty]
    if subprocess.call(argv):
        say.stop(f"{app} could not be copied to the board: see above")


def make(board, args):
    folder = board.build_folder()
    uf2 = args.uf2 or folder / "firmware.uf2"
    trouble = Trouble(args.loss, args.delay, args.disconnect_every, seed=args.seed)
    pico = Pico(
        uf2,
        folder / "flash.bin",
        forwards=dict(args.forward or [(emulated.WEB, 0)]),
        trouble=trouble,
        spi=args.spi,
        i2c=args.i2c,
        fast=args.fast,
        verbose=args.verbose,
    )
    pico.on_event = show
    return pico


def emulate(board, app, others):
    args = arguments(board).parse_args(others)
    pico = make(board, args)
    try:
        drive = uf2_drive.shown(pico, board.build_folder() / "drive")
        with pico, emulated.announced(board, pico), drive:
            say.note(f"{board.product}, emulated")
            say.note(f"  console  mpremote connect {pico.pty}")
            emulated.show_ports(pico)
            say.note("  its network calls this machine 10.0.2.2; Ctrl-C ends it")
            if app:
                deploy(board, pico, app)
                say.note("that is inside the emulator; from here it is")
                emulated.show_ports(pico)
            while pico.running:
                time.sleep(0.2)
            say.stop("the emulator ended by itself: see its messages above")
    except Failed as e:
        say.stop(e)
    except KeyboardInterrupt:
        say.note("")
