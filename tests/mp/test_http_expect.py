# Who waits to be asked for its body (Expect: 100-continue, RFC 9110, section 10.1.1) is asked when
# somebody wants it: not by a hook's 401, not for a path or method that is not there.
from http_client import serve

from lws.http import Server, abort

app = Server(max_body=100, max_content_length=1000)
calls = []


@app.post("/plain")
def plain(request):
    return request.body


@app.post("/with/<name>")
def with_name(request, name):
    return request.body


@app.post("/stream")
def too_long(request):
    abort(409, "no")


guarded = Server()


@guarded.before_request
def count(request):
    calls.append(request.path)


@guarded.before_request
def key(request):
    if request.path.endswith("raises"):
        abort(403, "raised")
    if request.headers.get("X-Key") != "open":
        return "no", 401


@guarded.before_request
async def slowly(request):
    if request.headers.get("X-Slow") == "no":
        return "slow", 401


@guarded.before_request
def signed(request):
    try:
        body = request.body if "X-Sign" in request.headers else b""
    except Exception:
        body = b"caught"
    if body and body != b"01234":
        return "forged", 401


@guarded.post("/fixed")
def fixed(request):
    return request.body, 201


@guarded.post("/<name>")
def named(request, name):
    return request.body, 202


light = Server()
light.before_request(key)
light.post("/fixed")(fixed)
app.mount(guarded, "/guarded", local=True)
app.mount(light, "/light", local=True)
HEAD = "%s %s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n%s%s\r\n\r\n"
LENGTH = "Content-Length: %d"
OPEN = "X-Key: open\r\n"


async def ask(c, path, want, fields="", method="POST", length=5, text="01234"):
    for size in (LENGTH % length, "Transfer-Encoding: chunked"):
        if length != 5 and "chunked" in size:
            continue
        await c.send((HEAD % (method, path, fields, size)).encode())
        r = await c.response(method)
        asked = r.status == 100
        if asked:
            await c.send(b"01234" if "Length" in size else b"5\r\n01234\r\n0\r\n\r\n")
            r = await c.response(method)
        got = asked, r.status
        assert got == want, (path, fields, size, got)
        if asked and r.status < 300:
            assert r.text == text, (path, r.text)
        if not asked:
            await c.close()


async def check(c):
    await ask(c, "/plain", (True, 200))
    await ask(c, "/with/name", (True, 200))
    await ask(c, "/nothing", (False, 404))
    await ask(c, "/plain", (False, 405), method="PUT")
    await ask(c, "/with/name", (False, 405), method="PUT")
    await ask(c, "/plain", (False, 413), length=1001)
    await ask(c, "/stream", (False, 409), length=500)
    for name, status in (("fixed", 201), ("other", 202)):
        path = "/guarded/" + name
        await ask(c, path, (False, 401))
        await ask(c, path, (True, status), OPEN)
        await ask(c, path, (True, 401), OPEN + "X-Slow: no\r\n")  # a coroutine is not tried before
        await ask(c, path, (True, status), OPEN + "X-Sign: x\r\n")
    await ask(c, "/guarded/raises", (False, 403))
    await ask(c, "/guarded/a/b", (False, 401))
    await ask(c, "/guarded/a/b", (True, 404), OPEN)  # for the coroutine, and what follows it
    await ask(c, "/light/fixed", (False, 401))
    await ask(c, "/light/fixed", (True, 201), OPEN)
    await ask(c, "/light/other", (False, 404), OPEN)
    await ask(c, "/light/fixed", (False, 405), OPEN, method="PUT")
    n = len(calls)
    await ask(c, "/guarded/fixed", (True, 201), OPEN)
    assert len(calls) == n + 2  # once each
    # without Expect nothing is new
    r = await c.request("POST", "/guarded/fixed", b"01234", X_Key="open", X_Sign="x")
    assert (r.status, r.text) == (201, "01234")
    r = await c.request("POST", "/guarded/fixed", b"01235", X_Key="open", X_Sign="x")
    assert (r.status, r.text) == (401, "forged")


serve(app, check)
