# A str that leaves as text is UTF-8, or is refused where it is sent: nothing of it goes out, and
# the connection lives on.
import asyncio

import _lws
from bare import UPGRADE, get, raises
from wire import Listener, Wire

# MicroPython lets surrogates into a str, and bytes.decode() as well.
BAD = ("\ud83d", "a\ud83d\ude00z", b"\xed\xa0\x80".decode(), "x" * 40 + "\udfff")
GOOD = ("", "text", "\xe4\u20ac\U0001f600", "x" * 40)

vhost = _lws.Vhost()
seen = []


async def on_websocket(request, ws):
    seen.append(ws)
    async for _ in ws:
        pass


async def on_request(request):
    request.start()
    for bad in BAD:
        raises(UnicodeError, request.write, bad)
    for good in GOOD:
        await request.write(good)
    await request.write(b"\xff")
    request.end()


async def open_wire(listener, request):
    wire = Wire(request)
    wire.room = 1 << 20
    listener.wires.append(wire)
    return wire


async def until(condition):
    while not condition():
        await asyncio.sleep_ms(1)


async def check_websocket(listener):
    wire = await open_wire(listener, get("/ws", fields=UPGRADE))
    await until(lambda: seen)
    ws = seen.pop()
    await ws.send("first")
    for bad in BAD:
        for final in (True, False):
            assert "byte" in raises(UnicodeError, ws.send, bad, final)
        raises(ValueError, ws.close, 1000, bad)
    for good in GOOD:
        await ws.send(good)
    await ws.send(b"\xff\xed\xa0\x80")
    await ws.send("begin", False)
    raises(UnicodeError, ws.send, BAD[0])
    await ws.send("end")
    await ws.close(1000, "\xe4")
    wanted = b"\x81\x05first" + b"".join(
        b"\x81" + bytes([len(good.encode())]) + good.encode() for good in GOOD
    )
    wanted += b"\x82\x04\xff\xed\xa0\x80\x01\x05begin\x80\x03end\x88\x04\x03\xe8\xc3\xa4"
    await until(lambda: wire.sent.endswith(b"\xc3\xa4"))
    assert wire.sent.endswith(b"\r\n\r\n" + wanted), wire.sent
    wire.ended = True
    await until(lambda: wire.closed)


async def check_pieces(listener):
    wire = await open_wire(listener, get("/pieces"))
    await until(lambda: wire.sent.endswith(b"\r\n0\r\n\r\n"))
    for good in GOOD:
        assert good.encode() in wire.sent
    assert b"\xed\xa0" not in wire.sent and b"1\r\n\xff\r\n" in wire.sent, wire.sent
    wire.ended = True
    await until(lambda: wire.closed)


async def main():
    listener = Listener()
    vhost.websocket("/ws", on_websocket)
    vhost.fallback = on_request
    _lws.context().listen(listener, vhost)
    await check_websocket(listener)
    await check_pieces(listener)
    _lws.context().unlisten(listener)


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
