# What the coroutine of a WebSocket may still do with its request, and what ends with the request.
import asyncio

from http_client import Client, pick_port

from lws.http import Server

app = Server()
kept = []


# Each of them would answer a request that is answered already: refused, or without effect, and the
# WebSocket goes on.
def answer_again(request):
    for answer in (
        lambda: request.send("no"),
        lambda: request.start(),
        lambda: request.write("no"),
        lambda: request.serve_file(),
        lambda: request.upgrade(),
        lambda: request.end(),
    ):
        try:
            answer()
        except (OSError, RuntimeError, ValueError):
            pass


@app.websocket("/again")
async def again(request, ws):
    assert request.websocket and request.path == "/again"
    answer_again(request)
    async for message in ws:
        await ws.send(message)


@app.get("/plain")
def plain(request):
    kept.append(request)
    request.upgrade(None, None, lambda ws, message: ws.send(message))


async def echoes(port, path):
    c = Client(port)
    await c.open()
    assert (await c.upgrade(path)).status == 101
    for i in range(3):
        await c.send_frame(1, "message %d" % i)
        assert (await c.frame())[1] == b"message %d" % i
    c.writer.s.close()


async def main():
    port = pick_port()
    app.listen(port, "127.0.0.1")
    await echoes(port, "/again")
    await echoes(port, "/plain")
    try:
        raise AssertionError(kept[0].path)  # it is over, as any plain handler's
    except RuntimeError:
        pass
    app.shutdown()


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
