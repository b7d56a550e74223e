# "/slash" leads to "/slash/" where only that one is; a path is matched once a request.
import os

from http_client import serve, tmp_folder

from lws.http import Server, abort
from lws.http.route import Route

FOLDER = tmp_folder() + "/lws_slash"
for path in (FOLDER, FOLDER + "/sub", FOLDER + "/empty"):
    try:
        os.mkdir(path)
    except OSError:
        pass
for name in ("index.html", "sub/index.html"):
    with open(FOLDER + "/" + name, "w") as f:
        f.write("file " + name)


def make(hooked):
    app, api, inner = Server(), Server(), Server()

    @app.route("/slash/", methods=["GET", "POST"])
    def slash(request):
        return request.method

    @app.get("/user/<name>/")
    def user(request, name):
        return name

    @app.get("/both")
    def without(request):
        return "without"

    @app.get("/both/")
    def with_slash(request):
        return "with"

    @app.post("/posted")
    def posted(request):
        return "posted"

    @app.get("/posted/")
    def got(request):
        return "got"

    @app.get("/<path:rest>/x/")
    def deep(request, rest):
        return rest

    @api.get("/")
    def index(request):
        return "api"

    @inner.get("/<int:n>/")
    def number(request, n):
        abort(410, "%d %s" % (n, request.url_args))

    @inner.get("/route")
    def names(request):
        return {
            "route": request.route is names,
            "subapp": request.subapp is inner,
            "prefix": request.url_prefix,
            "args": request.url_args,
        }

    @api.get("/p/<a>")
    async def params(request, a):
        return {
            "route": request.route is params,
            "subapp": request.subapp is api,
            "prefix": request.url_prefix,
            "args": request.url_args,
        }

    @app.get("/top")
    def top(request):
        return [request.route is top, request.subapp, request.url_prefix, request.url_args]

    @app.errorhandler(404)
    def missing(request):
        return [request.route, request.subapp, request.url_prefix, request.url_args], 404

    api.mount(inner, "/inner", local=hooked)
    app.mount(api, "/api", local=hooked)
    app.mount("/files", FOLDER)
    if hooked:
        app.before_request(lambda request: None)
    return app


REDIRECTS = (
    ("/slash", "/slash/"),
    ("/slash?a=1&b=%20", "/slash/?a=1&b=%20"),
    ("/user/a%20%C3%A4", "/user/a%20%C3%A4/"),
    ("/a/../user/x", "/user/x/"),
    ("/api", "/api/"),
    ("/api/inner/5", "/api/inner/5/"),
    ("/files", "/files/"),
    ("/files/sub?x", "/files/sub/?x"),
    # Never to another host.
    ("//evil.example/x", "/evil.example/x/"),
    ("/%5C/evil.example/x", "/%255C/evil.example/x/"),
    ("/./%2e%2e//evil.example/x", "/evil.example/x/"),
)


async def redirects(c):
    for path, location in REDIRECTS:
        r = await c.get(path)
        assert (r.status, r.headers.get("location")) == (308, location), (
            path,
            r.status,
            r.headers,
        )
    r = await c.request("POST", "/slash", "body")
    assert (r.status, r.headers["location"]) == (308, "/slash/")
    assert (await c.request("POST", "/slash/", "body")).text == "POST"
    assert (await c.request("HEAD", "/slash")).status == 308
    for path, text in (("/both", "without"), ("/both/", "with"), ("/posted/", "got")):
        assert (await c.get(path)).text == text
    assert (await c.get("/posted")).status == 405  # there is one of this name
    for path in ("/top/", "/nothing", "/user", "/user/", "/files/empty"):
        assert (await c.get(path)).status in (404, 308), path
    assert (await c.get("/top/")).status == 404
    assert (await c.request("OPTIONS", "/slash")).status == 404


TOP = b'[true, null, "", {}]'
NONE = b'[null, null, "", null]'
INNER = (b'"route": true', b'"subapp": true', b'"prefix": "/api/inner"', b'"args": {}')
API = (b'"route": true', b'"subapp": true', b'"prefix": "/api"', b'"args": {"a": "b"}')


async def names(c):
    assert bytes((await c.get("/top")).body) == TOP
    assert bytes((await c.get("/none")).body) == NONE
    for path, parts in (("/api/inner/route", INNER), ("/api/p/b", API)):
        body = bytes((await c.get(path)).body)
        for part in parts:
            assert part in body, (path, body)


# How often are the paths of all routes matched?
async def once(c):
    match, count = Route.match, [0]

    def counted(route, path):
        count[0] += 1
        return match(route, path)

    Route.match = counted
    for path, status in (("/api/inner/5/", 410), ("/api/p/b", 200), ("/user/x/", 200)):
        count[0] = 0
        assert (await c.get(path)).status == status
        patterns = [r for r in c.app.routes if not r.fixed]
        assert 0 < count[0] <= len(patterns), (path, count)
    Route.match = match


for hooked in (False, True):
    app = make(hooked)

    async def check(c, app=app):
        c.app = app
        await redirects(c)
        await names(c)
        await once(c)

    serve(app, check)
