"""Clients that are slow: they cost others nothing, and are given up at last.

A server that waits for a slow one does so for ever: all times are long but the one under test.
"""

import contextlib
import json
import select
import time
from pathlib import Path

import pytest
from raw import Raw, get, memory, request

APP = Path(__file__).parent / "apps" / "strangers.py"
LONG = dict.fromkeys(("header_ms", "keep_alive_ms", "body_ms", "send_ms"), 600_000)
HELLOS = 50
WAIT_S = 60
LARGE = "/stream?n=4000&size=2000"  # 8 MB: four times the heap


@pytest.fixture
def start(serve):
    return lambda **settings: serve(APP, SETTINGS=json.dumps({**LONG, **settings}))


def others_are_served(server):
    """While nobody else sends or reads anything."""
    for _ in range(HELLOS):
        assert get(server.port, "/").status == 200


def test_single_bytes_do_not_block_others(start):
    server = start()
    with contextlib.ExitStack() as stack:
        heads = [stack.enter_context(Raw(server.port)) for _ in range(10)]
        bodies = [stack.enter_context(Raw(server.port)) for _ in range(10)]
        sockets = [stack.enter_context(Raw(server.port)) for _ in range(10)]
        for raw in heads:
            raw.send(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        for raw in bodies:
            raw.send(request("/echo", "POST", headers=[("Content-Length", "5")]))
        for raw in sockets:
            raw.upgrade("/ws")
            raw.send(b"\x81\x85\0\0\0\0")
        for _ in range(4):
            for raw in (*heads, *bodies, *sockets):
                raw.send(b"x")
            others_are_served(server)
        for raw in heads:
            raw.send(b"\r\n\r\n")
            assert raw.response().body == b"Hello, World!"
        for raw in bodies:
            raw.send(b"y")
            assert raw.response().body == b"xxxxy"
        for raw in sockets:
            raw.send(b"y")
            assert raw.frame() == (1, b"xxxxy")


@contextlib.contextmanager
def given_up(raw, least):
    """The server says 408 or nothing, and closes, not before least seconds after the block."""
    begin = time.monotonic()
    yield
    last = raw.rest()
    assert last == b"" or last.startswith(b"HTTP/1.1 408 "), last
    assert time.monotonic() - begin >= least


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_head_that_does_not_end(start, sent):
    server = start(header_ms=1500)
    with Raw(server.port) as raw, given_up(raw, 1.4):
        raw.send(sent)


def test_bytes_do_not_prolong_the_time_for_a_head(start):
    server = start(header_ms=2500)
    with Raw(server.port) as raw:
        raw.send(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        end = time.monotonic() + WAIT_S
        with contextlib.suppress(ConnectionError):  # it has closed, and does not take the byte
            while not select.select([raw.sock], [], [], 0.2)[0]:
                assert time.monotonic() < end, "each byte prolongs it"
                raw.send(b"x")
        last = raw.rest()
        assert last == b"" or last.startswith(b"HTTP/1.1 408 "), last


def test_idle_connection(start):
    server = start(keep_alive_ms=1500)
    with Raw(server.port) as raw, given_up(raw, 1.4):
        raw.send(request("/"))
        assert raw.response().status == 200


def test_body_that_does_not_come(start):
    server = start(body_ms=1000, body_rate=100)
    with Raw(server.port) as raw, given_up(raw, 0.9):
        raw.send(request("/echo", "POST", headers=[("Content-Length", "5000")]))
        raw.send(b"x")


def test_slow_reader(start):
    """It gets all of it; the server neither waits for it nor keeps it all in memory."""
    server = start()
    before = memory(server.port)
    with Raw(server.port, rcvbuf=300_000) as raw:
        raw.send(request(LARGE))
        others_are_served(server)
        assert memory(server.port) < before + 600_000
        answer = raw.response()
        assert (answer.status, len(answer.body)) == (200, 8_000_000)
        assert answer.body == (b"x" * 1999 + b"\n") * 4000
        raw.send(request("/"))
        assert raw.response().body == b"Hello, World!"


def test_reader_that_never_reads_is_given_up(start):
    server = start(send_ms=1500)
    memory(server.port)
    before = memory(server.port)
    with Raw(server.port, rcvbuf=4096) as raw:
        raw.send(request(LARGE))
        end = time.monotonic() + WAIT_S
        while get(server.port, "/others").body != b"0":
            assert time.monotonic() < end
            time.sleep(0.1)
        assert memory(server.port) < before + 16_384  # already without it
        assert len(raw.rest()) < 8_000_000


def test_reader_that_never_reads_its_echoes(start):
    """WebSocket: what is not read must not pile up without end."""
    server = start(send_ms=3000)
    before = memory(server.port)
    with Raw(server.port, rcvbuf=4096) as raw:
        raw.upgrade("/ws")
        raw.sock.settimeout(3)  # it stops reading, or closes: either ends the loop
        with contextlib.suppress(OSError):
            for _ in range(2000):
                raw.send_frame(2, bytes(10_000))
        assert memory(server.port) < before + 1_000_000
        others_are_served(server)
