"""make shell: a board's console, which is mpremote's at the port that was found."""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import os

from mpremote.main import State, argparse_repl, do_repl
from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from tools.base import boards, say
from tools.board import serial_ports

RAW_PROMPTS = (b"\x04>", b"CTRL-B to exit\r\n>")
LEAVE_RAW = b"\x02"  # Ctrl-B; nothing to an app that runs, a greeting at the friendly prompt


class FriendlyPort:
    """A serial port whose board never stays at the raw prompt, where nobody sees what he types.

    It may stand there, or come there when Ctrl-C stops what "mpremote run" had begun.
    """

    def __init__(self, port):
        self.port = port
        self.end = b""
        port.write(LEAVE_RAW)

    def __getattr__(self, name):
        return getattr(self.port, name)

    def read(self, size=1):
        data = self.port.read(size)
        self.end = (self.end + data)[-max(map(len, RAW_PROMPTS)) :]
        if self.end.endswith(RAW_PROMPTS):
            self.port.write(LEAVE_RAW)
        return data


def open_console(port):
    """Until Ctrl-] or the board goes away; whether it went."""
    state = State()
    try:
        state.transport = SerialTransport(port)
    except TransportError as e:
        say.stop(f"{e}: another program may be at it")
    state.transport.serial = FriendlyPort(state.transport.serial)
    return do_repl(state, argparse_repl().parse_args([]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", required=True)
    parser.add_argument("--port", default=os.environ.get("PORT", ""))
    args = parser.parse_args()
    port = serial_ports.find(boards.find(args.board), args.port)
    say.note(f"{args.board} at {port}: Ctrl-] leaves, Ctrl-C stops the app, Ctrl-D restarts it")
    if open_console(port):
        say.stop(f"the board's port {port} went away")


if __name__ == "__main__":
    main()
