# The same answer by a plain asyncio server with asyncio's own I/O queue: what board_app.py is
# compared with. It reads the head, looks at the request line alone, and answers.
import asyncio
import gc

import _counter

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"


def answer_to(line):
    if not line.startswith(b"GET /count "):
        return b"Hello, World!"
    end = _counter.instructions(), _counter.lwip()
    gc.collect()
    return b"%d %d %d %d" % (end + (_counter.instructions(), _counter.lwip()))


async def serve(reader, writer):
    while True:
        line = await reader.readline()
        if not line:
            break
        while await reader.readline() != b"\r\n":
            pass
        body = answer_to(line)
        writer.write(HEAD % len(body) + body)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", 80)
    await server.wait_closed()


asyncio.run(main())
