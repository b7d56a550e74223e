# A preflight request brings no credentials: CORS answers it before the hooks that ask for them.
from http_client import serve

from lws.http import CORS, Server

ORIGIN = "https://a.example"


def make(local):
    app, api = Server(), Server()
    asked = []
    where = api if local else app

    @where.before_request
    def check(request):
        asked.append(request.method)
        if request.headers.get("Authorization") != "Bearer abc":
            return "who are you", 401

    @api.put("/thing/<int:n>")
    def thing(request, n):
        return str(n)

    @api.options("/own")
    def own(request):
        return "own"

    CORS(where, allowed_origins=[ORIGIN], allow_credentials=True, max_age=600)
    app.mount(api, "/api", local=local)
    app.asked = asked
    return app


def fields(**more):
    return dict(Origin=ORIGIN, Access_Control_Request_Method="PUT", **more)


async def preflight(c, app):
    r = await c.request("OPTIONS", "/api/thing/5", **fields(Access_Control_Request_Headers="a, b"))
    assert (r.status, r.body) == (204, b""), (r.status, r.body)
    assert r.headers["access-control-allow-origin"] == ORIGIN
    assert r.headers["access-control-allow-credentials"] == "true"
    assert r.headers["access-control-allow-methods"] == "PUT"
    assert r.headers["access-control-allow-headers"] == "a, b"
    assert r.headers["access-control-max-age"] == "600" and r.headers["vary"] == "Origin"
    # Whether there is a path it does not say.
    assert "allow" not in r.headers
    r = await c.request("OPTIONS", "/api/none", **fields())
    assert r.status == 204 and "allow" not in r.headers
    r = await c.request("OPTIONS", "/api/thing/5", **dict(fields(), Origin="https://b.example"))
    assert r.status == 204 and "access-control-allow-origin" not in r.headers, r.headers
    assert not app.asked


async def others(c, app):
    # What is no preflight comes to the hooks, and a handler of the app's own.
    assert (await c.request("OPTIONS", "/api/thing/5", Origin=ORIGIN)).status == 401
    r = await c.request("OPTIONS", "/api/thing/5", Access_Control_Request_Method="PUT")
    assert r.status == 401
    assert (await c.request("OPTIONS", "/api/own", **fields())).status == 401
    r = await c.request("PUT", "/api/thing/5", **fields())
    assert (r.status, r.headers["access-control-allow-origin"]) == (401, ORIGIN), r.headers
    r = await c.request("PUT", "/api/thing/5", **fields(Authorization="Bearer abc"))
    assert (r.status, r.text) == (200, "5")
    assert app.asked == ["OPTIONS", "OPTIONS", "OPTIONS", "PUT", "PUT"], app.asked


for local in (False, True):
    app = make(local)

    async def check(c, app=app):
        await preflight(c, app)
        await others(c, app)

    serve(app, check)

# A path that is no sub-application's own is none of its CORS's affair.
app = make(True)
app.before_request(lambda request: ("no", 403))


async def elsewhere(c):
    assert (await c.request("OPTIONS", "/x", **fields())).status == 403
    assert (await c.request("OPTIONS", "/api/x", **fields())).status == 204


serve(app, elsewhere)
