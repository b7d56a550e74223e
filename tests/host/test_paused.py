"""A connection that is polled for nothing still notices that its peer is gone."""

import socket
import struct

import pytest
from raw import Raw, request

FIRMWARES = ["unix", "unix-select"]
APP = """
import asyncio
import os
from lws.http import Server

app = Server(half_close=True)
waiting = asyncio.Event()

@app.get("/wait")
async def wait(request):
    await waiting.wait()

@app.get("/conns")
async def conns(request):
    return str(len(app.connections()))

app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
"""


def half_closed(raw):
    raw.send(request("/wait"))
    raw.sock.shutdown(socket.SHUT_WR)


def full(raw):
    raw.send(request("/wait"), request("/conns", headers=[("X-Pad", "p" * 1000)]) * 100)


@pytest.mark.parametrize("way", [half_closed, full], ids=lambda f: f.__name__)
def test_reset_is_noticed(serve, way):
    server = serve(APP)
    raw, other = Raw(server.port), Raw(server.port)
    way(raw)
    conns = 0
    while conns != b"2":  # it is there, and was served before this answer
        other.send(request("/conns"))
        conns = other.response().body
    raw.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()
    while conns != b"1":  # pytest's timeout ends it
        other.send(request("/conns"))
        conns = other.response().body
    other.close()
