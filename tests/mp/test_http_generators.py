# A generator is a body or a coroutine, by its first value; None that wakes nobody is neither.
import asyncio

from http_client import serve

from lws.http import Response, Server

event = asyncio.Event()
lock = asyncio.Lock()


async def soon(value):
    await asyncio.sleep_ms(0)
    return value


async def on_event():
    event.clear()
    asyncio.create_task(set_soon())
    await event.wait()


async def set_soon():
    await asyncio.sleep_ms(1)
    event.set()


async def on_lock():
    async with lock:
        other = asyncio.create_task(locked())
        await asyncio.sleep_ms(0)
    await other


async def locked():
    await lock.acquire()
    lock.release()


async def on_flag():
    flag = asyncio.ThreadSafeFlag()
    asyncio.create_task(raise_flag(flag))
    await flag.wait()


async def raise_flag(flag):
    flag.set()


async def on_stream(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /text HTTP/1.0\r\n\r\n")
    await writer.drain()
    assert (await reader.read(4)) == b"HTTP"
    writer.close()
    await writer.wait_closed()


WAITS = {
    "zero": lambda port: asyncio.sleep_ms(0),
    "while": lambda port: asyncio.sleep_ms(2),
    "task": lambda port: asyncio.create_task(soon(5)),
    "gather": lambda port: asyncio.gather(soon(1), soon(2)),
    "wait_for": lambda port: asyncio.wait_for(soon(1), 60),
    "event": lambda port: on_event(),
    "lock": lambda port: on_lock(),
    "flag": lambda port: on_flag(),
    "stream": on_stream,
}


def text():
    yield "a"
    yield None
    yield "b"


def nothing():
    return
    yield


def first(value):
    yield value
    yield "more"


def no_rows():
    for row in ():
        yield row


def no_rows_of(rows):
    def make():
        try:
            for row in rows:
                if not row:
                    continue
                yield row
            else:
                return
        finally:
            closed.clear()

    return make


async def nothing_async():
    for _ in range(2):
        async with lock:
            pass
    while True:
        try:
            return
        finally:
            pass


def awaits():
    yield from soon(1)


async def raises():
    raise ValueError("on the console")


def other_raises():
    if BODIES:
        raise ValueError("on the console")
    yield "x"


BODIES = {
    # name: (generator, status, body)
    "text": (text, 200, b"ab"),
    "nothing": (nothing, 204, b""),
    "no_rows": (no_rows, 200, b""),
    "no_rows_of": (no_rows_of(["", ""]), 200, b""),
    "nothing_async": (nothing_async, 204, b""),
    "awaits": (awaits, 204, b""),
    "raises": (raises, 500, None),
    "other_raises": (other_raises, 500, None),
    "none": (lambda: first(None), 500, None),
    "five": (lambda: first(5), 500, None),
    "empty": (lambda: Response(nothing()), 200, b""),
    "iterator": (lambda: iter([None, "x"]), 200, b"x"),
}
closed = []


def make(hook):
    app = Server()

    @app.get("/<name>")
    def body(request, name):
        return BODIES[name][0]()

    @app.get("/later/<name>")
    async def later(request, name):
        await asyncio.sleep_ms(1)
        return BODIES[name][0]()

    @app.get("/wait/<name>")
    async def wait(request, name):
        await WAITS[name](app.port)
        return name

    @app.get("/closed")
    def close(request):
        try:
            yield
        finally:
            closed.append(1)

    @app.websocket("/ws")
    async def ws(request, ws):
        await forever()

    if hook:
        app.before_request(hook)
    return app


class forever:
    def __iter__(self):
        yield

    __await__ = __iter__


async def slow_hook(request):
    await asyncio.sleep_ms(1)


async def bodies(c):
    for name, (_, status, body) in BODIES.items():
        for path in ("/", "/later/"):
            r = await c.get(path + name)
            assert r.status == status and body in (None, r.body), (path, name, r.status, r.body)


async def waits(c):
    for name in WAITS:
        r = await c.get("/wait/" + name)
        assert (r.status, r.text) == (200, name), (name, r.status)


async def check(c):
    c.app.port = c.port
    await bodies(c)
    await waits(c)
    assert (await c.get("/closed")).status == 500 and closed.pop() == 1
    assert (await c.upgrade("/ws")).status == 101
    opcode, payload = await c.frame()
    assert (opcode, payload[:2]) == (8, b"\x03\xf3"), payload  # 1011
    await c.close()


for hook in (None, lambda request: None, slow_hook):
    app = make(hook)

    async def run(c, app=app):
        c.app = app
        await check(c)

    serve(app, run)
