# A collection at every allocation, in every scenario: the answers stay right. The sanitizer knows
# what has been freed.
#
#   ROUNDS   how often each scenario runs
import asyncio
import gc
import os

import scenarios

ROUNDS = int(os.getenv("ROUNDS") or 1)

app = scenarios.make_app(os.getenv("FILES"))


async def main(port):
    for name in sorted(scenarios.scenarios):
        run = scenarios.scenarios[name]
        expected = await run(port)
        before = await scenarios.left(app)
        gc.threshold(1)
        for _ in range(ROUNDS):
            got = await run(port)
            assert got == expected, (name, got)
        gc.threshold(-1)
        now = await scenarios.left(app)
        assert now == before, (name, before, now)
        print("collected", name)


asyncio.run(scenarios.with_server(app, main))
