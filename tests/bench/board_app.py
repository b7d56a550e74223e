# The app whose instructions are counted on an emulated board: one handler of each kind.
import gc

import _counter

from lws.http import Server

app = Server(max_conns=32)


@app.get("/")
def hello(request):
    return "Hello, World!"


@app.get("/c")
async def hello_coroutine(request):
    return "Hello, World!"


@app.websocket("/echo")
def echo(ws, message):
    ws.send(message)


@app.websocket("/aecho")
async def echo_coroutine(request, ws):
    async for message in ws:
        await ws.send(message)


# Twice, and a garbage collection in between: each interval starts with a clean heap.
@app.get("/count")
def count(request):
    end = _counter.instructions(), _counter.lwip()
    gc.collect()
    return " ".join(map(str, end + (_counter.instructions(), _counter.lwip())))


app.run(port=80)
