# A coroutine that answers by itself and goes on: the next request of its connection waits for it.
import asyncio

from http_client import pick_port

from lws.http import Server

app = Server()
port = pick_port()
log = []


@app.get("/early")
async def early(request):
    request.send("early")
    log.append("answered")
    await asyncio.sleep_ms(20)
    log.append("ended")


# All of the length that it said: the answer is complete without an end().
@app.get("/exact")
async def exact(request):
    request.start(200, 5, None, "text/plain")
    await request.write("exact")
    log.append("answered")
    await asyncio.sleep_ms(20)
    log.append("ended")


# The same with no body at all.
@app.get("/empty")
async def empty(request):
    request.start(204, 0)
    log.append("answered")
    await asyncio.sleep_ms(20)
    log.append("ended")


kept = []


@app.get("/plain")
def plain(request):
    log.append("next")
    kept.append(request)
    return "plain"


# A plain handler's request is over when it returns: what it borrowed is gone by now.
@app.get("/look")
def look(request):
    try:
        return str([r.path for r in kept])
    except RuntimeError:
        return "gone"


@app.get("/next")
async def after(request):
    log.append("next")
    await asyncio.sleep_ms(1)
    return "next"


async def answers(reader, words):
    for word in words:
        while await reader.readline() != b"\r\n":
            pass
        if word != b"empty":
            got = await reader.readexactly(len(word))
            assert got == word, (got, word)


async def check(words):
    log.clear()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for word in words:
        writer.write(b"GET /" + word + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    await writer.drain()
    await answers(reader, [b"gone" if word == b"look" else word for word in words])
    assert log == ["answered", "ended", "next"] * 2, log
    writer.close()
    await writer.wait_closed()


async def main():
    app.listen(port, "127.0.0.1")
    for first in (b"early", b"exact", b"empty"):
        await check([first, b"next"] * 2)
        await check([first, b"plain", b"look"] * 2)
    app.shutdown()


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
