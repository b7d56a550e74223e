"""A collection at nearly every allocation: what the collector cannot see is gone at once.

Asked for: right answers, on every way through the server, while other connections break off.
"""

import json
import socket
import struct
import threading

import pytest
from raw import BINARY, CLOSE, TEXT, Raw, get, request

FIRMWARES = ["unix", "unix-select"]

BODY = bytes(range(256)) * 40
PIECES = 60
ROUNDS = 20


@pytest.fixture
def server(serve, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "small.txt").write_bytes(b"0123456789" * 20)
    (folder / "big.bin").write_bytes(BODY * 30)
    settings = {"max_body": 4096, "max_message": 200000}
    return serve(
        "tests/host/apps/strangers.py", GC_STRESS="1", FILES=folder, SETTINGS=json.dumps(settings)
    )


def chunked(path, body, size=700):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
    head = request(path, "POST", [("Transfer-Encoding", "chunked")])
    return [head, *chunks, b"0\r\n\r\n"]


def reset(raw):
    """Ends a connection so that the server sees an error instead of an end."""
    raw.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()


def keep_alive(port):
    with Raw(port) as raw:
        for path in ("/", "/c", "/", "/c") * 5:
            raw.send(request(path, headers=[("X-Pad", "p" * 200)]))
            assert raw.response().body == b"Hello, World!"


def pipelined(port):
    with Raw(port) as raw:
        raw.send(request("/"), request("/c"), request("/echo", "POST", body=b"abc"))
        raw.send(b"".join([request("/c"), request("/?a=" + "b" * 500)] * 10))
        bodies = [raw.response().body for _ in range(23)]
    assert bodies == [b"Hello, World!"] * 2 + [b"abc"] + [b"Hello, World!"] * 20


def collected(port):
    with Raw(port) as raw:
        for piece in (*chunked("/echo", BODY[:4000]), *chunked("/echo", BODY[:3000], 31)):
            raw.send(piece)
        assert raw.response().body == BODY[:4000]
        assert raw.response().body == BODY[:3000]
        raw.send(request("/echo", "PUT", body=BODY[:4096]))
        assert raw.response().body == BODY[:4096]


def streamed(port):
    with Raw(port) as raw:
        for piece in chunked("/upload", BODY):
            raw.send(piece)
        assert json.loads(raw.response().body) == {"size": len(BODY)}
        raw.send(request("/upload", "POST", body=BODY * 5))
        assert json.loads(raw.response().body) == {"size": 5 * len(BODY)}


def files(port):
    with Raw(port) as raw:
        raw.send(request("/files/big.bin"), request("/files/small.txt"))
        assert raw.response().body == BODY * 30
        assert raw.response().body == b"0123456789" * 20
        raw.send(request("/files/big.bin", headers=[("Range", "bytes=1-3,1000-1003")]))
        answer = raw.response()
        assert answer.status == 206
        assert b"\r\n\r\n" + BODY[1:4] + b"\r\n--" in answer.body
        raw.send(request("/files/nothing"))
        assert raw.response().status == 404


def pieces(port):
    with Raw(port) as raw:
        raw.send(request(f"/stream?n={PIECES}&size=900"), request("/events?n=20"))
        assert raw.response().body == (b"x" * 899 + b"\n") * PIECES
        events = b"".join(b'id: %d\ndata: {"n": %d}\n\n' % (n, n) for n in range(20))
        assert raw.response().body == events


def websocket(port):
    for path in ("/ws", "/wscb"):
        with Raw(port) as raw:
            raw.upgrade(path)
            for n in (0, 5, 130, 70000):
                raw.send_frame(TEXT, b"t" * n)
                assert raw.frame() == (TEXT, b"t" * n)
            raw.send_frame(BINARY, BODY[:5000], fin=False)
            raw.send_frame(0, BODY[5000:9000], fin=False)
            raw.send_frame(0, BODY[9000:])
            assert raw.frame() == (BINARY, BODY)
            raw.send_frame(CLOSE, b"\x03\xe8bye")
            assert raw.close_code() == 1000


WAYS = [keep_alive, pipelined, collected, streamed, files, pieces, websocket]

# What a client has sent when it goes: the head, the body, the answer, a message are half done.
ANSWERED = range(4, 8)
TORN = [
    request("/")[:20],
    b"".join(chunked("/echo", BODY)[:3]),
    b"".join(chunked("/upload", BODY)[:7]),
    request("/upload", "POST", body=BODY)[:6000],
    request("/stream?n=5000&size=900"),
    request("/events?n=5000"),
    request("/files/big.bin") * 20,
    request("/c") * 50,
]


def tear(port, way):
    raw = Raw(port)
    raw.send(TORN[way % len(TORN)])
    if way % len(TORN) in ANSWERED and way % 3:
        raw.more()
    reset(raw) if way % 5 else raw.close()


def tear_websocket(port, way):
    raw = Raw(port)
    raw.upgrade("/ws" if way % 2 else "/wscb")
    raw.send_frame(TEXT, b"t" * 3000, fin=False)
    raw.send_frame(TEXT if way % 5 == 0 else 0, b"t" * 50, fin=way % 3 == 0)
    reset(raw) if way % 4 else raw.close()


@pytest.mark.parametrize("way", WAYS)
def test_alone(server, way):
    way(server.port)


def test_between_torn_connections(server):
    """Every way at once, while connections break off in the middle of everything."""
    failed, over = [], threading.Event()

    def run(way):
        try:
            for _ in range(ROUNDS):
                way(server.port)
        except Exception as e:  # reported by the test, in its own thread
            failed.append((way.__name__, repr(e)))

    def break_off():
        way = 0
        while way < 4 * len(TORN) or not over.is_set():
            tear(server.port, way)
            tear_websocket(server.port, way)
            way += 1

    threads = [threading.Thread(target=run, args=(way,)) for way in WAYS]
    breaker = threading.Thread(target=break_off)
    for thread in (*threads, breaker):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    breaker.join()
    assert not failed
    assert get(server.port, "/").body == b"Hello, World!"
    assert server.proc.poll() is None
