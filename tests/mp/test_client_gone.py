# What a handler may still ask when its client has gone, whose descriptor another client has.
import asyncio

import _lws
from bare import UPGRADE, folder, get, listen

vhost = _lws.Vhost()
gone = asyncio.Event()
told = asyncio.Event()
seen = []


# The handlers outlive their client.
async def see(o):
    seen.append(o.client_addr)
    told.set()
    try:
        await gone.wait()
    except asyncio.CancelledError:  # a request's
        await gone.wait()
    seen.append(o.client_addr)
    seen.append([row[1] for row in vhost.connections()])
    told.set()


# A file that nobody would close.
async def on_file(request):
    await see(request)
    try:
        seen.append(request.serve_file())
    except OSError:
        seen.append("closed")


async def on_request(request):
    await see(request)
    return "nobody hears this"


async def on_websocket(request, ws):
    await see(ws)


vhost.route("/hello", "GET", lambda request: "hello")
vhost.route("/request", "GET", on_request)
vhost.route("/f/text", "GET", on_file)
FOLDER = folder("lws_client_gone")
with open(FOLDER + "/text", "w") as f:
    f.write("x" * 20000)
vhost.static("/f", FOLDER)
vhost.websocket("/ws", on_websocket)


async def until(condition):
    while not condition():
        await asyncio.sleep_ms(1)


async def told_all(n):
    await told.wait()
    told.clear()
    assert len(seen) == n, seen


# How the client goes: by a FIN that a WebSocket takes for the end, or by a reset, which is what a
# close with input unread makes.
async def goes(port, request, how):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    await told_all(1)
    assert seen[0][0] == "127.0.0.1", seen
    await reader.readline()
    while how == "fin" and await reader.readline() != b"\r\n":
        pass
    writer.s.close()
    if how == "close":
        vhost.close()
    await until(lambda: not vhost.conns)
    # Another client gets what is free.
    other, out = await asyncio.open_connection("127.0.0.1", port)
    await until(lambda: vhost.conns)
    gone.set()
    await told_all(4 if b"/f/" in request else 3)
    assert seen[1] is None, seen
    assert len(seen[2]) == 1 and seen[2][0][0] == "127.0.0.1", seen
    if len(seen) > 3:
        assert seen[3] == "closed", seen
    out.close()
    await out.wait_closed()
    await until(lambda: not vhost.conns)
    gone.clear()
    seen.clear()


async def main():
    vhost.close_ms = 100
    sock, port = listen(vhost)
    await goes(port, get("/hello") + get("/request"), "reset")
    await goes(port, get("/hello") + get("/f/text"), "reset")
    for how in ("fin", "reset", "close"):
        await goes(port, get("/ws", fields=UPGRADE), how)
    _lws.context().unlisten(sock)


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
