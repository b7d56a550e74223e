# Memory that only the poll set or a connection's inside points to must not be collected.
import asyncio
import gc
import socket

import _lws
from bare import get, listen

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


async def main():
    await vhost_of_connection()
    await closed_in_its_batch()


asyncio.run(main())
