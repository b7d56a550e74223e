# What went wrong is said, and an answer says what HTTP has it say.
import asyncio
import errno
import os

from http_client import serve, tmp_folder

import lws.http.body
from lws.http import HTTPException, Response, Server, send_file, with_sse

app = Server()
said = []
FOLDER = tmp_folder() + "/lws_said"
try:
    os.mkdir(FOLDER)
except OSError:
    pass


# In place of the console.
class Console:
    @staticmethod
    def print_exception(exc):
        said.append(exc)


lws.http.body.sys = Console


# A sensor that does not answer.
def sensor():
    raise OSError(errno.ETIMEDOUT)


@app.get("/generator")
def generator(request):
    yield "one"
    sensor()


@app.get("/iterator")
def iterator(request):
    class Body:
        def __aiter__(self):
            return self

        async def __anext__(self):
            await asyncio.sleep_ms(1)
            sensor()

    return Body()


@app.get("/file")
def file(request):
    class File:
        def read(self, n):
            sensor()

    return File()


@app.get("/events")
@with_sse
async def events(request, sse):
    await sse.send("one")
    sensor()


ended = asyncio.Event()


@app.get("/endless")
@with_sse
async def endless(request, sse):
    try:
        while True:
            await sse.send("x" * 1000)
            await asyncio.sleep_ms(1)
    finally:
        ended.set()


# Values that are no text, from generators that are no coroutines.
VALUES = (5, [1], {"a": 1}, 1.5, object())


@app.get("/bad/<int:n>")
def bad(request, n):
    yield VALUES[n]
    yield "text"


@app.get("/bad-hooked/<int:n>")
def bad_hooked(request, n):
    @request.after_request
    def hook(request, response):
        return response

    yield VALUES[n]


@app.get("/view")
def view(request):
    yield memoryview(b"0123")[1:3]
    yield bytearray(b"45")


@app.websocket("/unawaited", plain=True)
async def unawaited(ws, message):
    await ws.send("never")


@app.get("/folder")
def folder(request):
    return send_file(FOLDER)


@app.get("/cookies")
def cookies(request):
    return sorted(request.cookies.items())


@app.websocket("/protocols", protocols=("chat",))
async def protocols(request, ws):
    await ws.send(str(ws.protocol))


@app.get("/status/<int:status>")
def status(request, status):
    return "what nobody sees", status


@app.get("/pieces/<int:status>")
def pieces(request, status):
    return Response(iter(["what nobody ", "sees"]), status)


@app.get("/challenge")
def challenge(request):
    raise HTTPException(401, None, {"WWW-Authenticate": "Own", "X-More": "1"})


@app.get("/only-get")
def only_get(request):
    return "x"


@app.errorhandler(405)
def not_allowed(request):
    return {"error": "not so"}, 405


@app.errorhandler(401)
async def unknown(request):
    await asyncio.sleep_ms(1)
    return "who?", 401, {"x-more": "mine"}


async def broken(c):
    for path in ("/generator", "/iterator", "/file", "/events"):
        try:
            await c.get(path)
            raise AssertionError(path)
        except (EOFError, OSError):
            pass  # no clean end: on lwIP it is a reset
        await c.close()
        assert len(said) == 1 and said.pop().errno == errno.ETIMEDOUT, path
    await c.send(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
    await c.head()
    await c.close()
    await ended.wait()
    await asyncio.sleep_ms(1)
    assert not said, said  # whoever went away did so by himself


async def values(c):
    for n in range(len(VALUES)):
        for path in ("/bad/", "/bad-hooked/"):
            assert (await c.get(path + str(n))).status == 500, (path, n)
    assert (await c.get("/view")).body == b"1245"
    assert (await c.upgrade("/unawaited")).status == 101
    await c.send_frame(1, "x")
    opcode, payload = await c.frame()
    assert (opcode, payload[:2]) == (8, b"\x03\xf3"), payload  # 1011
    await c.close()


# What came in two lines is one list.
async def lines(c):
    head = "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n"
    for fields, want in (
        ("Cookie: a=1\r\nCookie: b=2; a=3", '[["a", "1"], ["b", "2"]]'),
        ("Cookie: a=1;\r\ncookie: b=2", '[["a", "1"], ["b", "2"]]'),
    ):
        await c.send((head % ("/cookies", fields)).encode())
        text = (await c.response()).text.replace("(", "[").replace(")", "]")
        assert text == want, text
    upgrade = (
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Protocol: soup\r\nSec-WebSocket-Protocol: nuts, chat"
    )
    await c.send((head % ("/protocols", upgrade)).encode())
    r = await c.response()
    assert (r.status, r.headers["sec-websocket-protocol"]) == (101, "chat")
    assert (await c.frame())[1] == b"chat"
    await c.close()


async def answers(c):
    assert (await c.get("/folder")).status == 404
    for status in (204, 205, 304):
        for path in ("/status/", "/pieces/"):
            r = await c.get(path + str(status))
            assert (r.status, r.body) == (status, b""), (path, status)
            length = r.headers.get("content-length")
            assert length == ("0" if status == 205 else None), r.headers
            assert "content-type" not in r.headers, (path, r.headers)
            assert "transfer-encoding" not in r.headers, (path, r.headers)
            assert (await c.get("/only-get")).text == "x"
    r = await c.request("POST", "/only-get")
    assert (r.status, r.headers["allow"]) == (405, "GET, HEAD, OPTIONS"), r.headers
    assert r.text == '{"error": "not so"}'
    r = await c.get("/challenge")
    assert (r.text, r.headers["www-authenticate"]) == ("who?", "Own")
    assert r.headers["x-more"] == "mine"


async def check(c):
    await broken(c)
    await values(c)
    await lines(c)
    await answers(c)


serve(app, check)
