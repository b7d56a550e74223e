# Answers in pieces: start, write, end, and files by sendfile.
import asyncio
import io
import os
import sys

import _lws
from bare import folder, get, last_words, raises, serve, talk
from http_client import LONG, ROOMY

vhost = _lws.Vhost()
FOLDER = folder("lws_stream_out")
BIG = bytes((i * 7 + (i >> 8)) & 255 for i in range(LONG))
with open(FOLDER + "/big", "wb") as f:
    f.write(BIG)


def body_of(raw):
    return raw.split(b"\r\n\r\n", 1)[1]


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/", fields="Connection: close\r\n"))
    await writer.drain()
    return reader, writer


# The number of bytes until the end.
async def drink(reader, writer):
    buf = bytearray(16384)
    n = 0
    while True:
        got = await reader.readinto(buf)
        if not got:
            writer.close()
            return n
        n += got


async def check_pieces(c):
    async def chunked(request):
        assert request.start(201, headers={"X": "y"}, type="text/x") is None
        assert request.path == "/chunked"  # still open
        for i in range(5):
            await request.write(b"piece %d," % i)
            await request.write(b"")
            await asyncio.sleep_ms(1)
        await request.write("text")
        request.end()
        assert raises(RuntimeError, lambda: request.path)
        assert raises(RuntimeError, lambda: request.write("more"))

    vhost.fallback = chunked
    for _ in range(2):
        r = await c.get("/chunked")
        assert r.status == 201 and r.headers["x"] == "y" and r.headers["content-type"] == "text/x"
        assert r.headers["transfer-encoding"] == "chunked" and "content-length" not in r.headers
        assert r.text == "".join("piece %d," % i for i in range(5)) + "text"
    r = await c.request("HEAD", "/chunked")
    assert r.status == 201 and r.headers["transfer-encoding"] == "chunked"
    raw = await talk(c.port, get("/chunked", "1.0"))
    assert b"Connection: close" in raw and b"chunked" not in raw.split(b"\r\n\r\n")[0]
    assert body_of(raw).endswith(b"piece 4,text")


async def check_length(c):
    def exact(request):
        request.start(length=10)
        request.write(b"01234")
        if request.method == "GET":
            assert raises(RuntimeError, request.write, b"567890")  # too long: not taken
        request.write(memoryview(b"56789"))
        request.end()

    def short(request):
        request.start(length=10)
        request.write(b"01234")
        request.end()

    vhost.fallback = exact
    r = await c.get("/")
    assert r.headers["content-length"] == "10" and r.body == b"0123456789", r.body
    assert (await c.request("HEAD", "/")).headers["content-length"] == "10"
    vhost.fallback = short
    raw = await talk(c.port, get("/"))
    assert body_of(raw) == b"01234" and b"Content-Length: 10" in raw
    vhost.fallback = lambda request: request.start(length=0)
    assert (await c.get("/")).body == b""
    for bad in (-1, 1 << 70, "5", 1.5):
        vhost.fallback = lambda request: request.start(length=bad)
        assert (await c.get("/")).status == 500, bad
    for bad in ({"status": 99}, {"status": 600}, {"headers": {"X": "\n"}}, {"type": "a\r\nb"}):
        vhost.fallback = lambda request: request.start(**bad)
        assert (await c.get("/")).status == 500, bad


# What goes wrong after the head is out ends the connection; it never becomes the next answer.
async def check_failures(c):
    def plain(request):
        request.start()
        request.write("half")
        raise ValueError("after start")

    async def later(request):
        request.start(length=10)
        await request.write("half")
        await asyncio.sleep_ms(1)
        raise ValueError("after write")

    async def returns(request):
        request.start()
        return "and a value"

    async def aborts(request):
        request.start()
        await request.write("half")
        await asyncio.sleep_ms(1)
        request.abort()

    for handler in (plain, later, returns, aborts):
        vhost.fallback = handler
        raw, _ = await last_words(c.port, get("/") + get("/"))
        assert raw.count(b"HTTP/1.1") <= 1 and b"\r\n0\r\n" not in raw, raw


async def check_late(c):
    async def sent(request):
        request.send("first")
        await asyncio.sleep_ms(5)
        raise ValueError("after send")

    async def value(request):
        request.send("first")
        await asyncio.sleep_ms(5)
        return "value"

    async def too_much(request):
        request.start(length=5)
        request.write("first")
        await asyncio.sleep_ms(5)
        assert raises(RuntimeError, request.write, "more")
        request.end()

    async def second(request):
        await asyncio.sleep_ms(20)
        return "second"

    for handler in (sent, value, too_much):
        vhost.fallback = lambda request: (handler if request.path == "/1" else second)(request)
        raw = await talk(c.port, get("/1") + get("/2", "1.0"))
        assert raw.count(b"HTTP/1.1 200") == 2 and b"firstHTTP" in raw, raw
        assert raw.endswith(b"\r\n\r\nsecond"), raw


# A peer that does not read: write() waits, and the rest of the loop goes on.
async def check_backpressure(c):
    progress = []

    view = memoryview(BIG)[:20000]

    async def lots(request):
        request.start()
        for i in range(50):
            await request.write(view)
            progress.append(i)
        request.end()

    vhost.fallback = lots
    reader, writer = await ask(c.port)
    await asyncio.sleep_ms(50)
    stalled = len(progress)
    assert stalled < 50, stalled
    await asyncio.sleep_ms(20)
    assert len(progress) == stalled
    assert await drink(reader, writer) > 50 * len(view) and len(progress) == 50


# ---- sendfile


class Stream(io.IOBase):
    def __init__(self, pieces):
        self.pieces = list(pieces)
        self.closed = 0

    def readinto(self, buf):
        piece = self.pieces.pop(0) if self.pieces else b""
        if isinstance(piece, Exception):
            raise piece
        assert len(piece) <= len(buf)
        buf[: len(piece)] = piece
        return len(piece)

    def ioctl(self, request, arg):
        if request == 4:
            self.closed += 1
            return 0
        return -1


# n times "x", without the memory that they would take.
class Same(Stream):
    def __init__(self, n):
        super().__init__([b"x" * 4096])
        self.left = n

    def readinto(self, buf):
        n = min(self.left, len(buf), 4096)
        buf[:n] = memoryview(self.pieces[0])[:n]
        self.left -= n
        return n


async def check_sendfile(c):
    def native(request):
        f = open(FOLDER + "/big", "rb")
        f.seek(1000)
        request.sendfile(f, 203, LONG - 5000, {"X": "y"}, "a/b")
        files.append(f)

    async def later(request):
        await asyncio.sleep_ms(1)
        native(request)
        await asyncio.sleep_ms(5)

    files = []
    for handler in (native, later):
        vhost.fallback = handler
        for _ in range(2):
            r = await c.get("/")
            assert r.status == 203 and r.headers["x"] == "y" and r.headers["content-type"] == "a/b"
            assert r.body == BIG[1000:-4000]
            r = await c.request("HEAD", "/")
            assert r.headers["content-length"] == str(LONG - 5000)
    for f in files:
        raises((OSError, ValueError), f.read, 1)  # it was closed
    vhost.fallback = lambda request: request.sendfile(open(FOLDER + "/big", "rb"), length=5)
    assert (await c.get("/")).body == BIG[:5]
    vhost.fallback = lambda request: request.sendfile(open(FOLDER + "/big", "rb"))
    r = await c.get("/")
    assert r.headers["transfer-encoding"] == "chunked" and r.body == BIG
    raw = await talk(c.port, get("/", "1.0"))
    assert body_of(raw) == BIG


async def check_python_streams(c):
    cases = (  # stream, length, the body that arrives
        (Stream([b"abc", b"", b"x"]), None, b"abc"),
        (Stream([b"abc", b"de"]), 5, b"abcde"),
        (Same(LONG), LONG, b"x" * LONG),
        (Stream([]), 0, b""),
        (Stream([]), None, b""),
    )
    for stream, length, body in cases:
        vhost.fallback = lambda request: request.sendfile(stream, length=length)
        raw = await talk(c.port, get("/", fields="Connection: close\r\n"))
        if length is None:
            assert body_of(raw).replace(b"\r\n", b"").startswith(b"3abc0" if body else b"0"), raw
        else:
            assert body_of(raw) == body
        assert stream.closed == 1, (body, stream.closed)


async def check_broken_streams(c):
    cases = (
        ([b"abc"], 5),
        ([], 5),
        ([b"abc", ValueError("broken")], 5),
        ([OSError(5)], None),
    )
    for pieces, length in cases:
        stream = Stream(pieces)
        vhost.fallback = lambda request: request.sendfile(stream, length=length)
        raw, reset = await last_words(c.port, get("/", "1.0", "Connection: close\r\n"))
        assert reset or body_of(raw) in (b"abc", b""), raw
        assert stream.closed == 1, (pieces, stream.closed)
    for bad in (5, "x", None):
        vhost.fallback = lambda request: request.sendfile(bad, length=1)
        assert (await c.get("/")).status == 500


# A file that is cut short while it is sent: the answer ends with the connection.
async def check_cut(c):
    name = FOLDER + "/cut"
    with open(name, "wb") as f:
        for _ in range(5):
            f.write(BIG)
    vhost.fallback = lambda request: request.sendfile(open(name, "rb"), length=5 * len(BIG))
    reader, writer = await ask(c.port)
    await asyncio.sleep_ms(20)
    with open(name, "wb") as f:
        f.write(b"short")
    got = await drink(reader, writer)
    # littlefs keeps for an open file what it had
    assert 0 < got < 5 * len(BIG) or sys.platform not in ("linux", "darwin"), got
    os.remove(name)


# The client goes away meanwhile: the file is closed.
async def check_gone(c):
    stream = Same(40 << 20)
    vhost.fallback = lambda request: request.sendfile(stream)
    await c.send(get("/"))
    await asyncio.sleep_ms(20)
    assert 0 < stream.left < 40 << 20 and not stream.closed
    await c.close()
    await asyncio.sleep_ms(20)
    assert stream.closed == 1


# A fast client with a long file does not keep others waiting.
async def check_fair(c):
    size = (12 if ROOMY else 1) << 20
    long = Same(size)
    vhost.fallback = lambda request: request.sendfile(long)
    task = asyncio.create_task(drink(*await ask(c.port)))
    await asyncio.sleep_ms(1)
    vhost.fallback = lambda request: "short"
    for _ in range(5):
        assert (await c.get("/")).text == "short"
    assert not task.done()
    assert await task > size


async def check(c):
    await check_pieces(c)
    await check_length(c)
    await check_failures(c)
    await check_late(c)
    await check_backpressure(c)
    await check_sendfile(c)
    await check_python_streams(c)
    await check_broken_streams(c)
    await check_cut(c)
    await check_gone(c)
    await check_fair(c)


serve(vhost, check)
print("OK")
