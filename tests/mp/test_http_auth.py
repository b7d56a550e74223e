# CORS, basic and token authentication.
import asyncio
import binascii
import os

from http_client import serve, tmp_folder

from lws.http import CORS, BasicAuth, Server, TokenAuth

app = Server()
basic = BasicAuth(realm="House")
token = TokenAuth()
other = TokenAuth(header="X-Key")


@basic.authenticate
async def check_password(request, user, password):
    await asyncio.sleep_ms(1)
    return user if password == "secret" else None


@token.authenticate
def check_token(request, given):
    return "robot" if given == "t0k" else None


@other.authenticate
async def check_key(request, given):
    return given


@other.errorhandler
async def on_error(request):
    return "no key", 403


@app.get("/basic/<x>")
@basic
def basic_route(request, x):
    return [x, request.g.current_user]


@app.get("/token")
@token
def token_route(request):
    return request.g.current_user


@app.get("/optional")
@token.optional
async def optional(request):
    return str(request.g.current_user)


@app.get("/key")
@other
async def key(request):
    await asyncio.sleep_ms(1)
    return request.g.current_user


@app.get("/nobody")
@basic.optional
def nobody(request):
    return str(request.g.current_user)


@app.websocket("/ws")
@token
async def ws(request, ws):
    await ws.send("hello " + request.g.current_user)


@app.websocket("/ws-basic/<x>")
@basic
async def ws_basic(request, ws, x):
    await ws.send("hello " + request.g.current_user + x)


@app.websocket("/ws-plain", protocols=("chat",))
@token
@other
def ws_plain(ws, message):
    ws.send(ws.protocol + " " + message)


@app.websocket("/ws-optional")
@token.optional
async def ws_optional(request, ws):
    await ws.send("hello " + str(request.g.current_user))


def credentials(text):
    return "Basic " + binascii.b2a_base64(text.encode()).decode().strip()


async def auth(c):
    r = await c.get("/basic/1")
    assert (r.status, r.headers["www-authenticate"][:20]) == (401, 'Basic realm="House",')
    r = await c.get("/basic/1", Authorization=credentials("ada:secret"))
    assert r.text == '["1", "ada"]', r.text
    for bad in (credentials("ada:wrong"), "Basic ???", "Basic", "Bearer t0k", credentials("ada")):
        assert (await c.get("/basic/1", Authorization=bad)).status == 401, bad
    assert (await c.get("/token", Authorization="bearer  t0k")).text == "robot"
    for bad in ("Bearer", "Bearer x", "t0k", "Basic t0k"):
        assert (await c.get("/token", Authorization=bad)).status == 401, bad
    assert (await c.get("/optional")).text == "None"
    assert (await c.get("/optional", Authorization="Bearer t0k")).text == "robot"
    assert (await c.get("/key", X_Key="k")).text == "k"
    r = await c.get("/key")
    assert (r.status, r.text) == (403, "no key")
    assert (await c.get("/nobody")).text == "None"


# Who is not known gets no 101.
async def websockets(c):
    known = {"Authorization": "Bearer t0k"}
    ada = {"Authorization": credentials("ada:secret")}
    both = dict(known)
    both["X_Key"] = "k"
    for path, headers, want in (
        ("/ws", known, "hello robot"),
        ("/ws-basic/1", ada, "hello ada1"),
        ("/ws-optional", known, "hello robot"),
        ("/ws-optional", {}, "hello None"),
        ("/ws-plain", both, "chat hi"),
    ):
        r = await c.upgrade(path, Sec_WebSocket_Protocol="soup, chat", **headers)
        assert r.status == 101, (path, r.status)
        await c.send_frame(1, "hi")
        assert (await c.frame())[1] == want.encode()
        await c.close()
    for path, headers, status in (
        ("/ws", {}, 401),
        ("/ws", ada, 401),
        ("/ws-basic/1", {}, 401),
        ("/ws-basic/1", known, 401),
        ("/ws-plain", {}, 401),
        ("/ws-plain", known, 403),
    ):
        r = await c.upgrade(path, **headers)
        assert r.status == status, (path, r.status)
        r = await c.get(path, **headers)
        assert r.status == status, (path, r.status)
    assert (await c.get("/ws", **known)).status == 426


async def challenges(c):
    for path, want in (("/token", "Bearer"), ("/ws", "Bearer"), ("/basic/1", "Basic")):
        r = await c.get(path)
        assert r.headers["www-authenticate"].startswith(want), path


async def all_auth(c):
    await auth(c)
    await challenges(c)
    await websockets(c)


shared = Server()
CORS(
    shared,
    allowed_origins=["https://a.example"],
    allow_credentials=True,
    allowed_methods=["GET"],
    allowed_headers=["X-One"],
    expose_headers=["X-Out"],
    max_age=60,
)


@shared.get("/")
def index(request):
    return "x", 200, {"Vary": "Accept"}


VARY = ("Accept-Encoding, accept", ["A", "B"], "origin", "*", ("X-Origin",))


@shared.get("/vary/<int:n>")
def vary(request, n):
    return "x", 200, {"Vary": VARY[n]}


FOLDER = tmp_folder() + "/lws_cors"
try:
    os.mkdir(FOLDER)
except OSError:
    pass
with open(FOLDER + "/f.txt", "w") as f:
    f.write("file")
shared.mount("/files", FOLDER, gzip=True)
inner = Server()
inner.mount("/files", FOLDER)
CORS(inner, allowed_origins=["https://c.example"])


async def cors(c):
    r = await c.get("/", Origin="https://a.example")
    h = r.headers
    assert h["access-control-allow-origin"] == "https://a.example"
    assert h["access-control-allow-credentials"] == "true"
    assert (h["access-control-expose-headers"], h["vary"]) == ("X-Out", "Accept, Origin")
    r = await c.get("/", Origin="https://b.example")
    assert "access-control-allow-origin" not in r.headers and "Origin" in r.headers["vary"]
    r = await c.get("/nothing", Origin="https://a.example")
    assert r.status == 404 and "access-control-allow-origin" in r.headers
    r = await c.request(
        "OPTIONS",
        "/",
        Origin="https://a.example",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="x-one, x-two",
    )
    h = r.headers
    assert (r.status, h["access-control-allow-methods"]) == (204, "GET")
    assert (h["access-control-allow-headers"], h["access-control-max-age"]) == ("x-one", "60")
    assert (h["allow"], h["vary"]) == ("GET, HEAD, OPTIONS", "Origin")
    a, b = "https://a.example", "https://b.example"
    for origin in (a, b, None):
        headers = {"Origin": origin} if origin else {}
        for n, want in enumerate(
            ("Accept-Encoding, accept, Origin", "A, B, Origin", "origin", "*", "X-Origin, Origin")
        ):
            r = await c.get("/vary/%d" % n, **headers)
            assert r.headers["vary"] == want, (n, r.headers)
        for method, path, status in (
            ("GET", "/files/f.txt", 200),
            ("HEAD", "/files/f.txt", 200),
            ("GET", "/files", 404),
            ("GET", "/files/none", 404),
            ("POST", "/files/f.txt", 405),
        ):
            r = await c.request(method, path, **headers)
            assert r.status == status, (path, r.status)
            allowed = r.headers.get("access-control-allow-origin")
            assert allowed == (a if origin == a else None), (path, r.headers)
            assert "Origin" in r.headers["vary"], (path, r.headers)
    r = await c.get("/files/f.txt", Origin=a)
    tag = r.headers["etag"]
    assert r.text == "file" and "Accept-Encoding" in r.headers["vary"]
    r = await c.get("/files/f.txt", Origin=a, If_None_Match=tag)
    assert (r.status, r.headers["access-control-allow-origin"]) == (304, a)


open_app = Server()
CORS(open_app, allowed_origins="*", allow_credentials=True)
open_app.mount(inner, "/inner", local=True)
open_app.get("/")(lambda request: "x")


async def open_check(c):
    assert (await c.get("/")).headers["access-control-allow-origin"] == "*"
    r = await c.get("/", Origin="https://a.example")
    assert r.headers["access-control-allow-origin"] == "https://a.example"
    # every site may ask, but for nobody's own things
    assert "access-control-allow-credentials" not in r.headers
    r = await c.get("/inner/files/f.txt", Origin="https://c.example")
    assert (r.text, r.headers["access-control-allow-origin"]) == ("file", "https://c.example")


serve(app, all_auth)
serve(shared, cors)
serve(open_app, open_check)
