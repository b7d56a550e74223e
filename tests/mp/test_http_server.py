# A server's life: settings, shutdown from a handler, twice in a row, limits, debug lines.
import asyncio

from http_client import Client, pick_port, serve

from lws.http import Microdot, Request, Response, Server

assert Microdot is Server

Request.max_content_length = 1000
Request.max_body_length = 500
Response.default_content_type = "text/html"
app = Server(keep_alive_ms=3000, max_conns=5)


@app.get("/")
def index(request):
    return "<p>"


@app.get("/json")
def json(request):
    return {}


@app.post("/")
def post(request):
    return str(len(request.body))


@app.get("/shutdown")
def shutdown(request):
    request.app.shutdown()
    return "bye"


async def check(c):
    r = await c.get("/")
    assert r.headers["content-type"] == "text/html; charset=UTF-8", r.headers
    assert (await c.get("/json")).headers["content-type"] == "application/json"
    assert (await c.request("POST", "/", bytes(500))).text == "500"
    assert app.vhost.max_body == 500 and app.vhost.max_content_length == 1000
    assert app.vhost.keep_alive_ms == 3000
    assert (await c.request("POST", "/", bytes(1001))).status == 413


serve(app, check)
Request.max_content_length = Request.max_body_length = None
Response.default_content_type = "text/plain"


# From start_server to the end by a handler.
async def life():
    while True:
        port = pick_port()
        task = asyncio.create_task(app.start_server("127.0.0.1", port, debug=True))
        await asyncio.sleep_ms(10)
        if not task.done():
            break
    idle = Client(port)
    await idle.open()
    c = Client(port)
    assert (await c.get("/shutdown")).text == "bye"
    await asyncio.wait_for(task, 60)
    assert not app.connections()
    try:
        await Client(port).get("/")
        raise AssertionError
    except OSError:
        pass


asyncio.run(life())
serve(app, lambda c: c.get("/"))


# cancelled from outside
async def cancelled():
    task = asyncio.create_task(app.start_server("127.0.0.1", pick_port()))
    await asyncio.sleep_ms(10)
    task.cancel()
    await asyncio.sleep_ms(10)
    assert task.done()


asyncio.run(cancelled())
print("OK test_http_server.py")
