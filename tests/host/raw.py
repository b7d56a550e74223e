"""HTTP and WebSocket by hand, over a socket: what well-behaved clients cannot send.

with Raw(port) as raw:
    raw.send(request("/"), request("/"))       # pipelined
    assert raw.response().body == b"Hello, World!"
"""

import base64
import hashlib
import os
import socket
import struct
from dataclasses import dataclass

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


@dataclass
class Response:
    version: str
    status: int
    headers: list  # (name in lower case, value)
    body: bytes = b""

    def get(self, name, default=None):
        return next((v for n, v in self.headers if n == name.lower()), default)

    def tokens(self, name):
        return [t.strip().lower() for t in (self.get(name) or "").split(",") if t.strip()]


def request(path, method="GET", headers=(), body=b"", version="HTTP/1.1"):
    lines = [f"{method} {path} {version}", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class Raw:
    """One connection. Every wait ends after timeout seconds, with TimeoutError."""

    def __init__(self, port, timeout=60, rcvbuf=0):
        self.sock = socket.socket()
        self.sock.settimeout(timeout)
        if rcvbuf:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def send(self, *pieces):
        self.sock.sendall(b"".join(pieces))

    def more(self):
        """Reads; False at the end of the connection (a reset is one, too)."""
        try:
            piece = self.sock.recv(65536)
        except ConnectionError:
            return False
        self.data += piece
        return bool(piece)

    def until(self, mark):
        while mark not in self.data:
            if not self.more():
                raise EOFError(f"closed, {mark!r} was expected after {self.data[-200:]!r}")
        head, _, self.data = self.data.partition(mark)
        return head

    def exactly(self, n):
        while len(self.data) < n:
            if not self.more():
                raise EOFError(f"closed after {len(self.data)} of {n} bytes")
        piece, self.data = self.data[:n], self.data[n:]
        return piece

    def rest(self):
        while self.more():
            pass
        piece, self.data = self.data, b""
        return piece

    def is_closed(self):
        """Waits for the end; True when nothing came before it."""
        return self.rest() == b""

    # HTTP

    def head(self):
        first, *lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, *_ = first.split(" ", 2)
        headers = [(n.lower(), v.strip()) for n, _, v in (line.partition(":") for line in lines)]
        return Response(version, int(status), headers)

    def response(self, method="GET"):
        answer = self.head()
        if method == "HEAD" or answer.status in (204, 304) or answer.status < 200:
            return answer
        if "chunked" in answer.tokens("transfer-encoding"):
            answer.body = self.chunks()
        elif answer.get("content-length") is not None:
            answer.body = self.exactly(int(answer.get("content-length")))
        else:
            answer.body = self.rest()
        return answer

    def chunks(self):
        pieces = []
        while size := int(self.until(b"\r\n").split(b";")[0], 16):
            pieces.append(self.exactly(size))
            assert self.exactly(2) == b"\r\n"
        while self.until(b"\r\n"):
            pass  # trailers
        return b"".join(pieces)

    # WebSocket

    def upgrade(self, path, headers=()):
        key = base64.b64encode(os.urandom(16))
        fields = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", key.decode()),
        ]
        self.send(request(path, headers=[*fields, *headers]))
        answer = self.head()
        assert answer.status == 101, answer
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        assert answer.get("sec-websocket-accept") == accept
        return answer

    def send_frame(self, opcode, payload=b"", fin=True):
        self.send(frame(opcode, payload, fin))

    def frame(self):
        """(opcode, payload) of an unfragmented frame"""
        first, n = self.exactly(2)
        assert first & 0x70 == 0 and n < 0x80, "reserved bits, or a server that masks"
        assert first & 0x80, "fragmented"
        if n >= 126:
            kind = ">H" if n == 126 else ">Q"
            (n,) = struct.unpack(kind, self.exactly(struct.calcsize(kind)))
        return first & 15, self.exactly(n)

    def close_code(self):
        """The code of the server's goodbye, which must be the next frame."""
        opcode, payload = self.frame()
        assert opcode == CLOSE, (opcode, payload)
        return struct.unpack(">H", payload[:2])[0] if payload else None


def frame(opcode, payload=b"", fin=True):
    n = len(payload)
    head = bytes([opcode | (0x80 if fin else 0)])
    if n < 126:
        head += bytes([0x80 | n])
    elif n < 65536:
        head += struct.pack(">BH", 0xFE, n)
    else:
        head += struct.pack(">BQ", 0xFF, n)
    mask = os.urandom(4)
    wide = int.from_bytes((mask * (n // 4 + 1))[:n], "big") ^ int.from_bytes(payload, "big")
    return head + mask + wide.to_bytes(n, "big")


def get(port, path, headers=(), timeout=60):
    with Raw(port, timeout) as raw:
        raw.send(request(path, headers=headers))
        return raw.response()


def memory(port):
    """Bytes of heap that the server holds after a collection."""
    get(port, "/mem")
    return int(get(port, "/mem").body)
