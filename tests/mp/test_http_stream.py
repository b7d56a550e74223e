# Bodies that come in pieces: generators, iterators, files, events.
import asyncio
import io

from http_client import Client, serve, tmp_folder

from lws.http import Response, Server, send_file, with_sse

app = Server()
FOLDER = tmp_folder() + "/"
closed = []


@app.get("/generator")
def generator(request):
    yield "a"
    yield b"b"
    yield ""
    yield "c"


@app.get("/tuple")
def with_headers(request):
    return (str(i) for i in range(5)), 201, {"Content-Type": "text/x", "X-A": "1"}


@app.get("/long")
def long(request):
    try:
        for _ in range(20):
            yield b"x" * 1000
    finally:
        closed.append("long")


@app.get("/endless")
def endless(request):
    try:
        while True:
            yield b"x" * 1000
    finally:
        closed.append("endless")


class Counter:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep_ms(1)
        if not self.n:
            raise StopAsyncIteration
        self.n -= 1
        return str(self.n)


@app.get("/async")
async def counter(request):
    return Counter(3)


@app.get("/list")
def iterator(request):
    return Response(iter(["x", "y"]), 200, {"content-type": "text/html"})


@app.get("/bytesio")
def bytesio(request):
    return io.BytesIO(b"0123456789")


class Reader:
    def __init__(self):
        self.pieces = [b"one", b"two"]

    async def read(self, n):
        return self.pieces.pop(0) if self.pieces else b""

    def close(self):
        closed.append("reader")


@app.get("/reader")
def reader(request):
    return Reader()


@app.get("/file")
def file(request):
    return send_file(FOLDER + "lws_file.html", max_age=60)


@app.get("/gz")
def gz(request):
    return send_file(FOLDER + "lws_file.html", compressed=True, content_type="text/x")


@app.get("/missing")
def missing(request):
    return send_file(FOLDER + "no such file")


@app.get("/broken")
def broken(request):
    yield "part"
    raise ValueError("this goes to the console")


@app.get("/wrong")
def wrong(request):
    return object()


@app.get("/events")
@with_sse
async def events(request, sse):
    await sse.send("one")
    await asyncio.sleep_ms(1)
    await sse.send({"a": 1}, event="x", event_id="7", retry=2)
    await sse.send("two\nlines")
    await sse.send("note", comment=True)


@app.get("/events/<int:n>")
@with_sse
async def many_events(request, sse, n):
    try:
        while True:
            await sse.send(n)
            await asyncio.sleep_ms(2)
    finally:
        closed.append("events")


async def bodies(c):
    r = await c.get("/generator")
    assert (r.text, r.headers["transfer-encoding"]) == ("abc", "chunked")
    r = await c.get("/tuple")
    assert (r.status, r.text, r.headers["x-a"]) == (201, "01234", "1")
    assert r.headers["content-type"] == "text/x"
    assert len((await c.get("/long")).body) == 20000
    assert (await c.get("/async")).text == "210"
    r = await c.get("/list")
    assert (r.text, r.headers["content-type"]) == ("xy", "text/html")
    r = await c.request("HEAD", "/generator")
    assert r.status == 200
    assert (await c.get("/wrong")).status == 500


async def files(c):
    with open(FOLDER + "lws_file.html", "w") as f:
        f.write("x" * 20000)
    r = await c.get("/bytesio")
    assert r.text == "0123456789", r.text
    assert (await c.get("/reader")).text == "onetwo"
    r = await c.get("/file")
    assert (len(r.body), r.headers["cache-control"]) == (20000, "max-age=60")
    assert r.headers["content-type"].startswith("text/html")
    assert r.headers["content-length"] == "20000"
    r = await c.get("/gz")
    assert (r.headers["content-encoding"], r.headers["content-type"]) == ("gzip", "text/x")
    assert (await c.get("/missing")).status == 404


async def event_streams(c):
    r = await c.get("/events")
    assert r.headers["content-type"] == "text/event-stream", r.headers
    want = 'data: one\n\nretry: 2000\nevent: x\nid: 7\ndata: {"a": 1}\n\n'
    want += "data: two\ndata: lines\n\n: note\n\n"
    assert r.text == want, r.text


# A body that breaks is no whole body; a client that goes ends the generator.
async def endings(c):
    d = Client(c.port)
    try:
        await d.get("/broken")
        raise AssertionError
    except (EOFError, OSError):
        pass
    await d.close()
    for path, mark in (("/events/3", "events"), ("/endless", "endless")):
        del closed[:]
        d = Client(c.port)
        await d.send(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode())
        await d.head()
        await d.close()
        for _ in range(100):
            if mark in closed:
                break
            await asyncio.sleep_ms(10)
        assert mark in closed, (path, closed)


async def check(c):
    await bodies(c)
    assert "long" in closed
    await files(c)
    assert "reader" in closed
    await event_streams(c)
    await endings(c)
    assert (await c.get("/generator")).text == "abc"

    # the same through hooks
    @app.after_request
    async def hook(request, response):
        response.headers["X-Hook"] = "1"

    r = await c.get("/generator")
    assert (r.text, r.headers["x-hook"]) == ("abc", "1")
    r = await c.get("/events")
    assert r.headers["x-hook"] == "1" and r.text.startswith("data: one")
    assert (await c.get("/async")).text == "210"
    assert len((await c.get("/file")).body) == 20000


serve(app, check)
