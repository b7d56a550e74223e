"""The receiving half of a TCP connection: puts segments in order, and keeps the window."""

from .segment import FIN, SYN, WRAP, ahead

WINDOW_MAX = 65535
PIECES_MAX = 64  # segments that wait for an earlier one


class Receiver:
    def __init__(self, free):
        self.free = free  # bytes that the owner can take now
        self.next = 0  # everything before has arrived
        self.edge = 0  # one past what the peer was allowed to send
        self.pieces = {}  # sequence: data, after a hole
        self.fin = None  # sequence of the peer's FIN
        self.ended = False

    def start(self, sequence):
        self.next = self.edge = sequence % WRAP

    def window(self):
        waiting = sum(map(len, self.pieces.values()))
        return max(0, min(WINDOW_MAX, self.free() - waiting))

    def advertise(self):
        """The window to tell the peer: its right edge never moves back."""
        edge = self.next + self.window()
        if ahead(edge, self.edge) > 0:
            self.edge = edge % WRAP
        return max(0, min(WINDOW_MAX, ahead(self.edge, self.next)))

    def worth_telling(self, mss):
        """Whether the window grew by enough for an update (RFC 9293, 3.8.6.2.2)."""
        told = max(0, ahead(self.edge, self.next))
        return self.window() - told >= min(2 * mss, max(1, self.free() // 2))

    def acceptable(self, segment):
        start = ahead(segment.sequence, self.next)
        end = start + segment.length
        window = max(0, ahead(self.edge, self.next))
        if segment.length == 0:
            return 0 <= start <= window
        return end > 0 and start < window if window else start == 0 and bool(segment.flags & FIN)

    def take(self, segment):
        """What is in order now: (data, whether the peer's stream ended)."""
        start = segment.sequence + bool(segment.flags & SYN)
        data = segment.data
        if segment.flags & FIN:
            self.fin = (start + len(data)) % WRAP
        limit = ahead(self.edge, start)
        if len(data) > limit:
            data = data[: max(0, limit)]
        if data and (len(self.pieces) < PIECES_MAX or ahead(start, self.next) <= 0):
            self.keep(start % WRAP, data)
        arrived = bytearray()
        while (piece := self.piece_here()) is not None:
            arrived += piece
            self.next = (self.next + len(piece)) % WRAP
        ended = not self.ended and self.fin == self.next
        if ended:
            self.ended = True
            self.next = (self.next + 1) % WRAP
        return bytes(arrived), ended

    def keep(self, start, data):
        if len(data) > len(self.pieces.get(start, b"")):
            self.pieces[start] = data

    def piece_here(self):
        """The part of a kept piece that begins at self.next; forgets those that are behind."""
        for start, data in list(self.pieces.items()):
            late = ahead(self.next, start)
            if late < 0:
                continue
            del self.pieces[start]
            if late < len(data):
                return data[late:]
        return None
