# Each allocation of the binding fails once, in every scenario: no hang, and nothing is left over.
#
#   MOST   allocations of a scenario that fail, evenly taken; 0: all
#   T      only the scenario of this name
import asyncio
import gc
import os
import sys

import _lws_heap
import scenarios

MOST = int(os.getenv("MOST") or 0)
ONLY = os.getenv("T")
RUNS = (1, 3, 1 << 30)  # so many allocations fail, one after the other
PAUSE_US = 600000  # after which a listener whose accept failed goes on
FAILURES_MOST = 20
SLACK = 2048  # bytes: dictionaries that have grown

failures = []
app = scenarios.make_app(os.getenv("FILES"))


# What the peer sees when the allocations from i on fail, and how many there were.
async def disturbed(run, port, i, count):
    _lws_heap.arm(i, count)
    try:
        got = await run(port)
    finally:
        n = _lws_heap.seen()
        _lws_heap.arm(0)
        _lws_heap.forward(PAUSE_US)
    return got, n


async def check(port, before):
    assert (await scenarios.plain(port))[0] == 200
    now = await scenarios.left(app)
    assert now == before, ("connections, descriptors", before, now)


# A run whose allocation i fails, and the next request. Were there so many?
async def attempt(name, port, i, count, expected, before):
    run = scenarios.scenarios[name]
    try:
        got, n = await disturbed(run, port, i, count)
        assert scenarios.is_well(got, expected), "the answer is a wrong one: %.200r" % (got,)
        await check(port, before)
        return n >= i
    except Exception as e:
        print("FAILED %s, allocation %d, %d at once" % (name, i, count))
        sys.print_exception(e)
        failures.append((name, i, count))
        return len(failures) < FAILURES_MOST


async def sweep(name, port):
    for _ in range(2):
        expected, n = await disturbed(scenarios.scenarios[name], port, 1, 0)
    held = gc.mem_alloc()
    step = max(1, n // MOST) if MOST else 1
    for count in RUNS:
        i = 1
        before = await scenarios.left(app)
        while await attempt(name, port, i, count, expected, before):
            i += step
            before = await scenarios.left(app)
    grown = gc.mem_alloc() - held
    assert grown < SLACK, (name, "heap has grown", grown)
    print("swept", name, n)


async def main(port):
    for name in sorted(scenarios.scenarios):
        if not ONLY or name == ONLY:
            await sweep(name, port)


asyncio.run(scenarios.with_server(app, main))
assert not failures, failures
print("OK")
