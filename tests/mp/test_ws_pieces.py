# A message in pieces whose piece found no room: nothing of it was sent, and it can be tried again.
import asyncio

import _lws
from bare import UPGRADE, get, raises
from wire import Listener, Wire

vhost = _lws.Vhost()
vhost.max_tx = 2000
websockets = []


async def on_websocket(request, ws):
    websockets.append(ws)
    async for _ in ws:
        pass


def fill(ws, *final):
    while True:
        ws.send(b"x" * 500, *final)


async def main():
    listener = Listener()
    vhost.websocket("/", on_websocket)
    raises(OSError, _lws.context().listen, 5, vhost)
    raises(OSError, _lws.context().listen, object(), vhost)
    _lws.context().listen(listener, vhost)
    wire = Wire(get("/", fields=UPGRADE))
    listener.wires.append(wire)
    while not websockets:
        await asyncio.sleep_ms(1)
    ws = websockets.pop()
    raises(OSError, fill, ws)
    raises(OSError, ws.send, "a" * 500, False)
    wire.room = 1 << 20
    while not wire.sent.endswith(b"x" * 500):
        await asyncio.sleep_ms(1)
    await ws.send("begin", False)
    wire.room = 0
    raises(OSError, fill, ws, False)
    raises(OSError, ws.send, "b" * 500)
    wire.room = 1 << 20
    while not wire.sent.endswith(b"x" * 500):
        await asyncio.sleep_ms(1)
    await ws.send("end")
    assert b"\x01\x05begin\x00" in wire.sent and wire.sent.endswith(b"\x80\x03end"), wire.sent
    wire.ended = True
    while not wire.closed:
        await asyncio.sleep_ms(1)
    _lws.context().unlisten(listener)


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
