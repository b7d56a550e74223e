# From what a handler returns to what goes over the wire.
import asyncio
import gc
import json
from collections import OrderedDict

import _lws
from bare import get, raises, serve, talk
from http_client import LONG

vhost = _lws.Vhost()
answer = None
vhost.fallback = lambda request: answer
TEXT = "text/plain; charset=UTF-8"
BYTES = "application/octet-stream"


async def ask(c, value, method="GET"):
    global answer
    answer = value
    return await c.request(method, "/")


# value -> (status, type, body)
VALUES = [
    ("h\xe4llo", 200, TEXT, "h\xe4llo".encode()),
    ("", 200, None, b""),
    (b"\0\xff", 200, BYTES, b"\0\xff"),
    (bytearray(b"array"), 200, BYTES, b"array"),
    (memoryview(b"0123456")[2:5], 200, BYTES, b"234"),
    ({"a": [1, None, True], "b": 'q"\n'}, 200, "application/json", None),
    ([], 200, "application/json", b"[]"),
    ({}, 200, "application/json", b"{}"),
    (None, 204, None, b""),
    (404, 404, TEXT, b"Not Found"),
    (200, 200, TEXT, b"OK"),
    (("text", 201), 201, TEXT, b"text"),
    ((None, 200), 204, None, b""),
    ((None, 500), 500, None, b""),
    (("text", {"Content-Type": "a/b"}), 200, "a/b", b"text"),
    (("text", 418, {"content-type": b"a/c"}), 418, "a/c", b"text"),
    ((b"x", 299, None), 299, BYTES, b"x"),
    ((b"x",), 200, BYTES, b"x"),
    (({"a": 1}, 400), 400, "application/json", b'{"a": 1}'),
    ([(1,), b"hex", 1 << 70], 200, "application/json", b'[[1], "hex", 1180591620717411303424]'),
    ({"a": "\x01\xe4", 1: 2.5}, 200, "application/json", None),
    (OrderedDict([("b", 1), ("a", 2)]), 200, "application/json", b'{"b": 1, "a": 2}'),
    (("x", OrderedDict([("Content-Type", "a/d")])), 200, "a/d", b"x"),
    ((404, {"Content-Type": "a/e"}), 404, "a/e", b"Not Found"),
    ((b"dropped", 204), 204, None, b""),
    ((b"dropped", 205), 205, None, b""),
    (({}, 205), 205, None, b""),
    (205, 205, None, b""),
    (204, 204, None, b""),
    (304, 304, None, b""),
    (b"", 200, None, b""),
    ((503, {"Retry-After": 5}), 503, TEXT, b"Service Unavailable"),
    (b"y" * 511, 200, BYTES, b"y" * 511),
    (b"y" * 512, 200, BYTES, b"y" * 512),
    (b"y" * 4096, 200, BYTES, b"y" * 4096),
]


async def check_value(c, value, status, kind, body):
    for method in ("GET", "HEAD"):
        r = await ask(c, value, method)
        assert r.status == status, (value, r.status)
        assert r.headers.get("content-type") == kind, (value, r.headers)
        if status not in (204, 304) and body is not None:
            assert int(r.headers["content-length"]) == len(body), (value, r.headers)
            assert r.body == (body if method == "GET" else b""), (value, r.body)


async def check_values(c):
    for case in VALUES:
        await check_value(c, *case)
    await check_value(c, "x" * LONG, 200, TEXT, b"x" * LONG)
    gc.collect()
    value = VALUES[6][0]
    assert json.loads((await ask(c, value)).text) == value


async def check_bad_values(c):
    for value in (
        ("x", 199),
        ("x", 600),
        ("x", -1),
        ("x", 1 << 40),
        ("x", "200"),
        ("x", 200, "h"),
        ("x", 200, {}, 1),
        (),
        99,
        1.5,
        object(),
        ({"a": object()}, 200, {"X": "y\r\nz"}),
        {"a": object()},
        {"a": float("nan")},
        [{(1, 2): 3}],
        ["\ud83d"],
        "surrogates: \ud83d\ude00",
    ):
        assert (await ask(c, value)).status == 500, value
    assert (await ask(c, "alive")).text == "alive"


# ---- header fields


# An item that changes the fields while its text is made.
class Changes:
    def __init__(self, f):
        self.f = f

    def __str__(self):
        self.f()
        return "changed"

    def __repr__(self):
        return self.__str__()


async def check_fields_that_change(c):
    def grow():
        values.extend(["more"] * 100)
        fields.update({"X-%d" % i: "v" for i in range(4)})

    for f in (lambda: values.clear(), grow):
        values = [Changes(f), "b"]
        fields = {"X-L": values}
        r = await ask(c, ("x", 200, fields))
        assert r.headers["x-l"].startswith("changed"), r.headers


async def check_headers(c):
    fields = {"X-A": "1", "X-N": 42, "X-B": b"bytes", "X-F": 1.5, "X-L": ["a", "b"], "X-E": ""}
    r = await ask(c, ("x", 200, fields))
    assert r.headers["x-a"] == "1" and r.headers["x-n"] == "42" and r.headers["x-b"] == "bytes"
    assert r.headers["x-f"] == "1.5" and r.headers["x-l"] == "a, b" and r.headers["x-e"] == ""
    r = await ask(c, ("x", 200, {"X-%d" % i: "v" * 200 for i in range(15)}))
    assert all(r.headers["x-%d" % i] == "v" * 200 for i in range(15))
    r = await ask(c, ("x", 200, {"X-Long": "v" * (LONG // 4)}))
    assert r.headers["x-long"] == "v" * (LONG // 4)
    # what the server writes itself
    fields = {"Content-Length": 5, "transfer-encoding": "chunked", "Date": "never", "X": "y"}
    r = await ask(c, ("abc", 200, fields))
    assert r.text == "abc" and r.headers["content-length"] == "3", r.headers
    assert "transfer-encoding" not in r.headers and r.headers["x"] == "y"
    assert r.headers.get("date") != "never"
    r = await ask(c, ("bye", 200, {"Connection": "close"}))
    assert r.headers["connection"] == "close" and not await c.reader.read(1)
    await c.close()


async def check_injection(c):
    for name, value in (
        ("X", "a\r\nY: b"),
        ("X", "a\nY: b"),
        ("X", b"a\rb"),
        ("X", "a\0b"),
        ("X", ["fine", "a\r\n\r\nbody"]),
        ("Content-Type", "a/b\r\nY: b"),
        ("Connection", "close\r\nY: b"),
        ("X\r\nY", "b"),
        ("X Y", "b"),
        ("X:", "b"),
        ("", "b"),
        ("Date", "x\r\nY: b"),
    ):
        r = await ask(c, ("x", 200, {name: value}))
        assert r.status == 500 and "y" not in r.headers and "x" not in r.headers, (name, value)
    assert (await ask(c, "alive")).text == "alive"


# ---- hooks of the frozen package


async def check_hooks(c):
    calls = []

    def convert(request, value):
        calls.append((request.path, value))
        if value == 2.5:
            return None if request.send("sent by convert") is None else "?"
        return ("converted", 202) if value == 1.5 else 3.5

    def error(request, exc):
        if str(exc) == "twice":
            raise ValueError("again")
        return type(exc).__name__, 418

    vhost.convert, vhost.error = convert, error
    r = await ask(c, 1.5)
    assert (r.status, r.text) == (202, "converted") and calls.pop() == ("/", 1.5)
    assert (await ask(c, 2.5)).text == "sent by convert"
    r = await ask(c, 4.5)
    assert (r.status, r.text) == (418, "TypeError"), r.text

    def fail(request):
        raise {"k": KeyError("k"), "t": ValueError("twice")}[request.path[1]]

    plain, vhost.fallback = vhost.fallback, fail
    r = await c.get("/k")
    assert (r.status, r.text) == (418, "KeyError")
    assert (await c.get("/t")).status == 500
    vhost.fallback, vhost.convert, vhost.error = plain, None, None
    assert (await ask(c, "alive")).text == "alive"


# ---- request.send()


async def check_send(c):
    def sends(request):
        assert request.send(("first", 201)) is None
        assert "over" in raises(RuntimeError, request.send, "second")

    async def sends_later(request):
        await asyncio.sleep_ms(1)
        request.send("later")
        await asyncio.sleep_ms(20)  # the next request is served meanwhile
        assert raises((RuntimeError, OSError), request.send, "second")
        done.append(request)

    def bad_first(request):
        assert raises(ValueError, request.send, ("x", 99))
        assert raises(ValueError, request.send, ("x", {"a": "\n"}))
        assert raises(TypeError, request.send, 1.5)
        request.send("good")

    done = []
    old = vhost.fallback
    for handler, status, text in ((sends, 201, "first"), (bad_first, 200, "good")):
        vhost.fallback = handler
        r = await c.get("/")
        assert (r.status, r.text) == (status, text)
    vhost.fallback = lambda request: sends_later(request) if request.path == "/" else "other"
    data = get("/") + get("/2") + get("/") + get("/4", "1.0")
    texts = [p.split(b"\r\n\r\n")[1] for p in (await talk(c.port, data)).split(b"HTTP/1.1 ")[1:]]
    assert texts == [b"later", b"other", b"later", b"other"], texts
    await asyncio.sleep_ms(50)
    assert len(done) == 2
    vhost.fallback = old


async def check_versions(c):
    global answer
    answer = "x"
    r = await talk(c.port, get("/", "1.0"))
    assert b"\r\nConnection: close\r\n" in r and r.startswith(b"HTTP/1.1 200 OK\r\n"), r
    r = await talk(c.port, get("/", "1.0", "Connection: keep-alive\r\n") + get("/", "1.0"))
    assert r.count(b"200 OK") == 2 and b"\r\nConnection: keep-alive\r\n" in r, r
    r = await talk(c.port, get("/", "1.1", "Connection: close\r\n"))
    assert b"\r\nConnection: close\r\n" in r


async def check(c):
    await check_values(c)
    await check_bad_values(c)
    await check_headers(c)
    await check_fields_that_change(c)
    await check_injection(c)
    await check_hooks(c)
    await check_send(c)
    await check_versions(c)


serve(vhost, check)
print("OK")
