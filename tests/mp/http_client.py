# A small client for the tests that run on the firmware, and the server it talks to.
import asyncio
import errno
import gc
import os
import sys

# A small microcontroller's heap has about 150 KB.
ROOMY = gc.mem_free() > 500000
# In bytes: more than the buffers on the way take, which on unix are mostly the kernel's.
LONG = 100000 if ROOMY else 12000
PIECE = 16384


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # {name in lower case: value or list of values}
        self.body = body

    @property
    def text(self):
        return str(self.body, "utf-8")


def _add(headers, line):
    name, _, value = line.decode().partition(":")
    name, value = name.lower(), value.strip()
    if name in headers:
        headers[name] = headers[name] + ", " + value
    else:
        headers[name] = value


# One connection.
class Client:
    def __init__(self, port):
        self.port = port
        self.reader = None

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def close(self):
        if self.reader:
            self.writer.close()
            await self.writer.wait_closed()
            self.reader = None

    async def send(self, data):
        if self.reader is None:
            await self.open()
        view = memoryview(data)
        for i in range(0, len(data), PIECE):  # the writer copies what does not go at once
            self.writer.write(view[i : i + PIECE])
            await self.writer.drain()

    async def head(self):
        line = await self.reader.readline()
        if not line:
            raise EOFError
        status = int(line.split()[1])
        headers = {}
        while True:
            line = (await self.reader.readline()).strip()
            if not line:
                return status, headers
            _add(headers, line)

    async def response(self, method="GET"):
        status, headers = await self.head()
        body = b""
        if headers.get("transfer-encoding") == "chunked" and method != "HEAD":
            body = await self.chunks()
        elif method != "HEAD" and status not in (101, 204, 304):
            body = await self.exactly(int(headers.get("content-length", "0")))
        return Response(status, headers, body)

    # Without the copies that readexactly() makes on the way.
    async def exactly(self, n):
        body = bytearray(n)
        view = memoryview(body)
        while n:
            got = await self.reader.readinto(view[-n:])
            if not got:
                raise EOFError
            n -= got
        return body

    async def chunks(self):
        body = bytearray()
        while True:
            line = await self.reader.readline()
            if not line:
                raise EOFError
            n = int(line, 16)
            body += await self.reader.readexactly(n)
            await self.reader.readline()
            if not n:
                return body

    # body: a list is sent piece by piece.
    async def request(self, method, path, body=b"", **headers):
        head = ["%s %s HTTP/1.1" % (method, path), "Host: localhost"]
        if isinstance(body, str):
            body = body.encode()
        pieces = body if isinstance(body, list) else [body]
        if body or method in ("POST", "PUT"):
            head.append("Content-Length: %d" % sum(len(piece) for piece in pieces))
        for name, value in headers.items():
            head.append(name.replace("_", "-") + ": " + value)
        head = "\r\n".join(head + ["", ""]).encode()
        if len(pieces) == 1 and len(body) < PIECE:
            pieces = [head + body]
        else:
            await self.send(head)
        for piece in pieces:
            await self.send(piece)
        return await self.response(method)

    async def get(self, path, **headers):
        return await self.request("GET", path, **headers)

    # WebSocket

    async def upgrade(self, path, **headers):
        return await self.request(
            "GET",
            path,
            Connection="Upgrade",
            Upgrade="websocket",
            Sec_WebSocket_Version="13",
            Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
            **headers,
        )

    # The mask is zero: the payload stays as it is.
    async def send_frame(self, opcode, payload):
        if isinstance(payload, str):
            payload = payload.encode()
        assert len(payload) < 126
        await self.send(bytes([0x80 | opcode, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)

    async def frame(self):
        first, n = await self.reader.readexactly(2)
        if n == 126:
            n = int.from_bytes(await self.reader.readexactly(2), "big")
        return first & 15, await self.reader.readexactly(n)


# Where a test may write files; a board has no environment.
def tmp_folder():
    path = (os.getenv("TMPDIR") if hasattr(os, "getenv") else None) or "/tmp"
    try:
        os.mkdir(path)
    except OSError:
        pass  # it is there
    return path


def pick_port():
    return 20000 + int.from_bytes(os.urandom(2), "big") % 12000


# Runs check(client) against app, and shuts it down.
def serve(app, check):
    async def main():
        for _ in range(10):
            port = pick_port()
            try:
                task = asyncio.create_task(app.start_server("127.0.0.1", port))
                await asyncio.sleep_ms(0)
                if not task.done():
                    break
                await task
            except OSError as e:
                if e.errno != errno.EADDRINUSE:
                    raise
        client = Client(port)
        try:
            await asyncio.wait_for(check(client), 60)
        finally:
            await client.close()
            app.shutdown()
        await asyncio.wait_for(task, 60)

    asyncio.run(main())
    print("OK", sys.argv[0].split("/")[-1] if sys.argv else "")
