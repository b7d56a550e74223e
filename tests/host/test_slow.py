"""Clients that are slow: they cost others nothing, and are given up at last."""

import contextlib
import json
import time
from pathlib import Path

import pytest
from raw import Raw, get, memory, request

APP = Path(__file__).parent / "apps" / "strangers.py"
FAST_S = 0.5  # what a hello may take while slow clients hang around, on a busy machine
LARGE = "/stream?n=4000&size=2000"  # 8 MB: four times the heap


@pytest.fixture
def start(serve):
    return lambda **settings: serve(APP, SETTINGS=json.dumps(settings))


def others_are_served(server, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        assert get(server.port, "/").status == 200
        assert time.monotonic() - begin < FAST_S
        time.sleep(0.01)


def drip(raws, server, seconds, byte=b"x"):
    """One byte a second each, while others are served."""
    for _ in range(seconds):
        for raw in raws:
            raw.send(byte)
        others_are_served(server, 1)


def test_one_byte_a_second_does_not_block_others(start):
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
        drip([*heads, *bodies, *sockets], server, 4)
        for raw in heads:
            raw.send(b"\r\n\r\n")
            assert raw.response().body == b"Hello, World!"
        for raw in bodies:
            raw.send(b"y")
            assert raw.response().body == b"xxxxy"
        for raw in sockets:
            raw.send(b"y")
            assert raw.frame() == (1, b"xxxxy")


def given_up(raw, least, most):
    """The server says 408 or nothing, and closes, after least to most seconds."""
    begin = time.monotonic()
    last = raw.rest()
    passed = time.monotonic() - begin
    assert last == b"" or last.startswith(b"HTTP/1.1 408 "), last
    assert least <= passed <= most, passed


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_head_that_does_not_end(start, sent):
    server = start(header_ms=1500)
    with Raw(server.port) as raw:
        raw.send(sent)
        given_up(raw, 1.0, 4)


def test_bytes_do_not_prolong_the_time_for_a_head(start):
    server = start(header_ms=2500)
    with Raw(server.port) as raw:
        raw.send(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        drip([raw], server, 2)
        given_up(raw, 0, 3)


def test_idle_connection(start):
    server = start(keep_alive_ms=1500)
    with Raw(server.port) as raw:
        raw.send(request("/"))
        assert raw.response().status == 200
        given_up(raw, 1.0, 4)


def test_body_that_does_not_come(start):
    server = start(body_ms=1000, body_rate=100)
    with Raw(server.port) as raw:
        raw.send(request("/echo", "POST", headers=[("Content-Length", "5000")]))
        raw.send(b"x")
        given_up(raw, 0.5, 5)


def test_slow_reader(start):
    """It gets all of it; the server neither waits for it nor keeps it all in memory."""
    server = start()
    before = memory(server.port)
    with Raw(server.port, timeout=20, rcvbuf=300_000) as raw:
        raw.send(request(LARGE))
        others_are_served(server, 2)
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
        others_are_served(server, 5)
        assert memory(server.port) < before + 16_384  # already without it
        assert len(raw.rest()) < 8_000_000


def test_reader_that_never_reads_its_echoes(start):
    """WebSocket: what is not read must not pile up without end."""
    server = start(send_ms=3000)
    before = memory(server.port)
    with Raw(server.port, timeout=3, rcvbuf=4096) as raw:
        raw.upgrade("/ws")
        with contextlib.suppress(OSError):  # it stops reading, or closes
            for _ in range(2000):
                raw.send_frame(2, bytes(10_000))
        assert memory(server.port) < before + 1_000_000
        others_are_served(server, 1)
