# The same little app on microdot: what firmware_app.py is compared with.
#
#   micropython microdot_app.py PORT FOLDER
import gc
import sys

from microdot import Microdot, send_file
from microdot.websocket import with_websocket

app = Microdot()
folder = sys.argv[2]


@app.get("/")
def hello(request):
    return "Hello, World!"


@app.get("/c")
async def hello_coroutine(request):
    return "Hello, World!"


@app.get("/static/<path:path>")
def static(request, path):
    return send_file(folder + "/" + path)


@app.get("/aecho")
@with_websocket
async def echo(request, ws):
    while True:
        await ws.send(await ws.receive())


@app.get("/mem")
def mem(request):
    gc.collect()
    return str(gc.mem_alloc())


app.run(host="127.0.0.1", port=int(sys.argv[1]))
