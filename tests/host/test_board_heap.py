"""The dashboard on the emulated Cortex-M3 with a heap of 96 KB: ten WebSockets, for minutes.

The minutes are the board's: with -icount sleep=off it sleeps no longer than it must, while what it
computes takes as many of its milliseconds as instructions need. They pass some ten times as fast
as ours. The clients are ordinary ones; their kernel takes what they have not read yet.
"""

import contextlib
import json
import os
import threading
import time
import urllib.request
import zlib

import board
import pytest
from effort import either
from websockets.exceptions import ConnectionClosed, InvalidMessage
from websockets.sync.client import connect

from tools.base import boards
from tools.compile.romfs_image import image
from tools.emulate.qemu_machine import ICOUNT, Machine

APP = board.ROOT / "tests" / "bench" / "board_dashboard_app.py"
DASHBOARD = board.ROOT / "examples" / "dashboard"
CLIENTS = 10
MINUTES = either(1, 5)
PATIENCE_S = 110
LONGEST_GAP_S = 4  # of the board's time between two messages, which are due every half second
SLACK = 1024  # bytes: what the stack happens to point to is kept, too


class Client(threading.Thread):
    def __init__(self, machine):
        super().__init__(daemon=True)
        self.socket = join(machine)
        self.uptimes = []
        self.start()

    def run(self):
        with contextlib.suppress(ConnectionClosed):  # watch() sees that the thread has ended
            for message in self.socket:
                self.uptimes.append(json.loads(message)["uptime_s"])

    def longest_gap(self):
        return max(b - a for a, b in zip(self.uptimes, self.uptimes[1:], strict=False))


def join(machine):
    url = machine.url().replace("http", "ws") + "/live"
    return patiently(lambda: connect(url, open_timeout=60, ping_interval=None))


def fetch(machine, path, data=None):
    def once():
        with urllib.request.urlopen(machine.url() + path, data, timeout=60) as answer:
            return answer.read()

    return patiently(once)


def patiently(once, tries=3):
    """A pause of this machine is a long time for the board: it may have given us up."""
    for _ in range(tries - 1):
        with contextlib.suppress(OSError, TimeoutError, InvalidMessage):
            return once()
    return once()


def visit(machine):
    """What a visitor does: the pages, a form, an upload."""
    for name in ("", "app.js", "style.css", "favicon.svg"):
        expected = (DASHBOARD / "www" / (name or "index.html")).read_bytes()
        assert fetch(machine, f"/{name}") == expected
    assert json.loads(fetch(machine, "/api/settings", b"title=Heap&interval_ms=500"))
    data = os.urandom(50_000)
    answer = json.loads(fetch(machine, "/api/upload", data))
    assert answer == {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}


def free(machine):
    return min(int(fetch(machine, "/collect")) for _ in range(3))


def uptime(machine):
    return json.loads(fetch(machine, "/api/status"))["uptime_s"]


def watch(machine, clients):
    """Samples of the free heap, once a minute of the board's."""
    samples, start, begun = [], uptime(machine), time.monotonic()
    visit(machine)
    while len(samples) <= MINUTES:
        now = clients[0].uptimes[-1] if clients[0].uptimes else start
        if now - start >= 60 * len(samples):
            visit(machine)
            samples.append(free(machine))
        assert time.monotonic() < begun + PATIENCE_S, f"{now - start} s of {60 * MINUTES}"
        assert machine.running and all(c.is_alive() for c in clients), machine.output
        time.sleep(0.05)
    return samples, uptime(machine) - start, time.monotonic() - begun


@pytest.mark.timeout(200)
def test_heap_stays_flat():
    machine = Machine(
        boards.find(board.BOARD),
        elf=board.elf(),
        script=APP,
        args=["/host" + str(DASHBOARD / "main.py")],
        heap="96k",
        romfs=image(DASHBOARD),
        icount=ICOUNT,
    )
    with machine:
        machine.wait_for_web()
        alone = free(machine)
        clients = [Client(machine) for _ in range(CLIENTS)]
        samples, seconds, real = watch(machine, clients)
        counts = [len(c.uptimes) for c in clients]
        gaps = [c.longest_gap() for c in clients]
        output = machine.output
    print(
        f"{seconds} s of the board's in {real:.0f} s; free alone {alone}, with clients {samples}"
    )
    print(f"messages {counts}, longest gaps {gaps} s")
    assert "Traceback" not in output and "Error" not in output, output
    assert seconds >= 60 * MINUTES and min(counts) > 60 * MINUTES
    assert max(gaps) <= LONGEST_GAP_S
    assert min(samples[1:]) >= samples[0] - SLACK, samples
