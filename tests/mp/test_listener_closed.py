# A listening socket that the application closes by itself is no listener any more: it keeps no
# loop running, and who gets its descriptor next keeps that.
import asyncio

import _lws
from bare import get, listen

context = _lws.context()
vhost = _lws.Vhost()
vhost.route("/hello", "GET", lambda request: "hello")


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get("/hello"))
    await writer.drain()
    assert b"200" in await reader.readline()
    writer.s.close()


async def main():
    for _ in range(3):
        closed, port = listen(vhost)
        await ask(port)
        closed.close()
        stays, port = listen(vhost)  # mostly with the same descriptor
        await ask(port)
        context.unlisten(closed)  # does nothing
        await ask(port)
        stays.close()
        while context.map:
            await asyncio.sleep_ms(1)


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
