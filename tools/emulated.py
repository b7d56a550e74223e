"""What the emulators of make emulate have in common."""

import argparse
import contextlib
import re

import say

WEB = 80


def forward(text):
    """HOST:DEVICE -> (device, host)"""
    match = re.fullmatch(r"(\d+):(\d+)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is no HOST:DEVICE, as in 8080:80")
    return int(match[2]), int(match[1])


def add_forward(parser):
    parser.add_argument(
        "--forward",
        action="append",
        type=forward,
        default=[],
        metavar="HOST:DEVICE",
        help=f"a port of this machine to one of the board (0: any that is free); default 0:{WEB}",
    )


@contextlib.contextmanager
def announced(board, machine):
    """While it runs, the other tools find the board's port in build/<board>/pty."""
    path = board.build_folder() / "pty"
    path.write_text(machine.pty + "\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def show_ports(machine):
    for port, host in machine.ports.items():
        say.note(f"  port {port}  http://127.0.0.1:{host}/")
