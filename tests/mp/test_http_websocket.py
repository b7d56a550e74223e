# WebSocket handlers: coroutines, plain functions, closures, methods, parameters, hooks.
import asyncio

from http_client import Client, serve

from lws import ConnectionClosed
from lws.http import Server, with_websocket

app = Server()
ended = []


@app.websocket("/task")
async def task(request, ws):
    async for message in ws:
        await ws.send(message)
    ended.append(ws.close_code)


@app.websocket("/pings")
async def pings(request, ws):
    for data in ("\xe4" * 62, b"x" * 125):
        await ws.ping(data)
    for data in ("\xe4" * 63, b"x" * 126):
        try:
            ws.ping(data)
        except ValueError:
            ws.send("too long")


@app.websocket("/plain")
def plain(ws, message):
    ws.send(message)


def make(prefix):
    async def closure(request, ws):
        ws.send(prefix + await ws.receive())

    def plain_closure(ws, message):
        ws.send(prefix + message)

    return closure, plain_closure


closure, plain_closure = make(">")
app.websocket("/closure")(closure)
for unknown in (plain_closure, lambda ws, message: plain_closure(ws, message)):
    app.websocket("/plain-closure", plain=True)(unknown)
try:
    app.websocket("/unknown")(plain_closure)  # it could be a decorator's, around a coroutine
    raise AssertionError
except ValueError:
    pass


class Room:
    async def task(self, request, ws):
        ws.send("room " + await ws.receive())

    def plain(self, ws, message):
        ws.send("room " + message)

    def __call__(self, ws, message):
        ws.send("call " + message)


room = Room()
app.websocket("/method")(room.task)
app.websocket("/plain-method")(room.plain)
app.websocket("/object", plain=True)(room)
app.websocket("/lambda", plain=False)(lambda request, ws: room.task(request, ws))


@app.websocket("/room/<name>")
async def named(request, ws, name):
    ws.send(name + " " + await ws.receive())


@app.websocket("/plain-room/<name>")
def plain_named(ws, message, name):
    ws.send(name + " " + message)


@app.websocket("/chat", protocols=("v2", "v1"))
async def chat(request, ws):
    ws.send(str(ws.protocol) + await ws.receive())


@app.websocket("/plain-chat", protocols=("v2", "v1"))
def plain_chat(ws, message):
    ws.send(str(ws.protocol) + message)


@app.get("/microdot")
@with_websocket
async def microdot(request, ws):
    while True:
        await ws.send(await ws.receive())


@app.websocket("/gone")
async def gone(request, ws):
    try:
        await ws.receive()
    except ConnectionClosed as e:
        ended.append((e.code, e.errno))
    ws.send("raises")
    ended.append("not reached")


async def say(port, path, message="hi", **headers):
    c = Client(port)
    r = await c.upgrade(path, **headers)
    assert r.status == 101, (path, r.status, r.text)
    await c.send_frame(1, message)
    opcode, answer = await c.frame()
    assert opcode == 1, (path, opcode, answer)
    await c.send_frame(8, b"\x03\xe8")
    await c.close()
    return answer.decode(), r.headers.get("sec-websocket-protocol")


async def every(port, hook=""):
    for path, answer in (
        ("/task", "hi"),
        ("/plain", "hi"),
        ("/closure", ">hi"),
        ("/plain-closure", ">hi"),
        ("/method", "room hi"),
        ("/plain-method", "room hi"),
        ("/object", "call hi"),
        ("/lambda", "room hi"),
        ("/room/a%20b", "a b hi"),
        ("/plain-room/x", "x hi"),
        ("/microdot", "hi"),
        ("/chat", "Nonehi"),
        ("/plain-chat", "Nonehi"),
    ):
        assert (await say(port, path)) == (answer, None), path
    for path in ("/chat", "/plain-chat"):
        got = await say(port, path, Sec_WebSocket_Protocol="x, v1, v2")
        assert got == ("v1hi", "v1"), got


# A ping is as long as its bytes are.
async def check_pings(port):
    w = Client(port)
    await w.upgrade("/pings")
    assert await w.frame() == (9, b"\xc3\xa4" * 62)
    assert await w.frame() == (9, b"x" * 125)
    for _ in range(2):
        assert await w.frame() == (1, b"too long")
    await w.close()


async def check(c):
    await check_pings(c.port)
    await every(c.port)
    for path in ("/task", "/room/x", "/microdot"):
        r = await c.get(path)
        assert r.status == 426 and r.headers["upgrade"] == "websocket", (path, r.status)
    w = Client(c.port)
    await w.upgrade("/gone")
    await w.send_frame(8, b"\x03\xe9")
    await w.close()
    await asyncio.sleep_ms(20)
    assert ended == [1000, (1001, 1001)], ended
    # hooks see the handshake, and may refuse it
    allowed = [True]

    @app.before_request
    def guard(request):
        return None if allowed[0] else ("no", 403)

    await every(c.port)

    @app.before_request
    async def slow(request):
        await asyncio.sleep_ms(0)

    await every(c.port)
    allowed[0] = False
    for path in ("/task", "/plain", "/room/x"):
        r = await c.upgrade(path)
        assert r.status == 403, (path, r.status)


serve(app, check)
