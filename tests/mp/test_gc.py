# Memory that only the poll set or a connection's inside points to must not be collected.
import asyncio
import gc
import socket

import _lws
from bare import UPGRADE, get, listen

context = _lws.context()


# Overwrites what is free, or much of it where that is little.
def churn():
    often = gc.threshold()
    for n in (32, 64, 128, 256, 512, 1024):
        gc.collect()
        gc.threshold(-1)  # collecting meanwhile finds nothing more, and takes long
        count = min(200, gc.mem_free() * 2 // 3 // n)
        [b"\x55" * (n - 8 + i % 8) for i in range(count)]
    gc.threshold(often)


# The vhost has no listener and no owner any more, but a connection.
async def vhost_of_connection():
    def start():
        vhost = _lws.Vhost()
        vhost.route("/", "GET", lambda request: "still here")
        return listen(vhost)

    sock, port = start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep_ms(10)
    context.unlisten(sock)
    del sock
    for _ in range(5):
        churn()
        await asyncio.sleep_ms(1)
    writer.write(get("/"))
    await writer.drain()
    answer = await reader.read(200)
    assert answer.endswith(b"still here"), answer
    writer.close()
    await writer.wait_closed()


def connect(port):
    s = socket.socket()
    s.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
    return s


# The first event of a turn closes the connection of the second one.
async def closed_in_its_batch():
    vhost = _lws.Vhost()

    async def wait(request):
        await asyncio.sleep_ms(1)
        return "ok"

    def close(request):
        vhost.close()
        churn()
        return "closed"

    vhost.route("/wait", "GET", wait)
    vhost.route("/close", "GET", close)
    sock, port = listen(vhost)
    for _ in range(20):
        first, others = connect(port), [connect(port) for _ in range(4)]
        for s in others:
            s.send(get("/wait"))
        await asyncio.sleep_ms(10)
        first.send(get("/close"))
        for s in others:
            s.send(get("/wait"))
        await asyncio.sleep_ms(10)
        assert first.recv(200).endswith(b"closed")
        for s in [first] + others:
            s.close()
        await asyncio.sleep_ms(10)  # lwIP ends them in the background, and has room for few
    context.unlisten(sock)


# Nor has it a connection, but a request whose handler goes on.
async def vhost_of_request():
    again, told = asyncio.Event(), asyncio.Event()
    n = gc.mem_free() // 24
    seen = []

    async def slow(request, ws):
        told.set()
        await again.wait()
        seen.append(request.app)
        try:
            ws.send("late")
        except OSError:
            seen.append("gone")
        told.set()

    def start():
        vhost = _lws.Vhost()
        vhost.app = b"app" * n
        vhost.websocket("/", slow)
        return listen(vhost)

    sock, port = start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/", fields=UPGRADE))
    await writer.drain()
    await told.wait()
    told.clear()
    writer.close()
    await writer.wait_closed()
    while context.conns:
        await asyncio.sleep_ms(1)
    context.unlisten(sock)
    del sock
    for _ in range(5):
        churn()
        await asyncio.sleep_ms(1)
    again.set()
    await told.wait()
    assert seen == [b"app" * n, "gone"], seen


# What only a listener knew of goes with it. (One may still be seen on the stack.)
async def apps_of_listeners():
    n = gc.mem_free() // 8

    def start():
        vhost = _lws.Vhost()
        vhost.app = bytearray(n)
        return listen(vhost)[0]

    gc.collect()
    before = gc.mem_free()
    socks = [start() for _ in range(3)]
    while socks:
        context.unlisten(socks.pop())
    gc.collect()
    assert gc.mem_free() > before - n * 3 // 2, (before, gc.mem_free(), n)


async def main():
    await vhost_of_connection()
    await vhost_of_request()
    await apps_of_listeners()
    await closed_in_its_batch()


asyncio.run(main())
