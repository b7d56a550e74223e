# How a WebSocket ended, as its handler learns it: the code from the wire, 1005 when the peer gave
# none, 1006 when there was no goodbye.
import asyncio
import errno

import _lws
from bare import UPGRADE, get
from wire import POLL, RD, Listener, Wire

import lws

ERR, HUP = 8, 16
listener = Listener()
vhost = _lws.Vhost()
vhost.close_ms = 200
_lws.context().closed_error = lws.ConnectionClosed
log = []


# Its connection breaks on request.
class Broken(Wire):
    reads = writes = True
    trouble = 0  # what poll says besides

    def ioctl(self, op, arg):
        got = super().ioctl(op, arg)
        return got | self.trouble | (0 if self.reads else RD) if op == POLL else got

    def readinto(self, buf):
        if not self.reads:
            raise OSError(errno.ECONNRESET)
        return super().readinto(buf)

    def write(self, buf):
        if not self.writes:
            raise OSError(errno.ECONNRESET)
        return super().write(buf)


def close_frame(payload=b""):
    return bytes([0x88, 0x80 | len(payload)]) + b"\0\0\0\0" + payload


def said(ws):
    return ws.closed, ws.close_code, ws.close_reason


async def receives(request, ws):
    log.append(ws)
    try:
        while True:
            await ws.receive()
    except lws.ConnectionClosed as e:
        log.append((e.code, e.reason))


async def loops(request, ws):
    log.append(ws)
    async for _ in ws:
        pass
    log.append(None)


async def sleeps(request, ws):
    log.append(ws)
    while not ws.closed:
        await asyncio.sleep_ms(1)
    log.append(None)


def plain(ws, message):
    log.append(ws)


async def until(condition):
    while not condition():
        await asyncio.sleep_ms(1)


async def opened(path):
    log.clear()
    wire = Broken(get(path, fields=UPGRADE))
    wire.room = 1 << 16
    listener.wires.append(wire)
    await until(lambda: b"101" in wire.sent)
    if path == "/plain":
        wire.received += b"\x81\x80\0\0\0\0"
    await until(lambda: log)
    return wire, log.pop()


def resets(wire):
    wire.reads = False


def ends(wire):
    wire.ended = True


def hangs_up(wire):
    wire.trouble = HUP | ERR
    wire.ended = True


def fails_to_write(wire):
    wire.writes = False
    wire.received += b"\x89\x80\0\0\0\0"  # a PING wants a PONG


def closes(payload):
    def close(wire):
        wire.received += close_frame(payload)

    return close


WAYS = (
    (resets, 1006, ""),
    (ends, 1006, ""),
    (hangs_up, 1006, ""),
    (fails_to_write, 1006, ""),
    (closes(b""), 1005, ""),
    (closes(b"\x03\xe8"), 1000, ""),
    (closes(b"\x03\xe9bye"), 1001, "bye"),
)


async def check_ways():
    for path in ("/receives", "/loops", "/sleeps", "/plain"):
        for way, code, reason in WAYS:
            wire, ws = await opened(path)
            assert said(ws) == (False, None, None)
            way(wire)
            await until(lambda: ws.closed if path == "/plain" else log)
            assert said(ws) == (True, code, reason), (path, code, said(ws))
            assert path != "/receives" or log.pop() == (code, reason)
            wire.ended = True
            await until(lambda: wire.closed)
            assert said(ws) == (True, code, reason)


# What we said stays, when the peer does not answer it.
async def check_ours():
    wire, ws = await opened("/sleeps")
    ws.close(4001, "enough")
    wire.reads = False
    await until(lambda: wire.closed)
    assert said(ws)[:2] == (True, 4001)


# Nothing is heard any more.
async def check_silence():
    vhost.ping_ms, vhost.hangup_ms = 20, 60
    _, ws = await opened("/receives")
    await until(lambda: log)
    assert log == [(1006, "")] and said(ws) == (True, 1006, "")


async def main():
    for handler in (receives, loops, sleeps):
        vhost.websocket("/" + handler.__name__, handler)
    vhost.websocket("/plain", plain, True)
    _lws.context().listen(listener, vhost)
    await check_ways()
    await check_ours()
    await check_silence()
    _lws.context().unlisten(listener)


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
