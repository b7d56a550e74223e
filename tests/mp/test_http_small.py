# Corners of bodies, answers and goodbyes.
from http_client import serve

import lws
from lws.http import MultiDict, Response, Server, with_sse

app = Server(max_body=100)
reasons = []


@app.post("/body")
def body(request):
    return str(len(request.body))


@app.get("/multi")
def multi(request):
    return request.args


@app.get("/multi/nested")
def nested(request):
    return {"args": request.args}, 201


@app.get("/multi/response")
def multi_response(request):
    return Response(MultiDict({"a": 1}))


@app.get("/text")
def text(request):
    return "text"


@app.get("/pieces")
def pieces(request):
    yield "text"


@app.get("/html")
def html(request):
    return iter(["<p>"]), {"Content-Type": "text/html"}


@app.get("/teapot")
def teapot(request):
    return 418


@app.get("/silent")
async def silent(request):
    request.start(204 if request.args.get("204") else 200, 5)
    await request.write(b"12345")
    await request.write(b"and more than 5")
    request.end()


@app.websocket("/ws")
async def ws(request, ws):
    try:
        await ws.receive()
    except lws.ConnectionClosed as e:
        reasons.append((e.code, e.reason, ws.close_code, ws.close_reason, ws.protocol))


@app.get("/events")
@with_sse
async def events(request, sse):
    for bad in ("a\nb", "a\rb", "a\r\nb", "\n"):
        for key in ("event", "event_id"):
            try:
                sse.send("x", **{key: bad})
                raise AssertionError(key)
            except ValueError:
                pass
    await sse.send("1\n2\r3\r\n4", event="e", event_id=5)


async def bodies(c):
    assert (await c.request("POST", "/body", b"x" * 100)).text == "100"
    r = await c.request("POST", "/body", b"x" * 101)
    assert (r.status, "max_body" in r.text) == (413, True), r.text
    for path, status, want in (
        ("/multi?a=1&a=2", 200, '{"a": "1"}'),
        ("/multi/nested?a=1", 201, '{"args": {"a": "1"}}'),
        ("/multi/response", 200, '{"a": 1}'),
    ):
        r = await c.get(path)
        assert (r.status, r.text) == (status, want), (path, r.text)
        assert r.headers["content-type"] == "application/json"


async def types(c):
    plain = "text/plain; charset=UTF-8"
    for path in ("/text", "/pieces", "/teapot", "/nothing"):
        assert (await c.get(path)).headers["content-type"] == plain, path
    assert (await c.get("/html")).headers["content-type"] == "text/html"
    assert (await c.get("/teapot")).text == "I'm a Teapot"


# What is written where no body goes is left out.
async def no_bodies(c):
    for method, path in (("HEAD", "/silent"), ("GET", "/silent?204=1"), ("HEAD", "/pieces")):
        assert (await c.request(method, path)).status in (200, 204)
        assert (await c.get("/text")).text == "text"


async def goodbyes(c):
    assert (await c.upgrade("/ws")).status == 101
    await c.send_frame(8, b"\x0f\xa1" + "gute Nacht \u2026".encode())
    assert (await c.frame())[0] == 8
    await c.close()
    assert (await c.upgrade("/ws")).status == 101
    await c.send_frame(8, b"\x03\xe8")
    assert (await c.frame())[0] == 8
    await c.close()
    want = (4001, "gute Nacht \u2026", 4001, "gute Nacht \u2026", None)
    assert reasons == [want, (1000, "", 1000, "", None)], reasons


async def check(c):
    await bodies(c)
    await types(c)
    await no_bodies(c)
    r = await c.get("/events")
    assert r.text == "event: e\nid: 5\ndata: 1\ndata: 2\ndata: 3\ndata: 4\n\n", r.text
    await goodbyes(c)


serve(app, check)

strict = Server(max_content_length=0)


@strict.post("/")
def no_body(request):
    return "ok"


async def check_strict(c):
    assert (await c.request("POST", "/")).text == "ok"
    assert (await c.request("POST", "/", b"x")).status == 413
    await c.close()
    await c.send(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    await c.send(b"1\r\nx\r\n0\r\n\r\n")
    assert (await c.response()).status == 413
    await c.close()
    strict.vhost.max_content_length = 1 << 40
    assert strict.vhost.max_content_length == 1 << 40
    for name, bad in (("max_content_length", -1), ("max_conns", 1 << 32), ("max_body", -1)):
        try:
            setattr(strict.vhost, name, bad)
            raise AssertionError(name)
        except ValueError:
            pass


serve(strict, check_strict)
