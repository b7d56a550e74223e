# A full server: who has nothing to say goes for a newcomer, nobody else does.
import asyncio

from http_client import Client, serve

from lws.http import Server

app = Server(max_conns=3)
go_on = asyncio.Event()
slow_ones = 0


@app.get("/")
def index(request):
    return "here"


@app.get("/slow")
async def slow(request):
    global slow_ones
    slow_ones += 1
    await go_on.wait()
    return "at last"


@app.websocket("/ws")
async def ws(request, ws):
    await ws.send(await ws.receive())


async def get(client, path="/"):
    await client.send(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode())
    return await client.response()


# An end, or a reset: lwIP resets.
async def is_closed(client):
    try:
        return not await asyncio.wait_for(client.reader.read(1), 60)
    except OSError:
        return True


async def idle_ones_go(port):
    clients = [Client(port) for _ in range(3)]
    for c in clients:
        assert (await get(c)).text == "here"
    for i in range(3):
        newcomer = Client(port)
        assert (await get(newcomer)).text == "here", i
        assert await is_closed(clients[0]), i
        clients = clients[1:] + [newcomer]
    for c in clients:
        assert (await get(c)).text == "here"
        await c.close()


async def busy_ones_stay(port):
    waiting, socket, idle, newcomer = (Client(port) for _ in range(4))
    await waiting.send(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
    await socket.send(
        b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert (await socket.head())[0] == 101
    assert (await get(idle)).text == "here"
    assert (await get(newcomer)).text == "here"
    assert await is_closed(idle)
    await newcomer.send(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
    while slow_ones < 2:
        await asyncio.sleep_ms(10)
    late = Client(port)
    await late.open()
    status, headers = await late.head()
    assert (status, headers["retry-after"]) == (503, "1")
    go_on.set()
    for c in (waiting, newcomer):
        assert (await c.response()).text == "at last"
    await socket.send(b"\x82\x81\0\0\0\0x")
    assert await socket.exactly(3) == b"\x82\x01x"
    for c in (waiting, socket, idle, newcomer, late):
        await c.close()


async def main(client):
    await idle_ones_go(client.port)
    await busy_ones_stay(client.port)


serve(app, main)
