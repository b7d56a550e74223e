# The loop's clock of 32 bits of microseconds wraps around while connections are open: what has a
# time limit ends when that is over, no sooner.
import asyncio
import os
import time

import _lws_heap
import peer
import scenarios

WRAP_US = 1 << 32
LIMIT_MS = 1000
HALF_US = 600000  # more than half of the limit
ROUNDS = 3

app = scenarios.make_app(os.getenv("FILES"), keep_alive_ms=LIMIT_MS)


# Sets the clock to so many microseconds before it wraps.
def before_wrap(us):
    _lws_heap.forward((WRAP_US - us - time.ticks_us()) % WRAP_US)


async def get(client):
    await client.send(peer.head("GET", "/kept", "X-Long: a\r\n"))
    assert (await client.response())[0] == 200


async def idle(port):
    client = peer.Peer(port)
    before_wrap(HALF_US // 2)
    await get(client)
    assert time.ticks_us() % WRAP_US > WRAP_US // 2, "the machine was too slow"
    _lws_heap.forward(HALF_US)
    assert time.ticks_us() % WRAP_US < WRAP_US // 2
    await get(client)  # it is still open
    _lws_heap.forward(LIMIT_MS * 1000)
    assert await client.rest() == b""
    client.close()


async def main(port):
    for _ in range(ROUNDS):
        await idle(port)
        for name in sorted(scenarios.scenarios):
            before_wrap(200)  # it happens on the way
            await scenarios.scenarios[name](port)
    print("wrapped", ROUNDS)


asyncio.run(scenarios.with_server(app, main))
