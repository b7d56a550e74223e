# The app whose figures are measured: one handler of each kind.
#
#   micropython firmware_app.py PORT FOLDER
import gc
import sys

from lws.http import Server

app = Server()


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


@app.get("/mem")
def mem(request):
    gc.collect()
    return str(gc.mem_alloc())


app.mount("/static", sys.argv[2])
app.run(host="127.0.0.1", port=int(sys.argv[1]))
