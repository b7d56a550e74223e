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


@app.get("/next")
async def after(request):
    log.append("next")
    await asyncio.sleep_ms(1)
    return "next"


async def main():
    app.listen(port, "127.0.0.1")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in (b"/early", b"/next", b"/early", b"/next"):
        writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    await writer.drain()
    for word in (b"early", b"next") * 2:
        while True:
            line = await asyncio.wait_for(reader.readline(), 5)
            if line == b"\r\n":
                break
        assert await reader.readexactly(len(word)) == word
    await asyncio.sleep_ms(50)
    assert log == ["answered", "ended", "next"] * 2, log
    app.shutdown()


asyncio.run(main())
print("OK")
