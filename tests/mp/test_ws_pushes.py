# A WebSocket whose handler only pushes: messages that nobody receives hold its input back, and the
# server still sees that the peer has gone, and does not give up one that answers.
import asyncio

from http_client import Client, pick_port

from lws.http import Server

PING_MS, HANGUP_MS = 20, 60
PING, PONG = 9, 10
app = Server(ping_ms=PING_MS, hangup_ms=HANGUP_MS, close_ms=50)


@app.websocket("/push")
async def push(request, ws):
    await asyncio.Event().wait()


async def until_gone():
    while app.connections():
        await asyncio.sleep_ms(1)


# The server is patient until everything was sent.
async def pushed_to(port, messages, hangup_ms=HANGUP_MS):
    app._vhost.hangup_ms = 0
    c = Client(port)
    await c.open()
    assert (await c.upgrade("/push")).status == 101
    for _ in range(messages):
        await c.send_frame(1, "nobody receives this")
    app._vhost.hangup_ms = hangup_ms
    return c


# It answers late, when it likes: then there is no deadline that a busy machine could miss.
async def answers(port):
    c = await pushed_to(port, 3, hangup_ms=0)
    for _ in range(20):
        assert (await c.frame())[0] == PING
        await c.send_frame(PONG, "")
    assert len(app.connections()) == 1
    app._vhost.hangup_ms = HANGUP_MS
    await is_silent(c)


async def is_silent(c):
    await until_gone()
    c.writer.s.close()


async def goes(port, messages):
    c = await pushed_to(port, messages)
    c.writer.s.close()
    await until_gone()


async def main():
    port = pick_port()
    app.listen(port, "127.0.0.1")
    for messages in (0, 1, 2, 3, 30):
        await goes(port, messages)
        await is_silent(await pushed_to(port, messages))
    await answers(port)
    app.shutdown()


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
