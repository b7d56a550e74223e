# Bytes as asyncio's readers give them: request.stream, and the files of a form.


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

    def _take(self, n=1 << 30):
        at = self._at
        self._at = end = min(at + n, len(self._piece))
        return self._piece if end - at == len(self._piece) else self._piece[at:end]

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


# The body, collected or still arriving.
def body_of(request):
    return Reader(request.recv) if request.streaming else Reader(None, request.body)
