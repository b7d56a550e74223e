# Random bytes on several connections of a server in the same process: pieces of a corpus, cut,
# mixed and turned, in splits of any length, collections between.
#
#   CONNECTIONS   how many there are
#   SEED          which bytes
import asyncio
import gc
import io
import os
import random
import time

import _lws
import peer
import scenarios

CONNECTIONS = int(os.getenv("CONNECTIONS") or 20000)
AT_ONCE = 12
TURNS = 6  # pieces that a connection sends at most
SLACK = 20000  # bytes of the heap
LOOKED = 5000  # connections between two looks at the heap
RD, WR, POLL, CLOSE, EINVAL = 1, 4, 3, 4, 22

SEED = int(os.getenv("SEED") or 1)

print("seed", SEED)
random.seed(SEED)

app = scenarios.make_app(os.getenv("FILES"))
CORPUS = [
    peer.head("GET", "/").encode(),
    peer.head("GET", "/coroutine?a=%41&b").encode(),
    peer.head("GET", "/kept", "X-Long: a\r\n").encode(),
    peer.head("GET", "/pattern/5").encode(),
    peer.head("GET", "/files/f.txt", "Range: bytes=1-3\r\n").encode(),
    peer.head("GET", "/stream").encode(),
    peer.head("GET", "/events", "Connection: close\r\n").encode(),
    peer.head("POST", "/collected", "Transfer-Encoding: chunked\r\n").encode(),
    b"5\r\nhello\r\n0\r\n\r\n",
    b"ff;a=b\r\n",
    peer.post("/upload", b"u" * 3000),
    peer.post("/json", b'{"a": [1, "\\u20ac"]}', "Content-Type: application/json\r\n"),
    peer.post("/parts", b"--x\r\n\r\n", "Content-Type: multipart/form-data; boundary=x\r\n"),
    peer.head("GET", "/ws", peer.UPGRADE).encode(),
    peer.head("GET", "/called", peer.UPGRADE).encode(),
    peer.head("GET", "/flood", peer.UPGRADE).encode(),
    b"\x81\x82\0\0\0\0hi",
    b"\x02\x83\0\0\0\0abc\x80\x80\0\0\0\0",
    b"\x89\x81\0\0\0\0p\x88\x82\0\0\0\0\x03\xe8",
    b"\x82\xff\0\0\0\0\0\0\xff\xff\0\0\0\0",
    b"\r\n",
    b"Content-Length: 5\r\n",
    b"Expect: 100-continue\r\n",
]


# The server's end of a connection. It takes and gives as much as chance will have it.
class Wire(io.IOBase):
    def __init__(self, pieces):
        self.pieces = pieces
        self.turns = 4 * len(pieces) + 4  # then it is over

    def ioctl(self, op, arg):
        if op == POLL:
            return arg & (RD | WR)
        return 0 if op == CLOSE else -EINVAL

    def readinto(self, buf):
        self.turns -= 1
        if not self.pieces:
            return 0 if self.turns < 0 or random.getrandbits(1) else None
        piece = self.pieces.pop()
        n = min(len(piece), len(buf))
        buf[:n] = piece[:n]
        if n < len(piece):
            self.pieces.append(piece[n:])
        return n

    def write(self, buf):
        self.turns -= 1
        if self.turns < 0:
            return len(buf)
        way = random.getrandbits(4)
        if way == 0:
            raise OSError(104)
        return None if way < 4 else len(buf) if way < 12 else 1 + random.randrange(len(buf))

    def setblocking(self, on):
        pass


class Listener(io.IOBase):
    wires = []

    def ioctl(self, op, arg):
        return RD & arg if op == POLL and self.wires else 0 if op in (POLL, CLOSE) else -EINVAL

    def accept(self):
        return self.wires.pop(), None


# Some of the corpus, with a few bytes turned or cut out, in pieces of any length.
def any_pieces():
    data = b"".join([random.choice(CORPUS) for _ in range(1 + random.getrandbits(2))])
    way = random.getrandbits(2)
    if way == 0:
        data = bytearray(data)
        for _ in range(1 + random.getrandbits(2)):
            data[random.randrange(len(data))] = random.getrandbits(8)
    elif way == 1:
        at = random.randrange(len(data))
        data = data[:at] + data[at + random.getrandbits(4) :]
    pieces = []
    while data and len(pieces) < TURNS:
        n = 1 + random.randrange(len(data)) if len(pieces) < TURNS - 1 else len(data)
        pieces.append(data[:n])
        data = data[n:]
    pieces.reverse()
    return pieces


async def feed(listener, n):
    for _ in range(n):
        while _lws.context().conns >= AT_ONCE:
            await asyncio.sleep_ms(0)
        listener.wires.append(Wire(any_pieces()))
        if random.getrandbits(5) == 0:
            await asyncio.sleep_ms(0)
            if random.getrandbits(3) == 0:
                gc.collect()
        while len(listener.wires) >= 4:
            await asyncio.sleep_ms(0)
    while listener.wires or _lws.context().conns:
        await asyncio.sleep_ms(0)


async def main(port):
    listener = Listener()
    _lws.context().listen(listener, app.vhost)
    held = None
    begin = time.ticks_ms()
    for done in range(0, CONNECTIONS, LOOKED):
        await feed(listener, LOOKED)
        assert (await scenarios.scenarios["plain"](port)) == (200, b"hello")
        gc.collect()
        held = held or gc.mem_alloc()
        assert gc.mem_alloc() < held + SLACK, ("heap", held, gc.mem_alloc())
        rate = (done + LOOKED) * 1000 // time.ticks_diff(time.ticks_ms(), begin)
        print("fed", done + LOOKED, "connections,", app.requests, "requests,", rate, "a second")
    _lws.context().unlisten(listener)


asyncio.run(scenarios.with_server(app, main))
