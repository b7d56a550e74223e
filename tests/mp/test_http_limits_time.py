# The guide's table of limits, the rest of it: what is full, and who is waited for too long.
import asyncio

from http_client import Client, serve

from lws.http import Response, Server

CLOSE, PING = 8, 9
GONE = (OSError, EOFError)


# The connection ends, with a FIN or a reset.
async def ended(c):
    try:
        while await c.reader.read(4096):
            pass
    except GONE:
        pass
    await c.close()


full = Server(max_conns=3, max_message=100, max_tx=5000)
tx = []


@full.websocket("/ws")
def hold(ws, message):
    pass


@full.websocket("/tx")
def much(ws, message):
    try:
        for _ in range(10000):
            ws.send(bytes(1000))
    except OSError as e:
        tx.append(str(e))


async def what_is_full(c):
    all = [c, Client(c.port), Client(c.port)]
    for one in all:
        assert (await one.upgrade("/ws")).status == 101
    last = Client(c.port)
    await last.open()  # it is told before it asks
    r = await last.response()
    assert r.status == 503 and r.headers["retry-after"] == "1", r.status
    await ended(last)
    await c.send_frame(2, bytes(100))
    await c.send_frame(2, bytes(101))
    opcode, payload = await c.frame()
    assert opcode == CLOSE and payload[:2] == b"\x03\xf1", payload  # 1009
    for one in all:
        await one.close()
    while len(full.connections()):
        await asyncio.sleep_ms(1)
    assert (await c.upgrade("/tx")).status == 101
    await c.send_frame(1, "x")
    while not tx:
        await asyncio.sleep_ms(1)
    assert "max_tx" in tx[0], tx


serve(full, what_is_full)

MS = 100
late = Server(keep_alive_ms=MS, body_ms=MS, send_ms=MS, ping_ms=MS, hangup_ms=20 * MS, close_ms=MS)
closed = []


@late.route("/", methods=["GET", "POST"])
def index(request):
    return "x"


@late.get("/much")
def endless(request):
    def pieces():
        try:
            while True:
                yield bytes(1000)
        finally:
            closed.append(True)

    return Response(pieces())


@late.websocket("/ws")
async def talk(request, ws):
    await ws.receive()
    await ws.close()


async def who_is_late(c):
    assert (await c.get("/")).status == 200
    await ended(c)  # keep_alive_ms

    # body_rate: as long as that many bytes a second come it goes on
    await c.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx")
    assert (await c.response()).status == 408  # body_ms
    await ended(c)

    await c.send(b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n")
    while not closed:  # send_ms
        await asyncio.sleep_ms(1)
    await ended(c)

    assert (await c.upgrade("/ws")).status == 101
    assert (await c.frame())[0] == PING  # ping_ms
    await ended(c)  # hangup_ms

    assert (await c.upgrade("/ws")).status == 101
    await c.send_frame(1, "close")
    opcode, _ = await c.frame()
    while opcode == PING:
        opcode, _ = await c.frame()
    assert opcode == CLOSE
    await ended(c)  # close_ms


serve(late, who_is_late)
