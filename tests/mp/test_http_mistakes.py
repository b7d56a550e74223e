# Mistakes of those who write apps are said where they are made, with what to do.
import errno

from http_client import Client, pick_port, serve

import lws
from lws.http import Response, Server


def wrong(error, call, *words):
    try:
        call()
    except error as e:
        for word in words:
            assert word in str(e), (word, e)
        return e
    raise AssertionError(words)


def decorate(decorator, *args):
    return lambda: decorator(*args)(lambda request: "")


# ---- where it listens


def listens(port=None, host="127.0.0.1"):
    Server().listen(port or pick_port(), host)


for port in (99999, 65536, -1, 0, 1 << 40):
    wrong(ValueError, lambda: Server().listen(port), "port is 1 to 65535", str(port))
for port in ("80", None, 80.0, True, b"80"):
    wrong(TypeError, lambda: Server().listen(port), "port is an int", type(port).__name__)
for host in (None, 8080, b"127.0.0.1", ("127.0.0.1", 80)):
    wrong(TypeError, lambda: listens(host=host), "host is a str", "0.0.0.0")
wrong(ValueError, lambda: listens(host=""), "host is empty")
wrong(TypeError, lambda: Server().run(8080), "host is a str, not int")
for host in ("no.such.host.invalid", "256.1.1.1"):
    wrong(OSError, lambda: listens(host=host), host, "an address of this machine")

first = Server()
while True:
    try:
        port = pick_port()
        first.listen(port, "127.0.0.1")
        break
    except OSError as e:
        assert e.errno == errno.EADDRINUSE, e
e = wrong(OSError, lambda: listens(port), "EADDRINUSE", "port %d is taken" % port)
assert e.errno == errno.EADDRINUSE
first.shutdown()
first.listen(port, "127.0.0.1")  # what failed has left no socket
first.shutdown()

# ---- settings

e = wrong(TypeError, lambda: Server(max_con=3), "'max_con'", "max_conns", "hangup_ms")
for name in ("app", "files_by_hand", "port", "debug"):
    wrong(TypeError, lambda: Server(**{name: 1}), name)
for value in ("3", None, 3.5, True, [3]):
    wrong(TypeError, lambda: Server(max_conns=value), "max_conns is an int", type(value).__name__)
for value in (-1, 1 << 32):
    wrong(ValueError, lambda: Server(max_conns=value), "max_conns is 0 to 4294967295", str(value))
wrong(ValueError, lambda: Server(max_content_length=1 << 64), "max_content_length")
for name in ("max_line", "max_head"):
    for value in (0, 63488):
        wrong(ValueError, lambda: Server(**{name: value}), name + " is 1 to 63487", str(value))
    assert getattr(Server(**{name: 63487}).vhost, name) == 63487
limits = Server(max_content_length=1 << 40, max_conns=0xFFFFFFFF).vhost
assert (limits.max_content_length, limits.max_conns) == (1 << 40, 0xFFFFFFFF)
for name in ("max_tx", "max_message", "max_body", "header_ms", "keep_alive_ms", "body_ms"):
    assert getattr(Server(**{name: 5}).vhost, name) == 5
for name in ("body_rate", "send_ms", "close_ms", "ping_ms", "hangup_ms"):
    assert getattr(Server(**{name: 5}).vhost, name) == 5

# ---- paths

app = Server()
for register in (app.get, app.post, app.put, app.patch, app.delete, app.options, app.route):
    wrong(ValueError, decorate(register, "temp"), "begins with '/'", "'/temp'")
wrong(ValueError, decorate(app.websocket, "ws"), "begins with '/'")
wrong(ValueError, decorate(app.get, "<name>"), "begins with '/'")
wrong(ValueError, lambda: app.mount("static", "folder"), "'/static'")
wrong(ValueError, lambda: app.mount(Server(), "api"), "'/api'")
wrong(ValueError, lambda: app.mount("/static"), "folder")
wrong(TypeError, lambda: app.mount("/static", "folder", maxage=3), "maxage", "max_age")
wrong(TypeError, lambda: app.mount(app, "/api"), "another Server")
wrong(TypeError, lambda: app.mount(None, "/api"), "another Server")
wrong(TypeError, lambda: app.get(print), "a path is a str")  # @app.get without its call
wrong(TypeError, lambda: app.get(None), "a path is a str")
assert not app.routes and not app._mounts

api = Server()


@api.get("")
def index(request):
    return "index"


@api.get("/<int:n>")
def number(request, n):
    return str(n)


root = Server()


@root.get("")
def home(request):
    return "home"


app.mount(api, "/api/")
app.mount(root)


# ---- cookies


@app.get("/cookies")
def cookies(request):
    response = Response("")
    response.set_cookie("n", 5, "/", max_age=7)
    response.set_cookie("big", -(1 << 40))
    for value in (None, 1.5, True, b"x", [1]):
        wrong(TypeError, lambda: response.set_cookie("n", value), "a str or int")
    wrong(TypeError, lambda: response.set_cookie(5, "x"), "a str")
    for name, value in (("a b", "x"), ("a", "x;y"), ("a", "x\r\ny"), ("", "x")):
        wrong(ValueError, lambda: response.set_cookie(name, value), "cookie")
    return response


async def check(c):
    r = await c.get("/cookies")
    assert r.headers["set-cookie"] == "n=5; Path=/; Max-Age=7, big=-1099511627776", r.headers
    for path, text in (("/api", "index"), ("/api/7", "7"), ("/", "home")):
        r = await c.get(path)
        assert (r.status, r.text) == (200, text), (path, r.status, r.text)
    assert (await c.request("PUT", "/")).headers["allow"] == "GET, HEAD, OPTIONS"


serve(app, check)
assert lws.Error and Client
