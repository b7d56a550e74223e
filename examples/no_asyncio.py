# The same server words without asyncio: the context's own loop runs plain functions only.
import os

import lws
from lws.http import Server

ctx = lws.Context()
app = Server()


@app.get("/")
def index(request):
    return "No asyncio here\n"


@app.websocket("/echo")
def echo(ws, message):
    ws.send(message)


app.listen(port=int(os.getenv("PORT", "8080")) if hasattr(os, "getenv") else 80)
ctx.run()
