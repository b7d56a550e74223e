# The dashboard: files from ROMFS or a folder, live values over WebSocket, a form, an upload.
#
#   PORT=8080 build/unix/micropython examples/dashboard/main.py
# On a board, copy this folder to the flash or into its ROMFS; it listens on port 80 there.
import asyncio
import binascii
import gc
import json
import math
import os
import sys
import time

from lws.http import Server

DESKTOP = hasattr(os, "getenv")  # a board has no environment
STARTED = time.time()

app = Server()
settings = {"title": "Dashboard", "interval_ms": 500}
requests = 0


# From ROMFS (a board has its own at /rom, the desktop takes an image), else from beside this file.
def www():
    if DESKTOP and os.getenv("ROMFS"):
        import vfs

        with open(os.getenv("ROMFS"), "rb") as f:
            vfs.mount(vfs.VfsRom(f.read()), "/rom")
    has_rom = "rom" in os.listdir("/") and "www" in os.listdir("/rom")
    here = globals().get("__file__", "/")  # a board's main.py has none
    return "/rom/www" if has_rom else here[: here.rfind("/") + 1] + "www"


# Replace this by your sensor: machine.ADC(0).read_u16(), a thermometer, a power meter.
def read_sensor():
    t = time.ticks_ms() / 1000
    return 21.5 + 2.2 * math.sin(t / 4) + 0.7 * math.sin(t * 1.1)


def snapshot():
    connections = app.connections()
    return {
        "uptime_s": int(time.time() - STARTED),
        "mem_free": gc.mem_free(),
        "mem_used": gc.mem_alloc(),
        "requests": requests,
        "value": round(read_sensor(), 2),
        "open": len(connections),
        "connections": [
            {"id": id, "peer": peer, "role": role, "age_s": age_ms // 1000, "rx": rx, "tx": tx}
            for id, peer, role, age_ms, rx, tx in connections[:50]
        ],
    }


@app.before_request
def count(request):
    global requests
    requests += 1


# A function of its own: a coroutine that builds the text itself keeps the pieces while it sleeps.
def snapshot_text():
    return json.dumps(snapshot())


# One coroutine per open page. When the page goes away, send() raises and the coroutine ends.
@app.websocket("/live")
async def live(request, ws):
    while True:
        await ws.send(snapshot_text())
        await asyncio.sleep_ms(settings["interval_ms"])


@app.get("/api/status")
def status(request):
    system = "MicroPython %d.%d.%d" % sys.implementation[1][:3] + " on " + sys.platform
    return dict(snapshot(), system=system, **settings)


# Takes JSON or a form; a name that is missing keeps its value.
@app.post("/api/settings")
def change_settings(request):
    try:
        given = request.json or request.form or {}
        title = str(given.get("title", settings["title"])).strip()
    except (ValueError, AttributeError):
        return {"error": "Send a form or a JSON object"}, 400
    try:
        interval_ms = int(given.get("interval_ms", settings["interval_ms"]))
    except (ValueError, TypeError, OverflowError):
        interval_ms = 0
    if not 100 <= interval_ms <= 5000:
        return {"error": "Use a whole number from 100 to 5000", "field": "interval_ms"}, 400
    if not 1 <= len(title) <= 40:
        return {"error": "Use 1 to 40 characters", "field": "title"}, 400
    settings.update(title=title, interval_ms=interval_ms)
    return settings


# The body passes through in pieces, so a file may be larger than the memory.
@app.post("/api/upload")
async def upload(request):
    size = crc = 0
    while True:
        piece = await request.stream.read(2048)
        if not piece:
            return {"size": size, "crc32": "%08x" % crc}
        size += len(piece)
        crc = binascii.crc32(piece, crc)


app.mount("/", www())

host, port = ("127.0.0.1", int(os.getenv("PORT", "8080"))) if DESKTOP else ("0.0.0.0", 80)
if DESKTOP:  # on a board run() says it
    print("Dashboard at http://%s:%d/ (Ctrl-C stops it)" % (host, port))
app.run(host=host, port=port)
