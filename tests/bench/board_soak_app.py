# What the soak drives: a patient server on port 80, and one on port 81 that soon gives up peers
# who have vanished.
import asyncio
import gc
import json

import _counter

from lws.http import Server

BIG = bytes(9000)


def routes(app):
    @app.get("/")
    def hello(request):
        return "Hello, World!"

    @app.get("/big")
    def big(request):
        return BIG

    @app.get("/slow")
    async def slow(request):
        await asyncio.sleep_ms(20)
        return "Hello, World!"

    @app.post("/upload")
    async def upload(request):
        size = 0
        while True:
            piece = await request.stream.read(512)
            if not piece:
                return str(size)
            size += len(piece)

    @app.websocket("/echo")
    def echo(ws, message):
        ws.send(message)

    @app.websocket("/aecho")
    async def echo_coroutine(request, ws):
        async for message in ws:
            await ws.send(message)


patient = Server(max_conns=32)
hasty = Server(
    max_conns=32,
    header_ms=150,
    keep_alive_ms=150,
    body_ms=150,
    send_ms=150,
    close_ms=50,
    ping_ms=100,
    hangup_ms=150,
)
routes(patient)
routes(hasty)


# The request that asks is one of the connections.
@patient.get("/state")
def state(request):
    use = _counter.lwip_use()
    use["connections"] = patient.connections() + hasty.connections()
    gc.collect()
    use["gc"] = gc.mem_alloc()
    return json.dumps(use)


hasty.listen(81, net=False)
patient.run(port=80, net=False)
