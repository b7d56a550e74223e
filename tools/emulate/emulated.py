"""What the emulators of make emulate have in common."""

import argparse
import contextlib
import fcntl
import re

from tools.base import ports, say
from tools.board import serial_ports
from tools.emulate.ppp.line import Trouble

WEB = 80


def forward(text):
    """HOST:DEVICE -> (device, host)"""
    match = re.fullmatch(r"(\d+):(\d+)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is no HOST:DEVICE, as in 8080:80")
    return int(match[2]), int(match[1])


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


def add_network(parser):
    add = parser.add_argument
    text = f"a port of this machine to one of the board (0: any that is free); default 0:{WEB}"
    add(
        "--forward",
        action="append",
        type=forward,
        default=[],
        metavar="HOST:DEVICE",
        help=text,
    )
    add("--loss", type=share, default=0.0, help="share of lost frames: 5%%")
    add("--delay", type=seconds, default=0.0, help="of each frame: 80ms")
    add("--disconnect-every", type=seconds, default=0.0, help="cut the line so often: 30s")
    add("--seed", type=int, default=1, help="for the same losses again")


def trouble(args):
    """What ails the network, None when nothing does."""
    if not (args.loss or args.delay or args.disconnect_every):
        return None
    return Trouble(args.loss, args.delay, args.disconnect_every, seed=args.seed)


def require_ports(forwards):
    """The ports of this machine that were asked for by number."""
    for device, host in forwards:
        if host and not ports.is_free(host):
            free = ports.free_port_after(host)
            say.stop(f"port {host} of this machine is in use: --forward {free}:{device}")


# ---- one emulator a flash


def described(machine):
    """The console, then the ports of the board and of this machine, line by line."""
    return "\n".join([machine.pty, *(f"{d} {h}" for d, h in machine.ports.items()), ""])


@contextlib.contextmanager
def alone(board, flash):
    """No other emulator runs with this flash; gives the file that tells others of this one."""
    flash.parent.mkdir(parents=True, exist_ok=True)
    with flash.with_name(f".{flash.name}.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            say.stop(already_runs(board, flash, file.read()))
        file.truncate(0)
        yield file


def already_runs(board, flash, description):
    pty, *forwards = description.splitlines() or ["(not there yet)"]
    lines = [f"{board.name} runs already, with {flash}", f"  console  {pty}"]
    for device, host in map(str.split, forwards):
        lines.append(f"  port {device}  http://127.0.0.1:{host}/")
    more = 'ARGS="--flash FILE" starts one more, with a flash of its own'
    return "\n".join([*lines, f"Ctrl-C ends it where it was started; {more}"])


@contextlib.contextmanager
def announced(board, machine, file):
    """While it runs, the other tools find the first emulator of a board in build/<board>/pty.

    Gives the words that open its console.
    """
    file.write(described(machine))
    file.flush()
    if serial_ports.emulated(board):
        yield f"make shell BOARD={board.name} PORT={machine.pty}"
        return
    path = serial_ports.note_of(board)
    path.write_text(described(machine))
    try:
        yield f"make shell BOARD={board.name}"
    finally:
        path.unlink(missing_ok=True)


def show(board, machine, shell):
    say.note(board.product + ("" if "emulated" in board.product else ", emulated"))
    say.note(f"  console  {shell} ({machine.pty})")
    show_ports(machine)


def show_ports(machine):
    for port, host in machine.ports.items():
        say.note(f"  port {port}  http://127.0.0.1:{host}/")
