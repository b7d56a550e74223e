# Several tasks wait for the same connection: each goes on, is cancelled alone, hears of its end.
import asyncio

import _lws
from bare import UPGRADE, get
from wire import Listener, Wire

vhost = _lws.Vhost()
vhost.max_tx = 8000
vhost.send_ms = vhost.close_ms = 500
vhost.max_body = 100
log = []
websockets = []
listener = Listener()


async def on_websocket(request, ws):
    websockets.append(ws)
    async for _ in ws:
        pass


# What send() returned, awaited.
async def wait(name, waiter):
    try:
        await waiter
        log.append(name)
    except OSError:
        log.append("gone")
    except asyncio.CancelledError:
        log.append("cancelled")
        raise


# A client that does not read, and what send() returned: as much is sent as there is room for.
async def crowd():
    wire = Wire(get("/ws", fields=UPGRADE))
    listener.wires.append(wire)
    while not websockets:
        await asyncio.sleep_ms(1)
    ws = websockets.pop()
    waiters = []
    try:
        while True:
            waiters = waiters[-3:] + [ws.send(b"x" * 500)]
    except OSError:
        pass
    return wire, waiters


async def crowd_of_tasks():
    wire, waiters = await crowd()
    tasks = [asyncio.create_task(wait(*pair)) for pair in zip("abcd", waiters)]
    await asyncio.sleep_ms(5)
    assert not log, log
    return wire, tasks


async def ends(wire, tasks, words):
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError:
            pass
    wire.ended = True
    while not wire.closed:
        await asyncio.sleep_ms(1)
    assert log == words, log
    log.clear()


async def all_go_on():
    wire, tasks = await crowd_of_tasks()
    wire.room = 1 << 20
    await ends(wire, tasks, ["a", "b", "c", "d"])


async def one_is_cancelled():
    for i in range(4):
        wire, tasks = await crowd_of_tasks()
        tasks[i].cancel()
        while not log:
            await asyncio.sleep_ms(1)
        wire.room = 1 << 20
        others = list("abcd")
        others.pop(i)
        await ends(wire, tasks, ["cancelled"] + others)


# The awaitables themselves are the tasks: one is cancelled before it ran, one while it waits.
async def without_coroutines():
    wire, waiters = await crowd()
    tasks = [asyncio.create_task(waiter) for waiter in waiters]
    tasks[1].cancel()
    await asyncio.sleep_ms(5)
    tasks[2].cancel()
    await asyncio.sleep_ms(0)
    assert [task.done() for task in tasks] == [False, True, True, False]
    wire.room = 1 << 20
    assert await asyncio.gather(tasks[0], tasks[3]) == [None, None]
    await ends(wire, tasks, [])


async def client_goes():
    wire, tasks = await crowd_of_tasks()
    wire.ended = True
    await ends(wire, tasks, ["gone"] * 4)


# A body has one reader.
async def one_reader():
    async def handler(request):
        first = asyncio.create_task(wait("first", request.recv()))
        await asyncio.sleep_ms(0)
        try:
            await request.recv()
        except RuntimeError as e:
            log.append(str(e))
        wire.received = b"b" * 200
        await first
        return "ok"

    vhost.route("/body", "POST", handler)
    wire = Wire(b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n")
    wire.room = 1000
    listener.wires.append(wire)
    while not wire.sent.endswith(b"ok"):
        await asyncio.sleep_ms(1)
    await ends(wire, [], ["another task reads this body", "first"])


async def main():
    vhost.websocket("/ws", on_websocket)
    _lws.context().listen(listener, vhost)
    await all_go_on()
    await one_is_cancelled()
    await without_coroutines()
    await client_goes()
    await one_reader()
    _lws.context().unlisten(listener)


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
