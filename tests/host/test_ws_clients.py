"""WebSocket clients of other people: Python's websockets and aiohttp, and frames made by hand."""

import asyncio
import contextlib
import json
import os
from pathlib import Path

import aiohttp
import pytest
import websockets
from raw import BINARY, CLOSE, PING, PONG, TEXT, Raw, memory
from websockets.sync.client import connect

FIRMWARES = ["unix", "unix-select"]

APP = Path(__file__).parent / "apps" / "strangers.py"
MAX_MESSAGE = 100_000

pytestmark = pytest.mark.parametrize("path", ["/ws", "/wscb"])


@pytest.fixture
def server(serve):
    return serve(APP, SETTINGS=json.dumps({"max_message": MAX_MESSAGE}))


@contextlib.contextmanager
def websocket(server, path, **kwargs):
    url = f"ws://127.0.0.1:{server.port}{path}"
    with connect(url, open_timeout=60, close_timeout=60, proxy=None, **kwargs) as ws:
        yield ws


@contextlib.contextmanager
def by_hand(server, path, **kwargs):
    with Raw(server.port) as raw:
        raw.upgrade(path, **kwargs)
        yield raw


# websockets


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 4096, 65535, 65536, MAX_MESSAGE])
def test_echo(server, path, size):
    with websocket(server, path) as ws:
        for message in (os.urandom(size), "x" * size):
            ws.send(message)
            assert ws.recv(10) == message


def test_unicode(server, path):
    with websocket(server, path) as ws:
        ws.send("Grüße, мир, 世界, 🌍")
        assert ws.recv(10) == "Grüße, мир, 世界, 🌍"


def test_many_messages(server, path):
    with websocket(server, path) as ws:
        for number in range(500):
            ws.send(f"message {number}")
        for number in range(500):
            assert ws.recv(10) == f"message {number}"


def test_fragments(server, path):
    with websocket(server, path) as ws:
        ws.send(["Hel", "lo, ", "", "World!"])
        assert ws.recv(10) == "Hello, World!"
        ws.send([os.urandom(0), b"\x00" * 30_000, b"\x01" * 30_000])
        assert ws.recv(10) == b"\x00" * 30_000 + b"\x01" * 30_000


def test_ping(server, path):
    with websocket(server, path) as ws:
        assert ws.ping(b"are you there").wait(60)
        ws.send("still here")
        assert ws.recv(10) == "still here"


@pytest.mark.parametrize("code", [1000, 1001, 1011, 3000, 4999])
def test_close_code_comes_back(server, path, code):
    with websocket(server, path) as ws:
        ws.close(code, "bye")
        assert ws.protocol.close_rcvd.code == code


@pytest.mark.parametrize("offered, picked", [(["echo"], "echo"), (["x", "echo"], "echo")])
def test_subprotocol(server, path, offered, picked):
    with websocket(server, path, subprotocols=offered) as ws:
        assert ws.subprotocol == picked
        ws.send("x")
        assert ws.recv(10) == "x"


def test_no_common_subprotocol(server, path):
    """The server may go on without one; it must not name one that was not offered."""
    with by_hand(server, path, headers=[("Sec-WebSocket-Protocol", "tea")]) as raw:
        raw.send_frame(TEXT, b"x")
        assert raw.frame() == (TEXT, b"x")
    with Raw(server.port) as raw:
        answer = raw.upgrade(path, headers=[("Sec-WebSocket-Protocol", "tea")])
        assert answer.get("sec-websocket-protocol") is None


def test_too_big(server, path):
    with websocket(server, path) as ws:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            ws.send(b"x" * (MAX_MESSAGE + 1))
            ws.recv(10)
        assert closed.value.rcvd.code == 1009


def test_many_clients(server, path):
    async def client(number):
        url = f"ws://127.0.0.1:{server.port}{path}"
        async with websockets.connect(url, open_timeout=60, proxy=None) as ws:
            for turn in range(10):
                await ws.send(f"{number} {turn}")
                assert await asyncio.wait_for(ws.recv(), 20) == f"{number} {turn}"

    async def all_of_them():
        await asyncio.gather(*map(client, range(100)))

    asyncio.run(asyncio.wait_for(all_of_them(), 60))


# aiohttp


def with_aiohttp(server, path, talk, **kwargs):
    async def session():
        async with aiohttp.ClientSession() as http:
            url = f"{server.url}{path}"
            async with http.ws_connect(url, max_msg_size=0, **kwargs) as ws:
                await talk(ws)

    asyncio.run(asyncio.wait_for(session(), 30))


def test_aiohttp_echo(server, path):
    async def talk(ws):
        await ws.send_str("Hello")
        assert await ws.receive_str(timeout=60) == "Hello"
        await ws.send_bytes(b"\x00" * 65536)
        assert await ws.receive_bytes(timeout=60) == b"\x00" * 65536
        await ws.send_json({"a": 1})
        assert await ws.receive_json(timeout=60) == {"a": 1}

    with_aiohttp(server, path, talk, compress=15)


def test_aiohttp_ping_and_close(server, path):
    async def talk(ws):
        await ws.ping(b"x")
        answer = await ws.receive(timeout=60)
        assert (answer.type, answer.data) == (aiohttp.WSMsgType.PONG, b"x")
        assert await ws.close(code=4001, message=b"bye")
        assert ws.close_code == 4001

    with_aiohttp(server, path, talk, autoping=False)


def test_aiohttp_subprotocol(server, path):
    async def talk(ws):
        assert ws.protocol == "chat"

    with_aiohttp(server, path, talk, protocols=("chat",))


# by hand


@pytest.mark.parametrize(
    "pieces",
    [
        (b"\xff",),
        (b"ok \xc0\xaf",),
        (b"\xed\xa0\x80",),
        (b"\xf4\x90\x80\x80",),
        (b"cut \xe2\x82",),
        (b"\xe2\x82", b"\x28"),
        (b"x" * 70_000 + b"\xff",),
    ],
)
def test_bad_utf8(server, path, pieces):
    with by_hand(server, path) as raw:
        for number, piece in enumerate(pieces):
            raw.send_frame(0 if number else TEXT, piece, fin=number == len(pieces) - 1)
        assert raw.close_code() == 1007
        assert raw.is_closed()


def test_utf8_may_be_cut_between_fragments(server, path):
    text = "Grüße €".encode()
    with by_hand(server, path) as raw:
        for at in range(len(text)):
            raw.send_frame(TEXT, text[:at], fin=False)
            raw.send_frame(0, text[at:])
            assert raw.frame() == (TEXT, text)


def test_ping_between_fragments(server, path):
    with by_hand(server, path) as raw:
        raw.send_frame(BINARY, b"one", fin=False)
        raw.send_frame(PING, b"now")
        raw.send_frame(0, b"two")
        assert raw.frame() == (PONG, b"now")
        assert raw.frame() == (BINARY, b"onetwo")


@pytest.mark.parametrize(
    "wire",
    [
        b"\x81\x01x",  # not masked
        b"\xc1\x81\0\0\0\0x",  # RSV1 without an extension
        b"\x83\x81\0\0\0\0x",  # opcode 3
        b"\x8b\x80\0\0\0\0",  # opcode 11
        b"\x09\x80\0\0\0\0",  # fragmented ping
        b"\x89\xfe\x00\x7e\0\0\0\0" + bytes(126),  # ping of 126 bytes
        b"\x80\x81\0\0\0\0x",  # continuation of nothing
        b"\x01\x81\0\0\0\0x\x81\x81\0\0\0\0x",  # a new message inside a message
        b"\x81\xfe\x00\x05\0\0\0\0Hello",  # length not in its shortest form
        b"\x88\x81\0\0\0\0x",  # half a close code
        b"\x88\x82\0\0\0\0\x03\xec",  # close code 1004
        b"\x88\x82\0\0\0\0\x03\xee",  # close code 1006
    ],
)
def test_protocol_errors(server, path, wire):
    with by_hand(server, path) as raw:
        raw.send(wire)
        assert raw.close_code() == 1002
        assert raw.is_closed()


def test_a_huge_length_is_refused_at_its_header(server, path):
    with by_hand(server, path) as raw:
        raw.send(b"\x82\xff\x00\x00\x00\xff\xff\xff\xff\xff\0\0\0\0")
        assert raw.close_code() == 1009
    with by_hand(server, path) as raw:
        raw.send(b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0")  # the top bit must be 0
        assert raw.close_code() in (1002, 1009)


def test_one_byte_at_a_time(server, path):
    with by_hand(server, path) as raw:
        for byte in b"\x81\x85\x01\x02\x03\x04" + bytes(map(int.__xor__, b"Hello", b"\1\2\3\4\1")):
            raw.send(bytes([byte]))
        assert raw.frame() == (TEXT, b"Hello")


def test_close_without_a_code(server, path):
    with by_hand(server, path) as raw:
        raw.send_frame(CLOSE)
        assert raw.close_code() in (None, 1000)
        assert raw.is_closed()


def test_handshake_that_is_none(server, path):
    with Raw(server.port) as raw:
        raw.send(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode())
        assert raw.response().status in (400, 404, 426)
    with Raw(server.port) as raw:
        raw.send(
            b"GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 12\r\n\r\n"
            % path.encode()
        )
        answer = raw.response()
        assert answer.status in (400, 426)
        assert answer.get("sec-websocket-version") == "13"


def test_memory_comes_back(server, path):
    def visit():
        for number in range(50):
            with by_hand(server, path) as raw:
                raw.send_frame(BINARY, bytes(20_000))
                raw.frame()
                if number % 2:  # the others just vanish
                    raw.send_frame(CLOSE, b"\x03\xe8")
                    raw.close_code()

    visit()
    before = memory(server.port)
    for _ in range(4):
        visit()
    assert memory(server.port) < before + 4096
