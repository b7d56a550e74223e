# A server of _lws alone, without the frozen package, and a client in the same loop.
import asyncio
import errno
import gc
import os
import socket
import sys

import _lws
from http_client import Client, pick_port, tmp_folder

asyncio.core._io_queue = _lws.context()
gc.threshold(2048)  # collects often: what nobody holds is gone at once

SO_SNDBUF = 7
# fields that ask for a WebSocket
UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def listen(vhost):
    for _ in range(20):
        port = pick_port()
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        except OSError:
            sock.close()
            continue
        sock.setsockopt(
            socket.SOL_SOCKET, SO_SNDBUF, 8192
        )  # writes take but a part, as on a device
        sock.listen(16)
        sock.setblocking(False)
        _lws.context().listen(sock, vhost)
        return sock, port


# Runs check(client) against a vhost.
def serve(vhost, check):
    async def main():
        sock, port = listen(vhost)
        client = Client(port)
        try:
            await asyncio.wait_for(check(client), 60)
        finally:
            await client.close()
            vhost.close()
            _lws.context().unlisten(sock)

    asyncio.run(main())


def get(path, version="1.1", fields=""):
    return ("GET %s HTTP/%s\r\nHost: x\r\n%s\r\n" % (path, version, fields)).encode()


# Everything the server says to some bytes until it closes.
async def talk(port, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    answer = await reader.read(-1)
    writer.close()
    await writer.wait_closed()
    return answer


# The same from a server that breaks off. lwIP's connections are reset then, and what was under
# way to us may be lost: (what came, whether there was a reset).
async def last_words(port, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    answer, reset = b"", False
    try:
        while True:
            piece = await reader.read(1000)
            if not piece:
                break
            answer += piece
    except OSError as e:
        if e.errno != errno.ECONNRESET or sys.platform in ("linux", "darwin"):
            raise
        reset = True
    writer.close()
    return answer, reset


def folder(name):
    path = tmp_folder() + "/" + name
    try:
        os.mkdir(path)
    except OSError:
        pass
    return path


def raises(kind, f, *args):
    try:
        f(*args)
    except kind as e:
        return str(e)
    raise AssertionError("nothing was raised")
