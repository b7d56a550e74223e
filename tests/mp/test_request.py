# The request object: attributes, headers, bodies, and its end.
import asyncio
import json
import time

import _lws
from bare import get, raises, serve, talk

vhost = _lws.Vhost()
vhost.max_body = 1000
vhost.app = app = {"the": "app"}
seen = []
MAX_HEAD = 8192


def collect_attrs(request):
    seen.append({name: getattr(request, name) for name in NAMES})
    return "ok"


NAMES = (
    "method",
    "path",
    "raw_path",
    "query_string",
    "url",
    "body",
    "content_length",
    "content_type",
    "http_version",
    "client_addr",
    "id",
    "app",
    "websocket",
    "streaming",
)


async def check_attrs(c):
    vhost.fallback = collect_attrs
    await c.request("PATCH", "/a%20b//c/../d?x=%31&y", b"body", Content_Type="text/x; a=b")
    a = seen.pop()
    assert a["method"] == "PATCH" and a["path"] == "/a b/d", a
    assert a["raw_path"] == "/a%20b//c/../d" and a["query_string"] == "x=%31&y"
    assert a["url"] == "/a%20b//c/../d?x=%31&y"
    assert a["body"] == b"body" and a["content_length"] == 4 and a["content_type"] == "text/x; a=b"
    assert a["http_version"] == "1.1" and a["client_addr"][0] == "127.0.0.1"
    assert a["app"] is app and a["id"] > 0
    assert a["websocket"] is False and a["streaming"] is False
    await talk(c.port, get("/", "1.0"))
    a = seen.pop()
    assert a["method"] == "GET" and a["http_version"] == "1.0" and a["content_length"] == 0
    assert a["body"] == b"" and a["content_type"] is None and a["query_string"] == ""
    await c.send(b"FROB http://other:81/p?q HTTP/1.1\r\nHost: x\r\n\r\n")
    await c.response()
    a = seen.pop()
    assert (a["method"], a["path"], a["url"]) == ("FROB", "/p", "/p?q"), a
    await c.send(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
    await c.response()
    assert seen.pop()["path"] == "*"
    await c.get("/%ff")
    assert seen.pop()["path"] == "/%ff"
    await c.get("/%C3%BC")
    assert seen.pop()["path"] == "/\xfc"


def headers_route(request):
    h = request.headers
    assert h["x-one"] == "1" and h["X-ONE"] == "1" and h.get("X-One") == "1"
    assert "x-one" in h and "x-none" not in h
    assert h.get("x-none") is None and h.get("x-none", 5) == 5
    assert h.get_all("x-many") == ["a", "b"] and h.get_all("nope") == []
    assert raises(KeyError, lambda: h["nope"])
    assert h["x-empty"] == "" and "x-empty" in h
    assert h["x-latin"] == "caf\ufffd"
    assert len(h) == 6 and bool(h)
    assert list(h) == h.keys() == ["Host", "X-One", "X-Many", "x-many", "X-Empty", "X-Latin"]
    assert h.values() == ["x", "1", "a", "b", "", "caf\ufffd"]
    assert h.items()[1] == ("X-One", "1") and dict(h.items())["X-Many"] == "a"
    assert str(h).startswith("[('Host', 'x')")
    raises(TypeError, h.__setitem__, "a", "b") if hasattr(h, "__setitem__") else None
    try:
        h["a"] = "b"
        raise AssertionError("headers are read-only")
    except TypeError:
        pass
    seen.append((request, h))
    return "ok"


async def check_headers(c):
    vhost.fallback = headers_route
    fields = b"X-One: 1\r\nX-Many: a\r\nx-many: b\r\nX-Empty:\r\nX-Latin:  caf\xe9 \r\n\r\n"
    await c.send(b"GET / HTTP/1.1\r\nHost: x\r\n" + fields)
    assert (await c.response()).text == "ok"
    request, headers = seen.pop()
    for use in (lambda: headers["x-one"], lambda: len(headers), lambda: list(headers)):
        assert "over" in raises(RuntimeError, use)


# A request that is over says so; what the application put on it stays.
async def check_over(c):
    def plain(request):
        request.mine = 5
        seen.append(request)
        return "ok"

    vhost.fallback = plain
    await c.get("/")
    request = seen.pop()
    assert request.mine == 5
    for name in NAMES + ("headers", "other"):
        assert "over" in raises(RuntimeError, getattr, request, name)
    for call in (
        lambda: request.send("x"),
        request.start,
        lambda: request.write("x"),
        request.end,
        request.recv,
        request.upgrade,
        lambda: request.sendfile(open(__file__), length=1),
    ):
        assert raises((RuntimeError, OSError), call)
    assert request.abort() is None
    assert (await c.get("/")).text == "ok"  # and the connection has not noticed


async def check_own_attributes(c):
    calls = []

    def compute(request):
        calls.append(request.path)
        return len(calls)

    def boom(request):
        raise ValueError("boom")

    def route(request):
        assert raises(AttributeError, getattr, request, "nothing")
        assert not hasattr(request, "nothing")
        assert request.lazy == request.lazy == 1
        request.lazy = 7
        assert request.lazy == 7
        assert "boom" in raises(ValueError, lambda: request.broken)
        assert raises(AttributeError, delattr, request, "lazy")
        return "ok"

    vhost.fallback = route
    vhost.request_attrs = {"lazy": compute, "broken": boom}
    assert (await c.get("/x")).text == "ok"
    assert calls == ["/x"]


# A coroutine that waits keeps its request, whatever others do meanwhile.
async def check_waiting(c):
    async def slow(request):
        before = request.path, request.headers["X-A"], request.body
        await asyncio.sleep_ms(30)
        assert before == (request.path, request.headers["X-A"], request.body), before
        return [request.path, request.headers["X-A"], request.body.decode()]

    vhost.fallback = slow

    async def one(i):
        body = b"b%d" % i
        data = b"POST /%d HTTP/1.1\r\nHost: x\r\nX-A: %d\r\nContent-Length: 2\r\n" % (i, i)
        return await talk(c.port, data + b"Connection: close\r\n\r\n" + body)

    answers = await asyncio.gather(*[one(i) for i in range(5)])
    for i, answer in enumerate(answers):
        assert answer.endswith(b'["/%d", "%d", "b%d"]' % (i, i, i)), answer


async def check_pipeline(c):
    async def later(request):
        await asyncio.sleep_ms(5)
        return request.path

    def now(request):
        return later(request) if request.path[1] in "135" else request.path

    vhost.fallback = now
    data = b"".join(get("/%d" % i) for i in range(7))
    answer = await talk(c.port, data + get("/7", "1.0"))
    paths = [piece.split(b"\r\n\r\n")[1][:2] for piece in answer.split(b"HTTP/1.1 ")[1:]]
    assert paths == [b"/%d" % i for i in range(8)], paths


# ---- bodies

CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


async def check_bodies(c):
    vhost.fallback = lambda request: [len(request.body), request.content_length]
    for n in (0, 1, 999, 1000):
        r = await c.request("POST", "/", b"x" * n)
        assert r.text == "[%d, %d]" % (n, n), r.text
    await c.send(CHUNKED + b"".join(chunk(b"y" * 100) for _ in range(10)) + b"0\r\n\r\n")
    assert (await c.response()).text == "[1000, null]"
    # byte by byte
    for byte in b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc":
        await c.send(bytes([byte]))
        await asyncio.sleep_ms(0)
    assert (await c.response()).text == "[3, 3]"
    vhost.fallback = lambda request: request.body is request.body and "same"
    assert (await c.request("POST", "/", b"abc")).text == "same"


# Another connection ends inside the handler.
async def check_body_stays(c):
    reader, writer = await asyncio.open_connection("127.0.0.1", c.port)
    others = []

    def stream(request):
        request.start(200)
        request.write("unread")
        others.append(request)

    def handler(request):
        writer.s.close()  # the server sees a reset
        for _ in range(1000):
            try:
                others[0].write("more")
            except OSError:
                break
            time.sleep_ms(1)
        assert vhost.conns == 1
        return request.body

    vhost.fallback = stream
    writer.write(get("/"))
    await writer.drain()
    while not others:
        await asyncio.sleep_ms(1)
    await reader.read(1)
    vhost.fallback = handler
    assert (await c.request("POST", "/", b"stays")).text == "stays"


async def receive(request):
    assert request.streaming
    assert "max_body" in raises(ValueError, lambda: request.body)
    n, pieces = 0, 0
    while True:
        piece = await request.recv()
        if not piece:
            break
        assert piece == b"z" * len(piece)
        n += len(piece)
        pieces += 1
        if pieces % 3 == 0:
            await asyncio.sleep_ms(1)
    assert await request.recv() == b""
    return [n, request.path]


async def check_streams(c):
    vhost.fallback = receive
    for n in (1001, 5000):
        r = await c.request("POST", "/s", b"z" * n)
        assert r.text == '[%d, "/s"]' % n, r.text
    await c.send(b"POST /s HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n")
    for _ in range(20):
        await c.send(b"z" * 10000)
    assert (await c.response()).text == '[200000, "/s"]'
    # a chunked body that outgrows what is collected
    await c.send(CHUNKED + b"".join(chunk(b"z" * 300) for _ in range(50)) + b"0\r\n\r\n")
    assert (await c.response()).text == '[15000, "/"]'
    vhost.max_content_length = 2000
    r = await c.request("POST", "/", b"z" * 2001)
    assert r.status == 413
    await c.close()
    await c.send(CHUNKED + b"".join(chunk(b"z" * 300) for _ in range(10)) + b"0\r\n\r\n")
    assert (await c.response()).status == 413
    await c.close()
    vhost.max_content_length = 1 << 24


# The client goes away inside a body: the handler hears of it.
async def check_gone(c):
    ended = asyncio.Event()

    async def handler(request):
        try:
            while await request.recv():
                pass
        except OSError:
            ended.set()
            raise

    vhost.fallback = handler
    await c.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + b"z" * 2000)
    await asyncio.sleep_ms(20)
    await c.close()
    await asyncio.wait_for(ended.wait(), 60)


# A head as long as may be, without a blank that it need not have, is kept over an await: nothing
# of it is lost. The limits may change meanwhile.
async def check_long_head(c):
    def seen(request):
        h = request.headers
        return [len(h), h.get("x-last"), request.content_length, len(h.get("p"))]

    async def handler(request):
        before, limit = seen(request), vhost.max_content_length
        vhost.max_content_length = 1
        await asyncio.sleep_ms(1)
        after = seen(request)
        vhost.max_content_length = limit
        return [before, after]

    vhost.fallback = handler
    head = b"POST /h HTTP/1.1\r\nHost:a\r\nContent-Length:2\r\n"
    head += b"".join(b"a%d:%s\r\n" % (i, b"b" * 280) for i in range(25))
    last = b"X-Last:1\r\n\r\n"
    pad = MAX_HEAD - len(head) - len(last) - len(b"p:\r\n")
    await c.send(head + b"p:" + b"p" * pad + b"\r\n" + last + b"ok")
    r = await c.response()
    before, after = json.loads(r.text)
    assert before == after == [29, "1", 2, pad], r.text


async def check(c):
    await check_long_head(c)
    await check_attrs(c)
    await check_headers(c)
    await check_over(c)
    await check_own_attributes(c)
    await check_waiting(c)
    await check_pipeline(c)
    await check_bodies(c)
    await check_body_stays(c)
    await check_streams(c)
    await check_gone(c)


serve(vhost, check)
print("OK")
