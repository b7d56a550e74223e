"""A handler that sleeps while nothing else is scheduled sleeps as long as it said."""

import urllib.request

FIRMWARES = ["unix", "unix-select"]

APP = """
import asyncio
import os
import time
from lws.http import Server

app = Server()

@app.get("/")
async def sleepy(request):
    start = time.ticks_ms()
    await asyncio.sleep_ms(30)
    return str(time.ticks_diff(time.ticks_ms(), start))

app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
"""


def test_sleep_lasts(serve):
    server = serve(APP)
    for _ in range(5):
        with urllib.request.urlopen(server.url, timeout=60) as answer:
            assert int(answer.read()) >= 30
