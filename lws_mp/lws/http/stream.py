# Bytes as asyncio's readers give them: request.stream, and the files of a form.
from micropython import const

_SHORTEST = const(64)


class Reader:
    # piece is there; recv() awaits the next one, b"" at the end. None: there is no other.
    def __init__(self, recv, piece=b""):
        self._recv = recv
        self._piece = piece
        self._at = 0

    # Makes sure that a piece is there; False at the end of the body.
    async def _fill(self):
        while self._at >= len(self._piece):
            if self._recv is None:
                return False
            self._at = 0
            self._piece = await self._recv()
            if not self._piece:
                self._recv = None
        return True

    # At most n bytes of the piece; fewer where memory has no block for them.
    def _take(self, n=1 << 30):
        piece, at = self._piece, self._at
        n = min(n, len(piece) - at)
        while n < len(piece):
            try:
                piece = piece[at : at + n]
            except MemoryError:
                if n <= _SHORTEST:
                    raise
                n //= 2
        self._at = at + n
        return piece

    # What is there, at most n bytes; n = -1: all to the end. b"" at the end.
    async def read(self, n=-1):
        if n < 0:
            return await self._rest()
        return self._take(n) if await self._fill() else b""

    async def _rest(self):
        pieces = []
        while await self._fill():
            pieces.append(self._take())
        return b"".join(pieces)

    async def readinto(self, buffer):
        piece = await self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    async def readexactly(self, n):
        data = bytearray()
        while len(data) < n:
            piece = await self.read(n - len(data))
            if not piece:
                raise EOFError
            data.extend(piece)
        return bytes(data)

    # A line with its b"\n"; the last one may lack it.
    async def readline(self):
        line = b""
        while await self._fill():
            end = self._piece.find(b"\n", self._at) + 1
            line += self._take((end or len(self._piece)) - self._at)
            if end:
                break
        return line


# A collected body, in pieces where memory has no block for all of it.
class _Collected:
    def __init__(self, request):
        self._body_at = request.body_at
        self._at = 0

    async def recv(self):
        piece = self._body_at(self._at)
        self._at += len(piece)
        return piece


# The body, collected or still arriving.
def body_of(request):
    return Reader(request.recv if request.streaming else _Collected(request).recv)
