# A body that nobody reads ends with its request: the next one is answered, gets its own body, and
# the connection still has its deadlines and its end.
import asyncio

from bare import UPGRADE, get
from http_client import Client, pick_port

from lws.http import Server

LONG = 9000
OLD, NEW = b"OLD!" * (LONG // 4), b"NEW!" * (LONG // 4)

app = Server(max_body=1000, keep_alive_ms=0, header_ms=0, close_ms=50)
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@app.get("/get-only")
def get_only(request):
    return "got"


@app.route("/plain", methods=METHODS)
def plain(request):
    return "plain"


@app.route("/raises", methods=METHODS)
def raises(request):
    raise ValueError("no")


@app.route("/generator", methods=METHODS)
def generator(request):
    yield "gene"
    yield "rator"


@app.route("/coroutine", methods=METHODS)
async def coroutine(request):
    await asyncio.sleep_ms(1)
    return "coroutine"


@app.route("/at-once", methods=METHODS)
async def at_once(request):
    return "at once"


@app.route("/early", methods=METHODS)
async def early(request):
    request.send("early")
    await asyncio.sleep_ms(5)


@app.route("/late-error", methods=METHODS)
async def late_error(request):
    await asyncio.sleep_ms(1)
    raise ValueError("no")


@app.route("/part", methods=METHODS)
async def part(request):
    return await request.stream.read(8)


@app.route("/all", methods=METHODS)
async def all_of_it(request):
    return str(len(await request.stream.read()))


@app.errorhandler(ValueError)
def failed(request, exc):
    return "failed", 500


@app.websocket("/ws")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)


ANSWERS = {
    "/nothing": (404, None),
    "/get-only": (405, None),
    "/plain": (200, b"plain"),
    "/raises": (500, b"failed"),
    "/generator": (200, b"generator"),
    "/coroutine": (200, b"coroutine"),
    "/at-once": (200, b"at once"),
    "/early": (200, b"early"),
    "/late-error": (500, b"failed"),
    "/part": (200, b"OLD!OLD!"),
    "/all": (200, b"%d" % LONG),
}


def head(method, path, fields):
    return ("%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (method, path, fields)).encode()


def by_length(method, path, body):
    return head(method, path, "Content-Length: %d\r\n" % len(body)) + body


def one_chunk(method, path, body):
    return head(method, path, CHUNKED) + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def many_chunks(method, path, body):
    pieces = [body[i : i + 500] for i in range(0, len(body), 500)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head(method, path, CHUNKED) + chunks + b"0\r\n\r\n"


CHUNKED = "Transfer-Encoding: chunked\r\n"
FORMS = (by_length, one_chunk, many_chunks)


async def until_gone():
    while app.connections():
        await asyncio.sleep_ms(1)


# A new client, which the server forgets when it ends.
async def with_client(port, check, *args):
    c = Client(port)
    await c.open()
    await check(c, *args)
    c.writer.s.close()
    await until_gone()


async def answered(c, method, path, form):
    await c.send(form(method, path, OLD))
    r = await c.response()
    status, body = ANSWERS[path]
    if path == "/get-only" and method == "GET":
        status, body = 200, b"got"
    assert (r.status, body or r.body) == (status, r.body), (method, path, form, r.status, r.body)


# The next one on the same connection has its own body.
async def next_is_well(c, method, path, form):
    await answered(c, method, path, form)
    await c.send(form("POST", "/part", NEW))
    r = await c.response()
    assert r.body == b"NEW!NEW!", (method, path, form, r.body)
    r = await c.get("/plain")
    assert r.body == b"plain", (method, path, form, r.body)


async def next_is_websocket(c, path, form):
    await answered(c, "POST", path, form)
    await c.send(get("/ws", fields=UPGRADE))
    assert (await c.response()).status == 101
    await c.send_frame(1, "first")
    assert await c.frame() == (1, b"first"), (path, form)


# The client has sent but a part of it and goes.
async def stops(c, path, form):
    request = form("POST", path, OLD)
    await c.send(request[: len(request) - 2000])
    await c.response()


# It ends at a deadline; the client stays.
async def is_left(c, path, form):
    await stops(c, path, form)
    await until_gone()


# It goes without reading its answer: the server sees a reset.
async def is_reset(c, path, form):
    await c.send(get("/plain"))
    await c.reader.readline()
    await c.send(form("POST", path, OLD))


async def check(port):
    for path in sorted(ANSWERS):
        for form in FORMS:
            await with_client(port, next_is_well, "POST", path, form)
            await with_client(port, next_is_websocket, path, form)
            await with_client(port, is_reset, path, form)
    for method in METHODS:
        for path in ("/nothing", "/get-only", "/generator", "/coroutine"):
            await with_client(port, next_is_well, method, path, one_chunk)
    for path in ("/nothing", "/generator", "/part"):
        for form in FORMS[:2]:
            await with_client(port, stops, path, form)
            app._vhost.body_ms = 100
            await with_client(port, is_left, path, form)
            app._vhost.body_ms = 60000


async def main():
    port = pick_port()
    app.listen(port, "127.0.0.1")
    await check(port)
    app.shutdown()


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
