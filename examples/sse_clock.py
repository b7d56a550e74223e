# Server-sent events: a clock that a browser, or curl -N http://127.0.0.1:8080/clock, follows.
import asyncio
import os
import time

from lws.http import Server, with_sse

PAGE = """<!doctype html><title>Clock</title><h1 id="clock">--:--:--</h1><script>
new EventSource("clock").onmessage = (event) => { clock.textContent = event.data }
</script>"""

app = Server()


@app.get("/")
def index(request):
    return PAGE, 200, {"Content-Type": "text/html; charset=UTF-8"}


@app.get("/clock")
@with_sse
async def clock(request, sse):
    while True:
        await sse.send("%02d:%02d:%02d" % time.localtime()[3:6])
        await asyncio.sleep(1)


app.run(port=int(os.getenv("PORT", "8080")) if hasattr(os, "getenv") else 80)
