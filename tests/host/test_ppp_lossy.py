"""Uploads to the emulated Pico over a line that loses a frame in twenty, each way.

LWS_SEED=7 in the environment: with other losses.
"""

import hashlib
import http.client
import os
import random
import time

import pytest
from effort import either

from tools.emulate.ppp.line import Trouble
from tools.emulate.ppp.tcp import Connection

pytest_plugins = ["rp2040"]

UPLOADS = either(2, 100)
SEED = int(os.environ.get("LWS_SEED", "6"))
UPLOAD_S = 120  # patience for one: most of the time is waiting for what was lost
SIZE = 200 * 1024
SERVER = """
import asyncio, hashlib
from lws.http import Server
app = Server()

@app.post("/")
async def upload(request):
    digest = hashlib.sha256()
    while piece := await request.stream.read(1024):
        digest.update(piece)
    return digest.digest()

async def main():
    app.listen(80)
    print("ready")
    while True:
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def short_segments(monkeypatch):
    """The gateway sends segments of every size, but packs anew what it sends again: they overlap,
    which those of a sender who always has a full one to send never do.
    """
    sizes, pump = random.Random(SEED), Connection.pump

    def pump_short(self, now):
        whole, self.mss = self.mss, sizes.choice((300, 600, 700))
        try:
            return pump(self, now)
        finally:
            self.mss = whole

    monkeypatch.setattr(Connection, "pump", pump_short)


def upload(port, data):
    """The status and the hash that the board answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=UPLOAD_S)
    try:
        connection.request("POST", "/", data)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.timeout(60 + UPLOADS * UPLOAD_S)
def test_every_upload_is_whole(own_pico, short_segments):
    rng = random.Random(SEED)
    mine = own_pico(forwards={80: 0}, trouble=Trouble(loss=0.05, seed=SEED))
    mine.network_up()
    with mine.running(SERVER):
        for i in range(UPLOADS):
            data, start = rng.randbytes(SIZE), time.monotonic()
            answer = upload(mine.machine.ports[80], data)
            print(f"upload {i + 1}: {time.monotonic() - start:.1f} s", flush=True)
            assert answer == (200, hashlib.sha256(data).digest()), i
    frames = mine.machine.gateway.line.frames
    print(frames)
    assert frames["lost"] > 0.02 * (frames["sent"] + frames["received"])
