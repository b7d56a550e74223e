# Whoever guards a prefix guards all below it: routes, files, WebSockets, 404, 405, OPTIONS.
import os

from http_client import serve, tmp_folder

from lws.http import Server

FOLDER = tmp_folder() + "/lws_guards"
for path in (FOLDER, FOLDER + "/admin"):
    try:
        os.mkdir(path)
    except OSError:
        pass
for name in ("open.txt", "secret.txt", "admin/secret.txt"):
    with open(FOLDER + "/" + name, "w") as f:
        f.write("file " + name)


def routes(app):
    @app.get("/route")
    def route(request):
        return "route"

    @app.get("/p/<name>")
    def param(request, name):
        return name

    @app.websocket("/ws")
    async def ws(request, ws):
        pass

    @app.websocket("/call")
    def call(ws, message):
        pass

    app.mount("/files", FOLDER)
    return app


def guard(app):
    @app.before_request
    def check(request):
        if "key" not in request.args:
            return "guarded", 401

    @app.errorhandler(404)
    def missing(request):
        return "nothing here", 404


def make(late, nested, local):
    app = Server()
    admin = routes(Server())
    if not late:
        guard(admin)
    if nested:
        inner = routes(Server())
        admin.mount(inner, "/inner", local=nested == "local")
    app.mount("/", FOLDER)
    app.mount(admin, "/admin", local=local)
    if late:
        guard(admin)  # after it was mounted

    @app.get("/open")
    def opened(request):
        return "open"

    @app.get("/admin/of-the-app")
    def of_the_app(request):
        return "of the app"

    @app.get("/<path:rest>")
    def everything(request, rest):
        return "any " + rest

    return app


REQUESTS = (
    ("GET", "/route", 200),
    ("HEAD", "/route", 200),
    ("GET", "/p/x", 200),
    ("GET", "/files/secret.txt", 200),
    ("GET", "/files/%73ecret.txt", 200),
    ("GET", "/x/../files/secret.txt", 200),
    ("HEAD", "/files/secret.txt", 200),
    ("POST", "/files/secret.txt", 405),
    ("POST", "/route", 405),
    ("OPTIONS", "/route", 204),
    ("OPTIONS", "/files/secret.txt", 204),
    ("GET", "/ws", 426),
    ("GET", "/call", 426),
    ("DELETE", "/nothing", 405),
)


async def closed(c, prefix):
    for method, path, status in REQUESTS:
        path = prefix + path
        r = await c.request(method, path)
        assert r.status == 401, (method, path, r.status)
        r = await c.request(method, path + "?key")
        assert r.status == status, (method, path, r.status)
    for path in ("/ws", "/call"):
        assert (await c.upgrade(prefix + path)).status == 401, path
        assert (await c.upgrade(prefix + path + "?key")).status == 101, path
        await c.close()


async def check(c):
    await closed(c, "/admin")
    if nested:
        await closed(c, "/admin/inner")
    for path in ("/admin/secret.txt", "/admin/of-the-app", "/admin/other", "/admin", "/admin/"):
        assert (await c.get(path)).status == 401, path
        assert (await c.get(path + "?key")).status in (200, 308), path
    for path in ("/open", "/open.txt", "/administrator", "/x"):
        want = 200 if local else 401
        assert (await c.get(path)).status == want, path
        assert (await c.get(path + "?key")).status == 200, path


for late in (False, True):
    for nested in (None, "shared", "local"):
        local = True
        serve(make(late, nested, local), check)
    local = False
    serve(make(late, nested, local), check)

# Without a prefix: what it has itself. A prefix may have parameters. The hooks of the app itself
# see what nobody answers, too.
app = Server()
bare = routes(Server())
guard(bare)
app.mount(bare, local=True)
user = Server()
guard(user)
app.mount(user, "/u/<name>", local=True)


@app.get("/mine")
def mine(request):
    return "mine"


@app.get("/u/<name>/page")
def page(request, name):
    return name


async def bare_check(c):
    for path in ("/route", "/p/x", "/files/secret.txt", "/u/ada/page", "/u/ada", "/u/ada/x"):
        assert (await c.get(path)).status == 401, path
    assert (await c.get("/u/ada/page?key")).text == "ada"
    r = await c.get("/u/ada/x?key")
    assert (r.status, r.text) == (404, "nothing here")
    for path, status in (("/mine", 200), ("/none", 404), ("/u", 404)):
        r = await c.get(path)
        assert r.status == status and r.text != "nothing here", (path, r.status, r.text)


serve(app, bare_check)

app = Server()
app.before_request(lambda request: ("stop", 403))


async def all_check(c):
    for method in ("GET", "POST", "OPTIONS"):
        assert (await c.request(method, "/")).status == 403


serve(app, all_check)
