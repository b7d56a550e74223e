"""Which serial port a board is on: the one that was named, its emulator's, or the only one there.

An emulator says in build/<BOARD>/pty where its console and its ports are, while it runs.
"""

import os
from pathlib import Path

from serial.tools import list_ports

from tools.base import boards, say

RASPBERRY_PI, ESPRESSIF = 0x2E8A, 0x303A
# USB vendors of what carries a board's console: the chip itself, or a bridge beside it.
VENDORS = {
    "rp2": {RASPBERRY_PI: "Raspberry Pi"},
    "esp32": {
        ESPRESSIF: "Espressif",
        0x10C4: "CP210x bridge",
        0x1A86: "CH34x bridge",
        0x0403: "FTDI bridge",
    },
}
# Raspberry Pi's debug probes: what is behind them is not the board on this cable.
PROBES = {(RASPBERRY_PI, 0x0004), (RASPBERRY_PI, 0x000C)}


def find(board, given=""):
    """Path of the port to talk to, or the end of the program with what to do."""
    if board.port == "unix":
        others = ", ".join(b.name for b in boards.every() if b.port != "unix")
        say.stop(f"give BOARD=: {board.name} is a program of this machine; boards are: {others}")
    return usable(given or emulated(board) or only(list_ports.comports(), board))


def note_of(board):
    """What its emulator says of itself: the pty, then in each line a port and its way in."""
    return board.build_folder() / "pty"


def forwarded(board, port):
    """The port of this machine that leads to one of the emulated board, or None."""
    for line in note_of(board).read_text().splitlines()[1:]:
        device, host = map(int, line.split())
        if device == port:
            return host
    return None


def emulated(board):
    """The pty of the emulator that runs now, or None."""
    note = note_of(board)
    try:
        pty = Path(note.read_text().split()[0])
        # The kernel gives a dead emulator's number to the next terminal: that one is younger.
        if pty.stat().st_ctime <= note.stat().st_mtime + 1:
            return str(pty)
    except (OSError, IndexError):
        pass
    return None


def like(board, ports):
    """Those of the ports that a board of this family may be on."""
    vendors = VENDORS.get(board.port, {})
    return [p for p in ports if p.vid in vendors and (p.vid, p.pid) not in PROBES]


def only(ports, board):
    fitting = like(board, ports)
    if len(fitting) == 1:
        return fitting[0].device
    if fitting:
        say.stop(
            f"several boards may be {board.name}; choose one with PORT=\n{listed(fitting, board)}"
        )
    say.stop(absent([p for p in ports if p.vid is not None], board))


def absent(others, board):
    """What to do where neither the board nor its emulator is found."""
    ways = []
    if board.emulator:
        ways += [f"start one with make emulate BOARD={board.name}"]
    if board.port in VENDORS:
        ways += ["plug it in with a cable that carries data", "name its port with PORT="]
    text = f"no serial port of {board.name} ({board.product}): {', or '.join(ways)}"
    if others and board.port in VENDORS:
        text += f"\nnot like this board, but PORT= takes them:\n{listed(others, board)}"
    return text


def listed(ports, board):
    vendors = VENDORS.get(board.port, {})
    return "\n".join(
        f"  {p.device:<20} {p.vid:04x}:{p.pid:04x} {vendors.get(p.vid) or p.description}"
        for p in sorted(ports, key=lambda p: p.device)
    )


def usable(port):
    if "://" in port:  # one of pyserial's own, such as socket://
        return port
    if not os.path.exists(port):
        there = ", ".join(sorted(p.device for p in list_ports.comports())) or "none"
        say.stop(f"{port} is not there; serial ports here: {there}")
    if not os.access(port, os.R_OK | os.W_OK):
        say.stop(
            f"{port} may not be opened by you: sudo usermod -aG dialout $USER, then log in anew"
        )
    return port
