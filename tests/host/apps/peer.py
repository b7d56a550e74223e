# A client in the same process as its server, over a socket that does not block.
import asyncio
import errno
import os
import socket
import time

PATIENCE_MS = int(os.getenv("PATIENCE_MS") or 60000)
EPIPE = 32
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" + KEY

buffer = bytearray(16384)


class Ended(Exception):
    pass


class Peer:
    def __init__(self, port):
        self.sock = socket.socket()
        self.sock.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        self.sock.setblocking(False)
        self.data = b""

    def close(self):
        self.sock.close()

    async def _until(self, f, *args):
        end = time.ticks_add(time.ticks_ms(), PATIENCE_MS)
        while True:
            try:
                n = f(*args)
            except OSError as e:
                if e.errno in (errno.ECONNRESET, EPIPE):
                    raise Ended from e
                if e.errno != errno.EAGAIN:
                    raise
                n = None
            if n is not None:
                return n
            if time.ticks_diff(end, time.ticks_ms()) < 0:
                raise AssertionError("the server does not answer: %s" % self.data[-100:])
            await asyncio.sleep_ms(0)

    async def send(self, data):
        if isinstance(data, str):
            data = data.encode()
        view = memoryview(data)
        while view:
            view = view[await self._until(self.sock.write, view) :]

    async def more(self):
        n = await self._until(self.sock.readinto, buffer)
        if not n:
            raise Ended
        self.data += memoryview(buffer)[:n]

    async def exactly(self, n):
        while len(self.data) < n:
            await self.more()
        piece, self.data = self.data[:n], self.data[n:]
        return piece

    async def line(self):
        while b"\n" not in self.data:
            await self.more()
        line, self.data = self.data.split(b"\n", 1)
        return line.strip()

    async def rest(self):
        try:
            while True:
                await self.more()
        except Ended:
            return self.data

    # (status, body) of a complete answer
    async def response(self):
        status = int((await self.line()).split()[1])
        n = 0
        while True:
            line = (await self.line()).lower()
            if not line:
                break
            if line.startswith(b"content-length:"):
                n = int(line[15:])
            elif line == b"transfer-encoding: chunked":
                n = None
        if n is not None or status == 101:
            return status, await self.exactly(0 if status == 101 else n)
        body = b""
        while True:
            n = int(await self.line(), 16)
            body += await self.exactly(n)
            await self.line()
            if not n:
                return status, body

    # The mask is zero: the payload stays as it is.
    async def send_frame(self, opcode, payload, first=0x80):
        n = len(payload)
        size = bytes([0x80 | n]) if n < 126 else bytes([0xFE, n >> 8, n & 255])
        await self.send(bytes([first | opcode]) + size + b"\0\0\0\0" + payload)

    async def frame(self):
        first, n = await self.exactly(2)
        if n == 126:
            n = int.from_bytes(await self.exactly(2), "big")
        return first & 15, await self.exactly(n)


def head(method, path, fields=""):
    return "%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (method, path, fields)


async def several(f, n):
    got = []
    for _ in range(n):
        got.append(await f())
    return got


def post(path, body, fields=""):
    return head("POST", path, "Content-Length: %d\r\n%s" % (len(body), fields)).encode() + body
