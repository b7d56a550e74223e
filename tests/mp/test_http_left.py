# The peer goes while its answer is not complete: whoever waits then is cancelled, and "finally"
# runs. What is answered at once is answered, and half_close lets all go on.
import asyncio
import errno

import _lws
from bare import get
from http_client import Client, serve
from wire import POLL, RD, Listener, Wire

from lws.http import Server, with_sse

log = []
listener = Listener()


# Its connection is reset on request.
class Resettable(Wire):
    broken = False

    def ioctl(self, op, arg):
        return super().ioctl(op, arg) | (RD if self.broken and op == POLL else 0)

    def readinto(self, buf):
        if self.broken:
            raise OSError(errno.ECONNRESET)
        return super().readinto(buf)


def fin(wire):
    wire.ended = True


def reset(wire):
    wire.broken = True


# How a handler ended.
def watched(f):
    async def route(*args):
        log.append("begins")
        try:
            return await f(*args)
        except asyncio.CancelledError:
            log.append("cancelled")
            raise
        except OSError:
            log.append("closed")
            raise
        finally:
            log.append("ended")

    return route


def make(**settings):
    app = Server(**settings)

    @app.get("/wait")
    @watched
    async def wait(request):
        await asyncio.Event().wait()

    @app.get("/soon")
    @watched
    async def soon(request):
        await asyncio.sleep_ms(20)
        return "soon"

    @app.get("/now")
    @watched
    async def now(request):
        return "now"

    @app.get("/plain")
    def plain(request):
        return "plain"

    @app.get("/sse")
    @with_sse
    @watched
    async def sse(request, sse):
        await sse.send("hello")
        await asyncio.Event().wait()

    @app.get("/generator")
    def generator(request):
        return Pieces()

    # Never waits but for the peer to take it.
    @app.get("/long")
    def long(request):
        log.append("begins")
        try:
            for _ in range(40):
                yield "x" * 500
        finally:
            log.append("ended")

    @app.post("/upload")
    @watched
    async def upload(request):
        n = 0
        while True:
            piece = await request.recv()
            if not piece:
                return str(n)
            n += len(piece)
            await asyncio.sleep_ms(0)

    @app.post("/sleepy")
    @watched
    async def sleepy(request):
        await asyncio.Event().wait()

    # Goes on after its answer.
    @app.get("/after")
    @watched
    async def after(request):
        request.send("after")
        await go_on.wait()

    # Writes by itself.
    @app.get("/by-hand")
    @watched
    async def by_hand(request):
        request.start()
        request.write("head")
        await asyncio.Event().wait()

    @app.get("/asks")
    async def asks(request):
        assert not await request.is_disconnected()
        log.append("begins")
        while not await request.is_disconnected():
            await asyncio.sleep_ms(1)
        log.append(await asyncio.wait_for(request.is_disconnected(), 1))
        return "asked"

    return app


# Waits between its pieces.
class Pieces:
    def __init__(self):
        self.n = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.n:
            log.append("begins")
            self.n = 1
            return "first"
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append("cancelled")
            raise

    def close(self):
        log.append("ended")


async def until(condition):
    while not condition():
        await asyncio.sleep_ms(1)


async def asked(app, request, room=1 << 16):
    log.clear()
    wire = Resettable(request)
    wire.room = room
    listener.wires.append(wire)
    return wire


LEAVES = ["begins", "cancelled", "ended"]


# Each way to go, while each handler waits.
async def check_waits(app):
    for go in (fin, reset):
        for path in ("/wait", "/sse", "/generator", "/by-hand"):
            wire = await asked(app, get(path))
            await until(lambda: log)
            await asyncio.sleep_ms(2)
            assert not wire.closed and log == ["begins"], (path, log)
            go(wire)
            await until(lambda: wire.closed and "ended" in log)
            assert log == LEAVES, (path, go, log)
            assert not wire.sent.endswith(b"0\r\n\r\n")
            assert not app.connections()


# The connection's end comes with the request, or before a handler behind another runs.
async def check_pipelined(app):
    wire = await asked(app, get("/plain") + get("/now") + get("/plain") + get("/long"))
    wire.ended = True
    await until(lambda: wire.closed)
    assert wire.sent.count(b"HTTP/1.1 200") == 4 and wire.sent.endswith(b"0\r\n\r\n")
    wire = await asked(app, get("/now") + get("/wait") + get("/now"))
    wire.ended = True
    await until(lambda: wire.closed and log.count("ended") == 2)
    assert log == ["begins", "ended"] + LEAVES
    assert wire.sent.count(b"HTTP/1.1 200") == 1


# A generator that waits for nothing but the peer, who reads on.
async def check_long(app):
    wire = await asked(app, get("/long"), 300)
    await until(lambda: log)
    wire.ended = True
    while not wire.closed:
        wire.room = 300
        await asyncio.sleep_ms(0)
    assert log == ["begins", "ended"] and wire.sent.endswith(b"0\r\n\r\n")
    wire = await asked(app, get("/long"), 300)
    await until(lambda: log)
    wire.broken = True
    await until(lambda: wire.closed and "ended" in log)


# All of a body has come, and then the end: it is read, and answered.
async def check_upload(app):
    head = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n"
    wire = await asked(app, head % b"/upload" + b"b" * 3000)
    wire.ended = True
    await until(lambda: wire.closed)
    assert log == ["begins", "ended"] and wire.sent.endswith(b"3000"), (log, wire.sent)
    # Some of it has come: who reads hears of it, who waits is cancelled.
    for go in (fin, reset):
        for path, end in ((b"/upload", "closed"), (b"/sleepy", "cancelled")):
            wire = await asked(app, head % path + b"b" * 300)
            await until(lambda: log)
            await asyncio.sleep_ms(2)
            if path == b"/sleepy" and go is fin:
                continue  # what is not read holds the rest back, the end also
            go(wire)
            await until(lambda: wire.closed and "ended" in log)
            assert log == ["begins", end, "ended"], (path, log)


# What goes on after its answer is not the peer's affair; what is behind it waits keep_alive_ms.
async def check_after(app):
    for behind in (b"", get("/now")):
        go_on.clear()
        wire = await asked(app, get("/after") + behind)
        await until(lambda: log)
        wire.ended = True
        await until(lambda: wire.closed)
        assert log == ["begins"] and wire.sent.endswith(b"after"), log
        go_on.set()
        await until(lambda: len(log) > 1)
        assert log == ["begins", "ended"], log


# 8 pages of an event stream were left, and 8 more.
async def check_many(app):
    for _ in range(2):
        clients = []
        for _ in range(3):
            c = Client(clients_of.port)
            await c.send(get("/sse"))
            await c.head()
            clients.append(c)
        for c in clients:
            await c.close()
        clients = None
        c = Client(clients_of.port)
        assert (await c.get("/plain")).text == "plain"
        await c.close()
    await until(lambda: not app.connections())


# A comment breaks the silence of an event stream, which shows who has gone without a word.
async def check_heartbeat(app):
    wire = await asked(app, get("/sse"))
    await until(lambda: wire.sent.count(b"3\r\n:\n\n\r\n") >= 3)
    assert b"data: hello\n\n\r\n3\r\n:\n\n\r\n3\r\n:\n\n\r\n" in wire.sent
    wire.room = 0  # it takes no more
    await until(lambda: wire.closed and "ended" in log)
    assert log == LEAVES


async def check_half_close(app):
    for path, answer in (("/soon", b"soon"), ("/asks", b"asked")):
        wire = await asked(app, get(path))
        await until(lambda: log)
        wire.ended = True
        await until(lambda: wire.closed)
        assert wire.sent.endswith(answer), wire.sent
    assert log == ["begins", True]
    wire = await asked(app, get("/wait"))
    await until(lambda: log)
    wire.ended = True
    await asyncio.sleep_ms(50)
    assert not wire.closed and log == ["begins"]
    wire.ended = False
    wire.broken = True
    await until(lambda: wire.closed or True)


class clients_of:
    port = 0


go_on = asyncio.Event()


async def check(client):
    clients_of.port = client.port
    quick = make(max_body=100, keep_alive_ms=60, close_ms=60)
    for part in (check_waits, check_pipelined, check_long, check_upload, check_after):
        _lws.context().listen(listener, quick.vhost)
        await part(quick)
        _lws.context().unlisten(listener)
    await check_many(app)
    beats = make(sse_ms=10, send_ms=60)
    _lws.context().listen(listener, beats.vhost)
    await check_heartbeat(beats)
    _lws.context().unlisten(listener)
    patient = make(half_close=True)
    _lws.context().listen(listener, patient.vhost)
    await check_half_close(patient)
    _lws.context().unlisten(listener)


app = make(max_conns=4)
serve(app, check)
