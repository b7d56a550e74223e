"""Ten thousand requests that are wrong, or nearly right. SEED=n repeats a run."""

import os
import random
import re
from pathlib import Path

import pytest
from raw import Raw, get, memory, request

FIRMWARES = ["unix", "unix-select"]

APP = Path(__file__).parent / "apps" / "strangers.py"
SEED = int(os.environ.get("SEED", "20261123"))
WRONG, MUTATED, RANDOM = 4000, 5000, 1000
GRACE = 4096  # bytes of heap that may differ afterwards

UPGRADE = [
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
]
CHUNKED = [("Transfer-Encoding", "chunked")]
RIGHT = [
    request("/"),
    request("/c?a=1&b=%20x"),
    request("/echo", "POST", body=b"Hello"),
    request("/upload", "PUT", headers=CHUNKED)
    + b"5\r\nHello\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n",
    request("/files/hello.txt", headers=[("Range", "bytes=0-3,5-7,-1")]),
    request("/files/hello.txt", headers=[("If-None-Match", 'W/"a", "b"')]),
    request("/ws", headers=UPGRADE) + b"\x81\x85\0\0\0\0Hello\x88\x82\0\0\0\0\x03\xe8",
    request("/", headers=[("Cookie", "a=b; c=d"), ("Expect", "100-continue")], body=b"x"),
    request("/", "OPTIONS") + request("*", "OPTIONS"),
    request("http://localhost/stream?n=2", headers=[("Connection", "close")]),
]

# Each is wrong whatever it is filled with: {t} token, {n} number, {j} bytes without CR and LF.
TEMPLATES = [
    b"{j}\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /{t}\r\nHost: a\r\n\r\n",
    b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /{t} {t} HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.{t}\r\nHost: a\r\n\r\n",
    b"GET / HTTP/{n}.1\r\nHost: a\r\n\r\n",
    b"GET / http/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: {t}\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    b"GET {t} HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"(GET) / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n{t}\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n: {t}\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n{t} : {t}\r\n\r\n",
    b"GET / HTTP/1.1\r\n {t}: {t}\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: {t}\r\n {t}\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00{t}\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: {t}\rY: {t}\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX({t}): {t}\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -{n}\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {t}x\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +{n}\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x{n}\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {n}, 7{n}\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {n}99999999999999999999\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 7{n}\r\n\r\nabc",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {t}\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, {t}\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx{t}\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nHello\r\n0\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nHello\r\n0\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {n}\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {t}\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{j}",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03{j}",
]


def fill(rng, template):
    token = bytes(rng.choices(b"abcdefghijklmnopqrstuvwyz", k=rng.randint(1, 12)))
    junk = bytes(rng.choices([b for b in range(256) if b not in b"\r\n"], k=rng.randint(1, 60)))
    number = b"%d" % rng.randint(2, 9999)
    return template.replace(b"{t}", token).replace(b"{j}", junk).replace(b"{n}", number)


def mutate(rng, wire):
    data = bytearray(wire)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 8))):
        at, other = rng.randrange(len(data) + 1), rng.choice(RIGHT)
        piece = bytes(rng.choices(b'\0\t\r\n "%,/:;=\x7f\x80\xff0aA', k=rng.randint(1, 4)))
        match rng.randrange(7):
            case 0:
                data[at : at + 1] = rng.randbytes(1)
            case 1:
                data[at:at] = piece
            case 2:
                del data[at : at + rng.randint(1, 8)]
            case 3:
                data[at:at] = data[at : at + rng.randint(1, 40)]
            case 4:
                data[at:] = other[rng.randrange(len(other)) :]
            case 5:
                data[at:at] = piece[:1] * rng.choice((10, 300, 5000))
            case 6:
                del data[at:]
    return bytes(data)


def cases(rng):
    for number in range(WRONG):
        yield True, fill(rng, TEMPLATES[number % len(TEMPLATES)])
    for _ in range(MUTATED):
        yield False, mutate(rng, rng.choice(RIGHT))
    for _ in range(RANDOM):
        yield False, rng.randbytes(rng.randint(1, 400))


def answer_to(port, wire):
    """All that comes back: the server must close after it, for no more will be sent."""
    with Raw(port, timeout=60) as raw:
        try:
            raw.send(wire)
            raw.sock.shutdown(1)
        except OSError:
            pass  # refused before it was all sent
        return raw.rest()


def complaint(is_wrong, answer):
    """What is wrong with the answer, or None. 501 and 505 are verdicts, other 5xx are our bugs."""
    if not answer:
        return None
    status = re.match(rb"HTTP/1\.1 (\d\d\d) ", answer)
    if not status:
        return "not an HTTP answer"
    status = int(status[1])
    if status >= 500 and status not in (501, 505):
        return "a server error"
    if is_wrong and status < 400:
        return "taken for a good request"
    return None


@pytest.mark.timeout(600)
def test_ten_thousand_malformed_requests(serve, tmp_path):
    (tmp_path / "hello.txt").write_text("Hello, World!")
    server = serve(APP, FILES=str(tmp_path))
    for _, wire in list(cases(random.Random(SEED + 1)))[::50]:  # pools and caches come into being
        answer_to(server.port, wire)
    before = memory(server.port)
    for number, (is_wrong, wire) in enumerate(cases(random.Random(SEED))):
        answer = answer_to(server.port, wire)
        problem = complaint(is_wrong, answer)
        assert not problem, f"{problem}, case {number}, SEED={SEED}: {wire!r} -> {answer[:300]!r}"
        if number % 500 == 0:
            assert get(server.port, "/").body == b"Hello, World!"
            assert server.proc.poll() is None
    assert server.proc.poll() is None
    assert get(server.port, "/").body == b"Hello, World!"
    assert abs(memory(server.port) - before) <= GRACE
