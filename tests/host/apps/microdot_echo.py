# WebSocket echo, and a greeting that ends the conversation.
import os

if os.getenv("FRAMEWORK") == "microdot":
    from microdot import Microdot
    from microdot.websocket import with_websocket
else:
    from lws.http import Microdot, with_websocket

app = Microdot()


@app.get("/")
def index(request):
    return "<!doctype html><script>new WebSocket('/echo')</script>", {"Content-Type": "text/html"}


@app.route("/echo")
@with_websocket
async def echo(request, ws):
    while True:
        data = await ws.receive()
        await ws.send(data)


@app.get("/greet/<name>")
@with_websocket
async def greet(request, ws, name):
    await ws.send("hello " + name)
    await ws.close()


app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
