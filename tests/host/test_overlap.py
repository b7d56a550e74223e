"""Retransmissions that overlap, as on a lossy link, are not the end of a connection.

lwIP cuts what it has already from such a segment; of a segment that lies in pieces, the first ones
are empty then. Every case says what a peer sends of a body: how much again, how much that is new.
"""

import hashlib
import json
import random

import board
import load
import pytest
from board_machine import WiredMachine
from board_wire import Wire

from tools.base import boards

APP = """
import asyncio, hashlib, json, time
import _counter, lws
from lws.http import Server
lws.install()

streaming = Server(max_body=1)
collecting = Server(max_body=8192)
last = None

@streaming.post("/")
async def upload(request):
    global last
    digest = hashlib.sha256()
    try:
        while piece := await request.stream.read(512):
            digest.update(piece)
        last = "ended"
    except OSError:
        last = "broken"
    return digest.digest()

@collecting.post("/")
def whole(request):
    return hashlib.sha256(request.body).digest()

@collecting.get("/last")
def last_end(request):
    return str(last)

@collecting.get("/nap")
def nap(request):
    time.sleep_ms(300)
    return ""

@collecting.get("/held")
def held(request):
    return json.dumps(_counter.lwip_use())

async def take(reader, writer):
    global last
    digest = hashlib.sha256()
    try:
        while piece := await reader.read(512):
            digest.update(piece)
        writer.write(digest.digest())
        await writer.drain()
        last = "ended"
    except OSError:
        last = "broken"
    writer.close()
    await writer.wait_closed()

async def main():
    await asyncio.start_server(take, "0.0.0.0", 81)
    streaming.listen(82, net=False)
    await collecting.start_server(port=80, net=False)

asyncio.run(main())
"""
COLLECTING, STREAM, STREAMING = 80, 81, 82  # ports
NO_OPERATION = b"\1"  # an option of TCP
PIECE = 256  # of a frame in the Pico's memory
BODY = random.Random(5).randbytes(6000)

# (bytes again, bytes that are new)
CASES = {
    "600, 300 and 700 again": [
        (0, 1000),
        (600, 500),
        (300, 400),
        (700, 500),
        (0, 2400),
        (0, 1200),
    ],
    "all but a byte again": [(0, 1000), (1000, 1), (999, 1), (0, 1000)],
    "whole pieces again": [(0, 1000), (236, 300), (492, 300), (748, 600)],
    "new bytes in the last piece only": [(0, 1200), (1100, 10), (1100, 10), (0, 700)],
    "a duplicate": [(0, 1000), (1000, 0), (0, 1000), (400, 0), (0, 500)],
    "again at the very end": [(0, 1400), (0, 1400), (600, 300)],
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    app = tmp_path_factory.mktemp("overlap") / "app.py"
    app.write_text(APP)
    with Wire() as wire:
        options = {"elf": board.elf(), "script": app, "heap": "256k"}
        with WiredMachine(boards.find(board.BOARD), wire, **options) as m:
            wire.lease()
            yield m
            assert m.running and not m.output, m.output


def connect(machine, port):
    conn = machine.connect(port)
    conn.piece = PIECE
    return conn


def send(conn, steps, fin=False):
    """The steps of a case, each when the board has the one before. fin: the last segment is also
    the last of the connection. Returns what was sent.
    """
    at = 0
    for i, (again, new) in enumerate(steps):
        ends = fin and i == len(steps) - 1
        if again or ends:
            conn.repeat(BODY[at - again : at], BODY[at : at + new], ends)
        else:
            conn.sendall(BODY[at : at + new])
        at += new
        conn.wait_until_taken()
    return BODY[:at]


def digest(data):
    return hashlib.sha256(data).digest()


def receive_all(conn):
    data = b""
    while piece := conn.recv(4096):
        data += piece
    return data


def last_end(machine):
    """What the last body or stream came to."""
    with connect(machine, COLLECTING) as conn:
        conn.sendall(load.request("/last"))
        return load.read_response(conn)


def begin_upload(machine, port, size):
    conn = connect(machine, port)
    conn.sendall(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n".encode())
    conn.wait_until_taken()
    return conn


@pytest.mark.parametrize("port", [COLLECTING, STREAMING])
@pytest.mark.parametrize("case", CASES)
def test_upload(machine, case, port):
    with begin_upload(machine, port, sum(new for _, new in CASES[case])) as conn:
        body = send(conn, CASES[case])
        assert load.read_response(conn) == digest(body)


@pytest.mark.parametrize("end", ["a FIN behind", "a FIN in the last segment"])
@pytest.mark.parametrize("case", CASES)
def test_stream(machine, case, end):
    """asyncio's stream: everything arrives, and then the end."""
    with connect(machine, STREAM) as conn:
        body = send(conn, CASES[case], fin=end == "a FIN in the last segment")
        if not conn.half_closed:
            conn.finish()
        assert receive_all(conn) == digest(body)


@pytest.mark.parametrize("in_order", [True, False])
def test_a_head_that_fills_its_piece(machine, in_order):
    """No data in the first piece of any segment, be it alone or behind another."""
    with connect(machine, STREAM) as conn:
        conn.options, conn.piece = NO_OPERATION * 4, 24
        (conn.sendall if in_order else conn.lose)(BODY[:200])
        for at in range(200, 1000, 200):
            conn.sendall(BODY[at : at + 200])
        conn.wait_until_taken()
        conn.finish()
        assert receive_all(conn) == digest(BODY[:1000])


def test_a_head_that_fills_its_piece_before_accept(machine):
    """While nobody accepts, the sockets refuse data; lwIP keeps it for them, all of it."""
    with connect(machine, COLLECTING) as busy:
        busy.sendall(load.request("/nap"))
        with connect(machine, STREAM) as conn:
            conn.options, conn.piece = NO_OPERATION * 4, 24
            conn.sendall(BODY[:200])
            conn.wait_until_taken()
            conn.sendall(BODY[200:400])
            conn.finish()
            assert receive_all(conn) == digest(BODY[:400])
        assert load.read_response(busy) == b""


@pytest.mark.parametrize("fin", ["alone", "repeated"])
@pytest.mark.parametrize("steps", [[], CASES["600, 300 and 700 again"][:3]])
def test_fin_ends_an_upload(machine, steps, fin):
    """Of a body that is not whole there is no hash."""
    conn = begin_upload(machine, STREAMING, 5000)
    body = send(conn, steps)
    if fin == "alone":
        conn.finish()
    else:
        conn.repeat(body[-600:], fin=True)
    assert b" 200 " not in receive_all(conn)
    conn.close()
    assert last_end(machine) == b"broken"


@pytest.mark.parametrize("port", [STREAM, STREAMING])
def test_reset_is_not_the_end(machine, port):
    conn = connect(machine, port) if port == STREAM else begin_upload(machine, port, 5000)
    send(conn, CASES["600, 300 and 700 again"][:4])
    conn.reset()
    assert last_end(machine) == b"broken"


def test_no_piece_is_lost(machine):
    """After whatever was before: lwIP holds none, and did not free one twice."""
    with connect(machine, COLLECTING) as conn:
        conn.sendall(load.request("/held"))
        use = json.loads(load.read_response(conn))
    assert use["pbuf"] == use["pbuf_pool"] == 0, use
