# Routes, parameters, methods, return values.
from http_client import serve

from lws.http import Response, Server, abort, redirect

app = Server()


@app.get("/")
def index(request):
    return "index"


@app.get("/json")
async def json_route(request):
    return {"method": request.method, "path": request.path}


@app.get("/list")
def list_route(request):
    return [1, 2]


@app.get("/bytes")
def bytes_route(request):
    return b"\0\1", {"Content-Type": "application/x"}


@app.get("/none")
def none_route(request):
    return None


@app.get("/teapot")
def teapot(request):
    return 418


@app.get("/created")
def created(request):
    return "made", 201, {"Location": "/x", "X-Two": ["a", "b"]}


@app.get("/status-headers")
def status_headers(request):
    return 202, {"X-A": "b"}


@app.get("/response")
def response(request):
    r = Response("<p>", 200, {"content-type": "text/html"})
    assert r.headers["Content-Type"] == "text/html" and "CONTENT-TYPE" in r.headers
    r.set_cookie("a", "1", path="/", max_age=5, http_only=True)
    r.set_cookie("b", "2")
    return r


@app.get("/gone")
def gone(request):
    r = Response()
    r.delete_cookie("a")
    return r


@app.get("/away")
def away(request):
    return redirect("/json", 303)


@app.get("/abort")
def abort_route(request):
    abort(409, "not now")


@app.get("/boom")
def boom(request):
    return 1 / 0


@app.get("/user/<name>")
def user(request, name):
    return "user " + name


@app.get("/user/me")
def me(request):
    return "me"


@app.get("/number/<int:n>")
def number(request, n):
    return {"n": n + 1, "args": request.url_args}


@app.get("/files/<path:rest>/info")
async def files(request, rest):
    return rest


@app.get("/hex/<re:([0-9a-f]+)-(x|y):h>/<last>")
def hexes(request, h, last):
    return h + " " + last


@app.get("/v1.0/<x>")
def dotted(request, x):
    return x


@app.route("/many", methods=["put", "PATCH", "DELETE"])
def many(request):
    return request.method


@app.options("/own-options")
def own_options(request):
    return "mine"


async def values(c):
    r = await c.get("/")
    assert (r.status, r.text) == (200, "index"), r.text
    assert r.headers["content-type"] == "text/plain; charset=UTF-8"
    r = await c.get("/json")
    assert r.text == '{"path": "/json", "method": "GET"}' or '"GET"' in r.text
    assert r.headers["content-type"] == "application/json"
    assert (await c.get("/list")).text == "[1, 2]"
    r = await c.get("/bytes")
    assert (r.body, r.headers["content-type"]) == (b"\0\1", "application/x")
    assert (await c.get("/none")).status == 204
    assert (await c.get("/teapot")).status == 418
    r = await c.get("/created")
    assert (r.status, r.text, r.headers["x-two"]) == (201, "made", "a, b")
    r = await c.get("/status-headers")
    assert (r.status, r.headers["x-a"]) == (202, "b")


async def responses(c):
    r = await c.get("/response")
    assert (r.text, r.headers["content-type"]) == ("<p>", "text/html")
    assert r.headers["set-cookie"] == "a=1; Path=/; Max-Age=5; HttpOnly, b=2", r.headers
    r = await c.get("/gone")
    assert "Max-Age=0" in r.headers["set-cookie"] and "1970" in r.headers["set-cookie"]
    r = await c.get("/away")
    assert (r.status, r.headers["location"]) == (303, "/json")
    r = await c.get("/abort")
    assert (r.status, r.text) == (409, "not now")
    assert (await c.get("/boom")).status == 500


async def paths(c):
    assert (await c.get("/user/ada")).text == "user ada"
    assert (await c.get("/user/a%20b")).text == "user a b"
    assert (await c.get("/user/me")).text == "me"
    assert (await c.get("/user/a/b")).status == 404
    assert (await c.get("/number/41?x=1")).text.find("42") > 0
    assert (await c.get("/number/-1")).text.find("0") > 0
    assert (await c.get("/number/x")).status == 404
    assert (await c.get("/files/a/b/c/info")).text == "a/b/c"
    assert (await c.get("/hex/0f-y/z")).text == "0f-y z"
    assert (await c.get("/hex/0g-y/z")).status == 404
    assert (await c.get("/v1.0/a")).text == "a"
    assert (await c.get("/v1x0/a")).status == 404
    assert (await c.get("/j%73on")).status == 200


async def methods(c):
    r = await c.request("HEAD", "/created")
    assert (r.status, r.body, r.headers["content-length"]) == (201, b"", "4")
    for method in ("PUT", "PATCH", "DELETE"):
        assert (await c.request(method, "/many")).text == method
    r = await c.get("/many")
    assert (r.status, r.headers["allow"]) == (405, "PUT, PATCH, DELETE, OPTIONS")
    r = await c.request("POST", "/user/x")
    assert (r.status, r.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    r = await c.request("OPTIONS", "/user/x")
    assert (r.status, r.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (await c.request("OPTIONS", "/own-options")).text == "mine"
    assert (await c.request("OPTIONS", "/nowhere")).status == 404
    r = await c.request("OPTIONS", "*")
    assert (r.status, r.headers["allow"]) == (204, "GET, PUT, PATCH, DELETE, OPTIONS, HEAD"), (
        r.headers
    )
    assert (await c.request("BREW", "/many")).status == 405


async def check(c):
    await values(c)
    await responses(c)
    await paths(c)
    await methods(c)
    # a route that comes later, and more of them for one path
    app.get("/late")(lambda request: "late")
    assert (await c.get("/late")).text == "late"
    assert app.requests > 30 and len(app.connections()) == 1
    id, peer, role, age_ms, rx, tx = app.connections()[0]
    assert peer.startswith("127.0.0.1:") and role == "h1" and rx > 1000 and tx > 1000


for bad in ("/<x", "/<float:x>"):
    try:
        app.get(bad)(index)
        raise AssertionError(bad)
    except ValueError:
        pass
serve(app, check)
