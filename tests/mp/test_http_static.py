# Folders: beside routes, below hooks, from sub-applications.
import os

from http_client import LONG, serve, tmp_folder

from lws.http import Server

FOLDER = tmp_folder() + "/lws_static"
for name in (FOLDER, FOLDER + "/sub"):
    try:
        os.mkdir(name)
    except OSError:
        pass


def write(name, data):
    with open(FOLDER + "/" + name, "wb") as f:
        f.write(data)


write("index.html", b"<h1>index</h1>")
write("a b.txt", b"0123456789")
write("big.bin", bytes(LONG))
write("page.js", b"plain")
write("page.js.gz", b"zipped")
write("sub/index.html", b"sub")

app = Server()
app.mount("/", FOLDER)
app.mount("/cached", FOLDER, max_age=60, gzip=True, index="page.js")


@app.get("/api")
def api(request):
    return "api"


@app.get("/api/<name>")
def named(request, name):
    return name


sub = Server()
sub.mount("/files", FOLDER)
app.mount(sub, "/v1")


async def check(c):
    await plain(c)
    # a hook sees the request for a file first, and may refuse it
    calls = []

    @app.before_request
    async def hook(request):
        calls.append(request.path)
        return None if request.args.get("pass") else ("no", 401)

    assert (await c.get("/page.js")).status == 401
    r = await c.get("/page.js?pass=1")
    assert (r.status, r.text) == (200, "plain"), r.text
    assert len((await c.get("/big.bin?pass=1")).body) == LONG
    assert (await c.get("/nothing?pass=1")).status == 404
    assert (await c.get("/api?pass=1")).text == "api"
    r = await c.request("HEAD", "/page.js?pass=1")
    assert (r.status, r.headers["content-length"]) == (200, "5")
    assert len(calls) == 6, calls


async def plain(c):
    r = await c.get("/")
    assert (r.text, r.headers["content-type"][:9]) == ("<h1>index</h1>", "text/html")
    assert (await c.get("/a%20b.txt", Range="bytes=2-4")).text == "234"
    r = await c.get("/big.bin")
    assert len(r.body) == LONG and "etag" in r.headers
    assert (await c.get("/big.bin", If_None_Match=r.headers["etag"])).status == 304
    r = await c.request("HEAD", "/big.bin")
    assert (r.status, r.headers["content-length"]) == (200, str(LONG))
    assert (await c.get("/api")).text == "api"
    assert (await c.get("/api/x")).text == "x"
    assert (await c.get("/nothing")).status == 404
    assert (await c.get("/../lws_static/page.js")).status in (400, 404)
    assert (await c.get("/%2e%2e/etc/passwd")).status in (400, 404)
    r = await c.get("/sub")
    assert (r.status, r.headers["location"]) == (308, "/sub/")
    assert (await c.get("/sub/")).text == "sub"
    r = await c.get("/cached/", Accept_Encoding="gzip")
    assert r.text == "zipped" and "max-age=60" in r.headers["cache-control"]
    assert (await c.get("/cached/page.js")).text == "plain"
    assert (await c.get("/v1/files/page.js")).text == "plain"
    r = await c.request("POST", "/page.js")
    assert (r.status, r.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    r = await c.request("OPTIONS", "/page.js")
    assert (r.status, r.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


serve(app, check)
