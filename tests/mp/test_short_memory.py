# A heap with free memory, but no long block: what can come in pieces comes in smaller ones.
import asyncio
import gc

import _lws
from bare import get, listen
from http_client import ROOMY

GRAIN = 600  # bytes of a hole; the blocks between them stay
LONG = 2 * GRAIN  # that no hole has
BODY = bytes(i * 7 & 255 for i in range(40000 if ROOMY else 6000))

vhost = _lws.Vhost()
vhost.max_body = 100
vhost.max_content_length = 1 << 20
came = most = 0  # bytes of the body, of its longest piece


# The whole heap in blocks of GRAIN bytes, of which every other goes again: a list of the others.
def fragment():
    gc.collect()
    kept = chain = fill(None, GRAIN)
    while kept and kept[0]:
        kept[0][1] = None
        kept = kept[0][0]
    gc.collect()
    return fill(chain, GRAIN + 48)


# Where two holes met, or one that was there before is longer.
def fill(chain, size):
    try:
        while True:
            chain = [chain, bytearray(size)]
    except MemoryError:
        return chain


def longest_free():
    n = 64
    try:
        while True:
            bytearray(n * 2)
            n *= 2
    except MemoryError:
        return n


async def collect(request):
    global came, most
    body = memoryview(BODY)
    came = most = 0
    while True:
        piece = await request.recv()
        if not piece:
            return "all\n"
        assert body[came : came + len(piece)] == piece
        came += len(piece)
        most = max(most, len(piece))


# Sends without asking for memory as long as what it sends.
async def send(writer, data):
    view = memoryview(data)
    at = 0
    while at < len(data):
        try:
            at += writer.s.write(view[at : at + 1400]) or 0
        except OSError:
            pass
        await asyncio.sleep_ms(1)


def upload(length):
    fields = "Content-Length: %d\r\n" % length
    return get("/", fields=fields).replace(b"GET", b"POST")


async def check_upload():
    vhost.fallback = collect
    sock, port = listen(vhost)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await send(writer, upload(200) + BODY[:200])
    while await reader.readline() != b"all\n":
        pass
    head = upload(len(BODY))
    held = fragment()
    assert longest_free() < LONG < gc.mem_free() // 8, (longest_free(), gc.mem_free())
    await send(writer, head)
    await send(writer, BODY)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert held and came == len(BODY) and most < LONG, (came, most)
    held = None
    gc.collect()
    writer.close()
    _lws.context().unlisten(sock)


# A body that is to be collected, and no block to collect it in: it is streamed.
async def not_collected(request):
    assert request.streaming
    try:
        return request.body
    except MemoryError:
        return await collect(request)


# The block that it was collected in is there, a second one is not.
async def collected(request):
    global came, most
    assert not request.streaming
    held = fragment()
    came = most = 0
    while True:
        piece = request.body_at(came)
        if not piece:
            assert held
            return "all\n"
        assert memoryview(BODY)[came : came + len(piece)] == piece
        came += len(piece)
        most = max(most, len(piece))


async def check_collected(handler, before=None):
    vhost.fallback = handler
    vhost.max_body = len(BODY)
    sock, port = listen(vhost)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = upload(len(BODY))
    held = before and before()
    await send(writer, head)
    await send(writer, BODY)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert came == len(BODY) and most < LONG, (came, most)
    assert held or not before
    held = None
    gc.collect()
    writer.close()
    _lws.context().unlisten(sock)


# A field of a form, which lies in one long piece of what was fed.
def check_multipart():
    global came, most
    form = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + BODY + b"\r\n--b--"
    parser = _lws.Multipart("multipart/form-data; boundary=b")
    kinds = [_lws.PART, _lws.PART_END, _lws.END]
    held = fragment()
    came = most = 0
    for event in parser.feed(form):
        if event[0] != _lws.DATA:
            assert event[0] == kinds.pop(0)
            continue
        assert memoryview(BODY)[came : came + len(event[1])] == event[1]
        came += len(event[1])
        most = max(most, len(event[1]))
    assert held and not kinds and came == len(BODY) and most < LONG, (came, most)


check_multipart()
gc.collect()
asyncio.run(asyncio.wait_for(check_upload(), 60))
asyncio.run(asyncio.wait_for(check_collected(not_collected, fragment), 60))
asyncio.run(asyncio.wait_for(check_collected(collected), 60))
