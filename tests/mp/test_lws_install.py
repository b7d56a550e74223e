# The context as asyncio's I/O queue: streams that wait already go on, a new event loop keeps it.
import asyncio

from http_client import pick_port, serve

import lws
from lws.http import Server

port = pick_port()
got = []


async def echo(reader, writer):
    while True:
        line = await reader.readline()
        if not line:
            break
        writer.write(line)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def talk(words):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for word in words:
        writer.write(word)
        await writer.drain()
        got.append(await reader.readline())
        await asyncio.sleep_ms(1)
    writer.close()
    await writer.wait_closed()


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", port)
    waiting = asyncio.create_task(asyncio.open_connection("127.0.0.1", port))
    reader, writer = await waiting
    task = asyncio.create_task(reader.readline())
    await asyncio.sleep_ms(5)
    old = asyncio.core._io_queue
    assert old.map, "somebody waits"
    context = lws.install()
    assert context is lws.install() is lws.Context() is asyncio.core._io_queue is not old
    # the listener and the reader waited in the old queue
    writer.write(b"first\n")
    await writer.drain()
    assert await asyncio.wait_for(task, 60) == b"first\n"
    await asyncio.gather(*[talk((b"a\n", b"b\n", b"c\n")) for _ in range(5)])
    assert len(got) == 15
    # a read that times out leaves the queue
    try:
        await asyncio.wait_for_ms(reader.readline(), 10)
        raise AssertionError
    except asyncio.TimeoutError:
        pass
    writer.write(b"later\n")
    await writer.drain()
    assert await reader.readline() == b"later\n"
    server.close()
    await server.wait_closed()


asyncio.run(main())
asyncio.new_event_loop()
assert asyncio.core._io_queue is lws.Context()

app = Server()
app.get("/")(lambda request: "after")


async def check(c):
    assert (await c.get("/")).text == "after"


serve(app, check)
