# Whatever is awaited works with wait_for, create_task and gather, and is cancelled at every moment
# without loss: before it ran first, while it waits, and when what it waits for has come.
import asyncio
import time

from http_client import Client, serve

from lws import ConnectionClosed
from lws.http import Server

app = Server(max_body=16)
told = []


async def cancelled(task):
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return True
    return False


async def times_out(awaitable):
    try:
        await asyncio.wait_for_ms(awaitable, 20)
    except asyncio.TimeoutError:
        return True
    return False


@app.websocket("/receive")
async def receive(request, ws):
    assert await times_out(ws.receive())
    await ws.send("timed out")
    await ws.send(await asyncio.wait_for(ws.receive(), 60))
    await ws.send(await asyncio.create_task(ws.receive()))
    await ws.send((await asyncio.gather(ws.receive(), times_out(asyncio.Event().wait())))[0])
    assert await cancelled(asyncio.create_task(ws.receive()))  # it has not run yet
    waiting = asyncio.create_task(ws.receive())
    await asyncio.sleep_ms(0)
    try:
        await ws.receive()  # only one at a time
        raise AssertionError
    except RuntimeError:
        pass
    assert await cancelled(waiting)
    await ws.send("now")
    await ws.send(await ws.receive())
    # Two are cancelled that nothing came for, and all goes on.
    for _ in range(2):
        assert await times_out(ws.receive())
    await ws.send("end")
    try:
        await asyncio.wait_for(ws.receive(), 60)
    except ConnectionClosed as e:
        told.append(e.code)


@app.websocket("/send")
async def send(request, ws):
    await asyncio.gather(*[ws.send(str(i)) for i in range(5)])
    await asyncio.create_task(ws.ping(b"p"))
    await asyncio.wait_for(ws.send("", False), 60)
    asyncio.create_task(ws.send("last")).cancel()  # it was sent by the call
    await asyncio.wait_for(ws.close(1000, "bye"), 60)


# A message that is there is not taken by a receive() that does not live to return it.
@app.websocket("/late")
async def late(request, ws):
    for _ in range(3):
        waiting = asyncio.create_task(ws.receive())
        await ws.send("send it")
        while waiting.data is None:  # it has not run yet
            await asyncio.sleep_ms(0)
        while waiting.data is not None:  # it waits; afterwards it is woken, and not resumed yet
            await asyncio.sleep_ms(0)
        assert await cancelled(waiting)
        await ws.send(await ws.receive())


# The message comes first, but both it and the end of the wait are seen late.
@app.websocket("/deadline")
async def deadline(request, ws):
    receiving = asyncio.create_task(ws.receive())
    told.append(receiving)
    try:
        await ws.send(await asyncio.wait_for_ms(receiving, 500))
    except asyncio.TimeoutError:
        await ws.send(await ws.receive())


@app.post("/body")
async def body(request):
    assert await times_out(request.recv())
    waiting = asyncio.create_task(request.recv())
    await asyncio.sleep_ms(0)
    assert await cancelled(waiting)
    told.append("read")
    n = 0
    while True:
        piece = await asyncio.wait_for(request.recv(), 60)
        if not piece:
            break
        n += len(piece)
    return str(n)


@app.get("/write")
async def write(request):
    request.start()
    await asyncio.wait_for(request.write("a"), 60)
    await asyncio.gather(request.write("b"), request.write("c"))
    asyncio.create_task(request.write("d")).cancel()  # it was sent by the call
    request.end()


async def check_receive(port):
    w = Client(port)
    await w.upgrade("/receive")
    assert await w.frame() == (1, b"timed out")
    for i in range(4):
        if i == 3:
            assert await w.frame() == (1, b"now")
        await w.send_frame(1, "message %d" % i)
        got = await w.frame()
        assert got == (1, b"message %d" % i), got
    assert await w.frame() == (1, b"end")
    await w.send_frame(8, b"\x03\xe9")
    assert (await w.frame())[0] == 8
    await w.close()
    while not told:
        await asyncio.sleep_ms(1)
    assert told.pop() == 1001


async def check_send(port):
    w = Client(port)
    await w.upgrade("/send")
    for i in range(5):
        assert await w.frame() == (1, b"%d" % i)
    assert await w.frame() == (9, b"p")
    assert await w.frame() == (1, b"")
    assert await w.frame() == (0, b"last")
    assert await w.frame() == (8, b"\x03\xe8bye")
    await w.close()


async def check_late(port):
    w = Client(port)
    await w.upgrade("/late")
    for _ in range(3):
        assert await w.frame() == (1, b"send it")
        await w.send_frame(1, "late")
        assert await w.frame() == (1, b"late")
    await w.close()


async def check_deadline(port):
    w = Client(port)
    await w.upgrade("/deadline")
    while not told:
        await asyncio.sleep_ms(1)
    receiving = told.pop()
    while receiving.data is None:  # it has not run yet
        await asyncio.sleep_ms(0)
    await w.send_frame(1, "in time")
    while receiving.data is not None:
        await asyncio.sleep_ms(0)
    time.sleep_ms(600)  # it is woken, and runs after the deadline
    assert await w.frame() == (1, b"in time")
    await w.close()


async def check_body(port):
    c = Client(port)
    await c.send(b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n")
    while not told:
        await asyncio.sleep_ms(1)
    told.clear()
    for _ in range(4):
        await c.send(b"x" * 10)
        await asyncio.sleep_ms(2)
    assert (await c.response()).body == b"40"
    await c.close()


async def check_write(port):
    c = Client(port)
    assert (await c.get("/write")).body == b"abcd"
    await c.close()


async def check(client):
    for part in (check_receive, check_send, check_late, check_deadline, check_body, check_write):
        await part(client.port)


serve(app, check)
