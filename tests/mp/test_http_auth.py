# CORS, basic and token authentication.
import asyncio
import binascii

from http_client import serve

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


async def cors(c):
    r = await c.get("/", Origin="https://a.example")
    h = r.headers
    assert h["access-control-allow-origin"] == "https://a.example"
    assert h["access-control-allow-credentials"] == "true"
    assert (h["access-control-expose-headers"], h["vary"]) == ("X-Out", "Accept, Origin")
    r = await c.get("/", Origin="https://b.example")
    assert "access-control-allow-origin" not in r.headers
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
    assert h["allow"] == "GET, HEAD, OPTIONS"


open_app = Server()
CORS(open_app, allowed_origins="*")
open_app.get("/")(lambda request: "x")


async def open_check(c):
    assert (await c.get("/")).headers["access-control-allow-origin"] == "*"
    r = await c.get("/", Origin="https://a.example")
    assert r.headers["access-control-allow-origin"] == "https://a.example"


serve(app, auth)
serve(shared, cors)
serve(open_app, open_check)
