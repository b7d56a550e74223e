# Hooks, error handlers, sub-applications, in plain and in coroutine form.
import asyncio

from http_client import serve

from lws.http import HTTPException, Response, Server, abort

app = Server()
seen = []


@app.get("/plain")
def plain(request):
    return "plain " + request.g.user


@app.get("/task")
async def task(request):
    await asyncio.sleep_ms(1)
    return {"user": request.g.user}


@app.get("/own/<x>")
async def own(request, x):
    @request.after_request
    def last(request, response):
        response.headers["X-Own"] = x
        return response

    return "own"


@app.before_request
def first(request):
    seen.append("first")
    request.g.user = request.args.get("user", "nobody")
    if request.path == "/plain" and "stop" in request.args:
        return "stopped", 403


@app.after_request
def after(request, response):
    response.headers["X-After"] = str(response.status_code)


@app.after_error_request
async def after_error(request, response):
    response.headers["X-Error"] = str(response.status_code)
    return response


@app.get("/key")
def key(request):
    return {}["x"]


@app.get("/value")
async def value(request):
    await asyncio.sleep_ms(1)
    raise ValueError("no")


@app.get("/five")
def five(request):
    raise RuntimeError("five")


@app.get("/abort")
def abort_route(request):
    abort(410, "gone away")


@app.errorhandler(LookupError)
def on_lookup(request, exc):
    return "lookup " + type(exc).__name__, 404


@app.errorhandler(ValueError)
async def on_value(request, exc):
    await asyncio.sleep_ms(1)
    return {"error": exc.args[0]}, 422


@app.errorhandler(404)
def not_found(request):
    return "nothing at " + request.path, 404


sub = Server()


@sub.get("/")
def sub_index(request):
    return "sub " + request.g.sub


@sub.before_request
async def sub_before(request):
    await asyncio.sleep_ms(1)
    request.g.sub = "hook"


@sub.after_request
async def sub_after(request, response):
    await asyncio.sleep_ms(1)
    response.headers["X-Sub"] = "1"
    return response


@sub.get("/teapot/<int:n>")
def teapot(request, n):
    raise HTTPException(418)


@sub.errorhandler(418)
def on_teapot(request):
    return "short and stout", 418


app.mount(sub, url_prefix="/sub", local=True)

shared = Server()


@shared.get("/x")
def shared_x(request):
    return "x"


@shared.errorhandler(409)
def conflict(request):
    return "conflict", 409


app.mount(shared, "/shared")


@app.get("/conflict")
def do_conflict(request):
    abort(409)


async def hooks(c):
    r = await c.get("/plain?user=ada")
    assert (r.text, r.headers["x-after"]) == ("plain ada", "200")
    assert "x-sub" not in r.headers
    r = await c.get("/plain?stop")
    assert (r.status, r.text, r.headers["x-after"]) == (403, "stopped", "403")
    r = await c.get("/task?user=bob")
    assert (r.text, r.headers["x-after"]) == ('{"user": "bob"}', "200")
    r = await c.get("/own/42")
    assert (r.text, r.headers["x-own"], r.headers["x-after"]) == ("own", "42", "200")
    assert len(seen) == 4
    r = await c.get("/sub/")
    assert (r.text, r.headers["x-sub"], r.headers["x-after"]) == ("sub hook", "1", "200"), r.text
    assert (await c.get("/shared/x")).text == "x"


async def errors(c):
    r = await c.get("/key")
    assert (r.status, r.text, r.headers["x-error"]) == (404, "lookup KeyError", "404")
    r = await c.get("/value")
    assert (r.status, r.text, r.headers["x-error"]) == (422, '{"error": "no"}', "422")
    r = await c.get("/five")
    assert (r.status, r.headers["x-error"]) == (500, "500")
    r = await c.get("/abort")
    assert (r.status, r.text) == (410, "gone away")
    r = await c.get("/nowhere")
    assert (r.status, r.text, r.headers["x-error"]) == (404, "nothing at /nowhere", "404")
    r = await c.get("/sub/teapot/1")
    assert (r.status, r.text) == (418, "short and stout")
    assert (await c.get("/conflict")).text == "conflict"


# Without hooks of the application: the request's own still run.
bare = Server()


@bare.get("/")
def bare_index(request):
    @request.after_request
    def last(request, response):
        return Response("changed " + response.body, 201)

    return "body"


@bare.get("/500")
def bare_500(request):
    raise RuntimeError("this goes to the console")


@bare.errorhandler(500)
def on_500(request):
    return "sorry", 500


async def bare_check(c):
    r = await c.get("/")
    assert (r.status, r.text) == (201, "changed body")
    r = await c.get("/500")
    assert (r.status, r.text) == (500, "sorry")
    # a hook that comes while the server runs
    bare.after_request(lambda request, response: Response("hooked"))
    assert (await c.get("/")).text == "changed hooked"


async def check(c):
    await hooks(c)
    await errors(c)


serve(app, check)
serve(bare, bare_check)
