"""What belongs to the loop is refused in another thread, by a sentence and not by a crash."""

import json
import urllib.request

FIRMWARES = ["unix", "unix-select"]

APP = """
import _thread
import asyncio
import os
import _lws
from lws.http import Server

app = Server()

def calls_of(request):
    context = _lws.context()
    return [
        lambda: request.path, lambda: request.body, lambda: request.headers,
        lambda: request.start(200), lambda: request.send("x"), lambda: request.write("x"),
        lambda: request.end(), lambda: request.abort(), lambda: request.recv(),
        lambda: request.serve_file(), lambda: request.upgrade(),
        lambda: context.unlisten(None), lambda: context.queue_read(None),
        lambda: context.service(0), lambda: app._vhost.close(),
    ]

def calls_of_websocket(ws):
    return [lambda: ws.send("x"), lambda: ws.ping(), lambda: ws.close(), lambda: ws.receive()]

sockets = []

@app.websocket("/ws")
async def hold(request, ws):
    sockets.append(ws)
    await ws.receive()

async def errors_in_a_thread(calls):
    errors = []
    def run():
        for call in calls:
            try:
                call()
                errors.append("nothing")
            except Exception as e:
                errors.append(repr(e))
    _thread.start_new_thread(run, ())
    while len(errors) < len(calls):
        await asyncio.sleep_ms(1)
    return errors

@app.get("/request")
async def of_request(request):
    return await errors_in_a_thread(calls_of(request))

@app.get("/websocket")
async def of_websocket(request):
    client, out = await asyncio.open_connection("127.0.0.1", int(os.getenv("PORT")))
    out.write("GET /ws HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\n"
        "Upgrade: websocket\\r\\n"
        "Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n")
    await out.drain()
    while not sockets:
        await asyncio.sleep_ms(1)
    return await errors_in_a_thread(calls_of_websocket(sockets[0]))

app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
"""


def test_another_thread_is_refused(serve):
    server = serve(APP)
    for path in ("/request", "/websocket"):
        with urllib.request.urlopen(server.url + path, timeout=60) as answer:
            errors = json.loads(answer.read())
        for i, error in enumerate(errors):
            assert "thread" in error and error.startswith("RuntimeError"), (path, i, error)
