"""make test-board: runs tests/boards on a board over its serial port (real, or an emulator's pty).

The environment says what only you know: WIFI_SSID and WIFI_KEY for the board's radio; PEER, this
machine's address as the board sees it; BOARD_URL, where the board's port 80 is seen from here when
it is not at the board's own address. Of a board that make emulate started, the last two are known.
More arguments go to pytest.
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import os
import subprocess
import sys

from mpremote.transport import TransportError

from tools.base import boards, repo, say
from tools.board import prompt, serial_ports

LOGS = repo.BUILD / "log" / "boards"
PLACE = "lws_test"  # the folder on the board where scripts lie while the tests run
EMULATORS_HOST = "10.0.2.2"  # this machine, as an emulated board sees it
# What runs on the board to take a folder away.
REMOVE = """
import os
def remove(path):
    try:
        entries = list(os.ilistdir(path))
    except OSError:
        return
    for entry in entries:
        inner = path + "/" + entry[0]
        if entry[1] == 0x4000:
            remove(inner)
        else:
            os.remove(inner)
    os.rmdir(path)
"""


def introduce(board, port):
    """What is at the port says what it is; the end of the program when it is not this board."""
    try:
        with prompt.opened(port) as repl:
            repl.exec("import sys")
            machine, version = repl.eval("(sys.implementation._machine, sys.version)")
    except (prompt.NoAnswer, TransportError) as e:
        say.stop(f"{board.name} does not answer. {e}")
    if board.port in serial_ports.VENDORS and board.mcu not in machine.lower().replace("-", ""):
        say.stop(f"{port} is a {machine}; {board.name} has an {board.mcu.upper()}")
    say.note(f"{board.name} at {port}: {machine}, {version}")


def command(board, port, others):
    argv = [sys.executable, "-m", "pytest", "tests/boards", "--embedded-services", "serial"]
    argv += ["--port", port, "--lws-board", board.name, "--root-logdir", str(LOGS)]
    # pyproject.toml keeps this plugin out of all other tests
    argv += ["-p", "pytest_embedded", "-p", "no:cacheprovider"]
    return [*argv, "-W", "ignore::pytest.PytestExperimentalApiWarning", *others]


def surroundings(board, port):
    """The environment, and what the emulator of the board at the port adds to it."""
    known = {}
    if port == serial_ports.emulated(board):
        known["PEER"] = EMULATORS_HOST
        if web := serial_ports.forwarded(board, 80):
            known["BOARD_URL"] = f"http://127.0.0.1:{web}"
    return {**known, **{name: value for name, value in os.environ.items() if value}}


def clean(board, port):
    try:
        with prompt.opened(port) as repl:
            repl.exec(f"{REMOVE}\nremove('/{PLACE}')\nremove('/tmp')")
    except (prompt.NoAnswer, TransportError) as e:
        say.stop(f"{board.name} did not outlive its tests. {e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", required=True)
    parser.add_argument("--port", default=os.environ.get("PORT", ""))
    args, others = parser.parse_known_args()
    board = boards.find(args.board)
    port = serial_ports.find(board, args.port)
    introduce(board, port)
    env = surroundings(board, port)
    code = subprocess.call(command(board, port, others), cwd=repo.ROOT, env=env)
    clean(board, port)
    sys.exit(code)


if __name__ == "__main__":
    main()
