# The server that strangers' clients and load generators talk to.
#
#   PORT       where it listens on 127.0.0.1
#   FILES      folder behind /files
#   SETTINGS   JSON, keyword arguments of Server
#   GC_STRESS  1: a collection at nearly every allocation
import gc
import json
import os

from lws.http import Server, with_sse

app = Server(**json.loads(os.getenv("SETTINGS") or "{}"))


@app.get("/")
def hello(request):
    return "Hello, World!"


@app.get("/c")
async def hello_coroutine(request):
    return "Hello, World!"


@app.route("/echo", methods=["POST", "PUT"])
def echo(request):
    return request.body, 200, {"Content-Type": "application/octet-stream"}


def number(request, name, default):
    text = request.args.get(name, "")
    return int(text) if text.isdigit() else default


# ?n= pieces of ?size= bytes, without a Content-Length.
@app.get("/stream")
def stream(request):
    n = number(request, "n", 3)
    piece = b"x" * (number(request, "size", 10) - 1) + b"\n"
    return (piece for _ in range(n))


@app.route("/upload", methods=["POST", "PUT"])
async def upload(request):
    size = 0
    while True:
        piece = await request.stream.read(2048)
        if not piece:
            return {"size": size}
        size += len(piece)


@app.websocket("/ws", protocols=("chat", "echo"))
async def ws_coroutine(request, ws):
    async for message in ws:
        await ws.send(message)


@app.websocket("/wscb", protocols=("chat", "echo"))
def ws_callable(ws, message):
    ws.send(message)


@app.get("/events")
@with_sse
async def events(request, sse):
    for n in range(number(request, "n", 3)):
        await sse.send({"n": n}, event_id=str(n))


@app.get("/mem")
def mem(request):
    gc.collect()
    return str(gc.mem_alloc())


# How many others are connected.
@app.get("/others")
def others(request):
    return str(len(app.connections()) - 1)


if os.getenv("GC_STRESS"):
    gc.threshold(128)
if os.getenv("FILES"):
    app.mount("/files", os.getenv("FILES"))
app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
