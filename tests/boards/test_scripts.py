"""tests/mp's scripts on a board. One passes when it ends; it raises where something is wrong."""

import re

import pytest

from tools.base.repo import ROOT
from tools.board.deploy import File
from tools.board.test_board import PLACE, REMOVE

FOLDER = ROOT / "tests" / "mp"
SCRIPTS = sorted(FOLDER.glob("test_*.py"))
SHARED = [FOLDER / name for name in ("bare.py", "fake_network.py", "http_client.py", "wire.py")]
SCRIPT_S = 120
RUN = """
import sys
remove("/tmp")  # what other scripts left
sys.path.insert(0, "/{0}")
import {1}
"""
NEEDS_LOOPBACK = re.compile(r"^(from|import) (bare|http_client|socket)\b|open_connection", re.M)
LOOPBACK = """
import socket, time
address = socket.getaddrinfo("127.0.0.1", 20000 + time.ticks_us() % 12000)[0][-1]
server = socket.socket()
server.bind(address)
server.listen(1)
client = socket.socket()
client.settimeout(3)
try:
    client.connect(address)
    print("yes")
except OSError as e:
    print("no:", e)
server.close()
client.close()
"""


def loopback(console, known):
    """Does the board's network reach the board itself?"""
    if "loopback" not in known:
        known["loopback"] = console.run(LOOPBACK).strip()
    return known["loopback"]


@pytest.mark.timeout(SCRIPT_S + 120)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_script(console, board, known, script):
    if NEEDS_LOOPBACK.search(script.read_text()):
        answer = loopback(console, known)
        if answer != "yes":
            pytest.skip(
                f"{board.name} has no loopback interface ({answer}), and these scripts are server"
                " and client at once"
            )
    files = [File(f"{PLACE}/{p.name}", p.read_bytes()) for p in (*SHARED, script)]
    console.run(REMOVE + RUN.format(PLACE, script.stem), SCRIPT_S, files)
