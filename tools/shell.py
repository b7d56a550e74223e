"""make shell: a board's console, which is mpremote at the port that was found."""

import argparse
import os
import sys

import boards
import say
import serial_ports


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", required=True)
    parser.add_argument("--port", default=os.environ.get("PORT", ""))
    args = parser.parse_args()
    port = serial_ports.find(boards.find(args.board), args.port)
    say.note(f"{args.board} at {port}: Ctrl-] leaves, Ctrl-C stops the app, Ctrl-D restarts it")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "mpremote", "connect", port, "repl"])


if __name__ == "__main__":
    main()
