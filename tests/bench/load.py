"""The load: exactly N requests or messages, each sent when the one before was answered.

usage: load.py http PORT PATH N               N requests on one connection
       load.py new PORT PATH N                N connections, one request each
       load.py ws PORT PATH N SIZE            N text messages of SIZE bytes
       load.py idle PORT PATH N[,N...]        with N idle WebSocket connections: what /mem answers

It depends on nothing but sockets, so its own speed and habits stay the same between runs.
"""

import socket
import struct
import sys

TIMEOUT = 120  # seconds for one answer: a server under valgrind is slow
PROTOCOL = "echo"  # libwebsockets picks the handler by the subprotocol
KEY, ACCEPT = b"dGhlIHNhbXBsZSBub25jZQ==", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
MASK = b"\x12\x34\x56\x78"


def connect(port):
    sock = socket.create_connection(("127.0.0.1", port), TIMEOUT)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def request(path):
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n"
    return head.encode()


def read_head(sock):
    """(head, what came after it)"""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        if not piece:
            raise SystemExit(f"closed after {data!r}")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def read_response(sock):
    """The body of a 200 answer that has a Content-Length, or ends with the connection."""
    head, body = read_head(sock)
    lines = head.split(b"\r\n")
    if b" 200 " not in lines[0] + b" ":
        raise SystemExit(f"unexpected answer {head!r}")
    fields = dict(line.lower().split(b": ", 1) for line in lines[1:])
    size = int(fields.get(b"content-length", 1 << 30))
    while len(body) < size:
        piece = sock.recv(65536)
        if not piece:
            break
        body += piece
    if b"content-length" in fields and len(body) != size:
        raise SystemExit(f"{len(body)} bytes instead of {size}: {body!r}")
    return body


def get(port, path):
    with connect(port) as sock:
        sock.sendall(request(path))
        return read_response(sock)


def http(port, path, n):
    wanted = request(path)
    with connect(port) as sock:
        for _ in range(n):
            sock.sendall(wanted)
            check(read_response(sock))


def new(port, path, n):
    for _ in range(n):
        check(get(port, path))


def check(body):
    if body != b"Hello, World!":
        raise SystemExit(f"unexpected body {body!r}")


def frame(payload):
    """A masked text frame."""
    n = len(payload)
    head = bytes([0x81, 0x80 | n]) if n < 126 else struct.pack(">BBH", 0x81, 0xFE, n)
    mask = (MASK * (n // 4 + 1))[:n]
    return head + MASK + bytes(a ^ b for a, b in zip(payload, mask, strict=True))


def upgrade(port, path):
    sock = connect(port)
    sock.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {KEY.decode()}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
    )
    head, rest = read_head(sock)
    if b" 101 " not in head or ACCEPT not in head or rest:
        raise SystemExit(f"no upgrade: {head!r}")
    return sock


def exactly(sock, size):
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise SystemExit(f"closed after {len(data)} of {size} bytes")
        data += piece
    return data


def ws(port, path, n, size):
    payload = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    out = frame(payload)
    back = out[: 2 if size < 126 else 4]
    back = bytes([back[0], back[1] & 0x7F]) + back[2:] + payload
    with upgrade(port, path) as sock:
        for _ in range(n):
            sock.sendall(out)
            if exactly(sock, len(back)) != back:
                raise SystemExit("the echo differs")


def idle(port, path, counts):
    with upgrade(port, path), connect(port):  # pools and caches come into being here
        get(port, "/mem")
    held = []
    for count in counts:
        held += [upgrade(port, path) for _ in range(count - len(held))]
        get(port, "/mem")
        print(count, get(port, "/mem").decode(), flush=True)


def main(mode, port, path, n, size="0"):
    if mode == "idle":
        idle(int(port), path, [int(count) for count in n.split(",")])
    elif mode == "ws":
        ws(int(port), path, int(n), int(size))
    else:
        {"http": http, "new": new}[mode](int(port), path, int(n))


if __name__ == "__main__":
    main(*sys.argv[1:])
