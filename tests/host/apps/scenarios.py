# What a server does in its life, as coroutines of a peer in the same process: scenario(port).
# Each ends when the peer has an answer, an error or the end; it returns what it saw.
import asyncio
import errno
import gc
import os
import re
import socket
import time

import _lws
from peer import PATIENCE_MS, UPGRADE, Ended, Peer, head, post, several

from lws.http import Server, with_sse

PIECE = b"0123456789abcdef" * 256
PATTERN = re.compile("(a+)(b*)")
BOUNDARY = "----7dKx"
LIMITS = {"max_body": 2048, "max_tx": 32768, "max_conns": 16}

# ---- the server


# settings: more of Server's.
def make_app(folder, **settings):
    app = Server(**LIMITS, **settings)

    @app.get("/")
    def hello(request):
        return "hello"

    @app.get("/coroutine")
    async def coroutine(request):
        return {"path": request.path, "args": request.args}, 200, {"X-A": "b"}

    @app.get("/kept")
    async def kept(request):
        await asyncio.sleep_ms(0)
        first = request.headers.get("X-Long")
        await asyncio.sleep_ms(0)
        return str(first) + str(request.query_string) + str(request.client_addr or "")[:11]

    @app.get("/pattern/<int:n>")
    def pattern(request, n):
        return str(n)

    @app.post("/collected")
    def collected(request):
        return request.body

    @app.post("/upload")
    async def upload(request):
        size = 0
        while True:
            piece = await request.stream.read(1000)
            if not piece:
                return str(size)
            size += len(piece)

    @app.post("/parts")
    async def parts(request):
        seen = []
        async for part in request.parts():
            seen.append((part.name, part.filename, len(await part.read())))
        return {"parts": seen}

    @app.post("/json")
    def json(request):
        return {"got": request.json, "n": [1, 2.5, None, "\u20ac"]}

    @app.get("/stream")
    def stream(request):
        return (PIECE for _ in range(20))

    @app.get("/written")
    async def written(request):
        request.start(200, None, {"X-B": "c"}, "text/plain")
        for _ in range(20):
            await request.write(PIECE)
        request.end()

    @app.get("/events")
    @with_sse
    async def events(request, sse):
        for n in range(3):
            await sse.send({"n": n}, event="e", event_id=str(n))

    @app.websocket("/ws")
    async def ws(request, ws):
        async for message in ws:
            await ws.send(message)

    @app.websocket("/called")
    def called(ws, message):
        ws.send(message)

    @app.websocket("/flood")
    async def flood(request, ws):
        for _ in range(20):
            await ws.send(PIECE)
        await ws.close(1000, "done")

    app.mount("/files", folder)
    return app


# A scenario from what it does with a peer.
def scenario(f):
    async def run(port):
        peer = Peer(port)
        try:
            return await f(peer)
        except Ended:
            return "ended"
        finally:
            peer.close()

    scenarios[f.__name__] = run
    return run


scenarios = {}  # {name: coroutine of a port}


# ---- HTTP


@scenario
async def plain(peer):
    await peer.send(head("GET", "/"))
    return await peer.response()


@scenario
async def pipelined(peer):
    await peer.send(head("GET", "/") + head("GET", "/pattern/5") + head("GET", "/none"))
    return await several(peer.response, 3)


@scenario
async def coroutine(peer):
    await peer.send(head("GET", "/coroutine?a=1&b=%20"))
    return await peer.response()


@scenario
async def kept(peer):
    await peer.send(head("GET", "/kept?q", "X-Long: %s\r\n" % ("l" * 300)))
    return await peer.response()


@scenario
async def collected(peer):
    await peer.send(head("POST", "/collected", "Transfer-Encoding: chunked\r\n"))
    for piece in (b"a" * 300, b"b" * 700):
        await peer.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        await asyncio.sleep_ms(0)
    await peer.send(b"0\r\n\r\n")
    return await peer.response()


@scenario
async def streamed_up(peer):
    await peer.send(post("/upload", PIECE * 4))
    return await peer.response()


@scenario
async def outgrown(peer):
    await peer.send(head("POST", "/upload", "Transfer-Encoding: chunked\r\n"))
    for _ in range(4):
        await peer.send(b"400\r\n%s\r\n" % PIECE[:1024])
        await asyncio.sleep_ms(0)
    await peer.send(b"0\r\n\r\n")
    return await peer.response()


@scenario
async def multipart(peer):
    body = ""
    for name, more in (("a", ""), ("f", '; filename="f.txt"\r\nContent-Type: text/plain')):
        body += '--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
            BOUNDARY,
            name,
            more,
            "v" * 1500,
        )
    body = (body + "--%s--\r\n" % BOUNDARY).encode()
    fields = "Content-Type: multipart/form-data; boundary=%s\r\n" % BOUNDARY
    await peer.send(post("/parts", body, fields))
    return await peer.response()


@scenario
async def json(peer):
    body = b'{"a": [1, 2, {"b": "\\u20ac"}], "c": 1.5, "d": null}'
    await peer.send(post("/json", body, "Content-Type: application/json\r\n"))
    return await peer.response()


@scenario
async def streamed_down(peer):
    await peer.send(head("GET", "/stream"))
    return await peer.response()


@scenario
async def written(peer):
    await peer.send(head("GET", "/written"))
    return await peer.response()


@scenario
async def events(peer):
    await peer.send(head("GET", "/events"))
    return await peer.response()


@scenario
async def static(peer):
    await peer.send(head("GET", "/files/f.txt") + head("GET", "/files/none"))
    return await several(peer.response, 2)


@scenario
async def ranges(peer):
    await peer.send(head("GET", "/files/f.txt", "Range: bytes=1-3,8-4000\r\n"))
    status, body = await peer.response()
    return status, len(body)  # its boundary is random


@scenario
async def last(peer):
    await peer.send(head("GET", "/coroutine", "Connection: close\r\n"))
    answer = await peer.response()
    assert not await peer.rest()
    return answer


@scenario
async def broken_off(peer):
    await peer.send(head("GET", "/written"))
    await peer.more()
    return None


@scenario
async def nothing(peer):
    await asyncio.sleep_ms(0)


# ---- WebSocket


async def upgrade(peer, path):
    await peer.send(head("GET", path, UPGRADE))
    return (await peer.response())[0] == 101


@scenario
async def ws_echo(peer):
    if await upgrade(peer, "/ws"):
        await peer.send_frame(1, b"text")
        await peer.send_frame(2, PIECE[:2000], 0)
        await peer.send_frame(0, PIECE[:2000])
        await peer.send_frame(8, b"\x03\xe8")
        return await several(peer.frame, 3)


@scenario
async def ws_called(peer):
    if await upgrade(peer, "/called"):
        await peer.send_frame(1, b"text")
        await peer.send_frame(9, b"ping")
        await peer.send_frame(8, b"")
        return await several(peer.frame, 3)


@scenario
async def ws_flood(peer):
    peer.sock.setsockopt(socket.SOL_SOCKET, 8, 4096)  # SO_RCVBUF
    if await upgrade(peer, "/flood"):
        opcode = 0
        while opcode != 8:
            opcode, payload = await peer.frame()
        await peer.send_frame(8, payload)
        return opcode, payload


# ---- without the server's connections


# A second server comes and goes.
async def shutdown(port):
    app = make_app("/")
    try:
        return await with_server(app, scenarios["plain"])
    except (MemoryError, OSError):
        return "ended"


def call(f, *args):
    try:
        return f(*args)
    except MemoryError:
        return "ended"


async def functions(port):
    return [
        call(_lws.json_loads, '{"a": [1, 2.5, "\\u20ac"]}'),
        call(_lws.json_dumps, {"a": [1, 2.5, "\u20ac"]}),
        call(_lws.parse_form, b"a=1&b=%20&a=+"),
        call(_lws.parse_cookies, "a=1; b=2"),
        call(_lws.url_encode, "\u20ac " * 20),
        call(_lws.text, b"\xff" * 20),
        call(_lws.set_cookie, "a", "b", "/", None, 5),
        call(_lws.http_date, 1000000000),
        call(_lws.basic_challenge, "realm" * 20),
        call(_lws.b64_decode_basic, "Basic YTpi"),
        call(_lws.re_match, PATTERN, "aab"),
    ]


scenarios["shutdown"] = shutdown
scenarios["functions"] = functions


# Is this what the peer gets when all goes well, an error, or the end?
def is_well(got, expected):
    if got == expected or got == "ended" or got is None:
        return True
    if isinstance(got, tuple):
        return got[0] >= 400 or got[0] == 8  # a status, or a WebSocket's goodbye
    if isinstance(got, list):
        return all(is_well(*pair) for pair in zip(got, expected))
    return False


# ---- what the scenarios leave


def descriptors():
    return len(list(os.ilistdir("/proc/self/fd")))


# (connections, descriptors): once the server has seen the peers go.
async def left(app):
    end = time.ticks_add(time.ticks_ms(), PATIENCE_MS)
    while app.connections() and time.ticks_diff(end, time.ticks_ms()) > 0:
        await asyncio.sleep_ms(0)
    gc.collect()
    return len(app.connections()), descriptors()


# Starts app, runs f(port) and shuts down.
async def with_server(app, f):
    for _ in range(20):
        port = 20000 + int.from_bytes(os.urandom(2), "big") % 12000
        task = asyncio.create_task(app.start_server("127.0.0.1", port))
        await asyncio.sleep_ms(0)
        if not task.done():
            break
        try:
            await task
        except OSError as e:
            if e.errno != errno.EADDRINUSE:
                raise
    try:
        return await f(port)
    finally:
        app.shutdown()
        await asyncio.wait_for(task, 60)
