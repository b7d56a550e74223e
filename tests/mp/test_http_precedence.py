# Who answers: exact routes, then files, then routes with parameters; with hooks and without.
import os

from http_client import serve, tmp_folder

from lws.http import Server

FOLDER = tmp_folder() + "/lws_precedence"
for path in (FOLDER, FOLDER + "/s"):
    try:
        os.mkdir(path)
    except OSError:
        pass
for name in ("x", "y", "s/z"):
    with open(FOLDER + "/" + name, "w") as f:
        f.write("file " + name)


def make(hooked):
    app = Server()
    calls = []

    @app.get("/x")
    def exact(request):
        return "route x"

    @app.get("/<name>")
    def named(request, name):
        return "named " + name

    @app.route("/h/<name>", methods=["HEAD"])
    def head(request, name):
        return "", {"X-Name": name}

    @app.route("/s/<name>", methods=["GET", "PUT"])
    def below(request, name):
        return "below " + name

    app.mount("/", FOLDER)
    app.mount("/sub", FOLDER + "/s")
    app.calls = calls
    if hooked:
        app.before_request(lambda request: calls.append(request.path))
    return app


async def check(c):
    length = "content-length"
    for path, text in (
        ("/x", "route x"),
        ("/%78", "route x"),
        ("/a/../x", "route x"),
        ("/y", "file y"),
        ("/%79", "file y"),
        ("/other", "named other"),
        ("/s/z", "file s/z"),
        ("/s/w", "below w"),
        ("/sub/z", "file s/z"),
    ):
        r = await c.get(path)
        assert (r.status, r.text) == (200, text), (path, r.status, r.text)
        r = await c.request("HEAD", path)
        assert (r.status, r.headers[length]) == (200, str(len(text))), path
    r = await c.request("HEAD", "/h/n")
    assert r.headers["x-name"] == "n"
    assert (await c.get("/h/n")).status == 405
    assert (await c.request("PUT", "/s/z", "")).text == "below z"


for hooked in (False, True):
    app = make(hooked)
    serve(app, check)
    assert len(app.calls) == (21 if hooked else 0), app.calls

# A prefix ends where a segment does.
app = Server()
app.mount("/s", FOLDER)
for path, owned in (("/s", 1), ("/s/", 1), ("/s/x", 1), ("/sx", 0), ("/s2/x", 0), ("/", 0)):
    assert app.is_static(path) == bool(owned), path
app.mount("/t/", FOLDER)
assert app.is_static("/t") and app.is_static("/t/x") and not app.is_static("/tx")


async def check_methods(c):
    assert (await c.request("POST", "/sx", "")).status == 404
    assert (await c.request("POST", "/s/x", "")).status == 405
    r = await c.request("OPTIONS", "*")
    assert (r.status, r.headers["allow"]) == (204, "OPTIONS"), (r.status, r.headers)


serve(app, check_methods)
