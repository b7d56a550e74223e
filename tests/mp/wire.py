# A connection without a network: the test is the peer and the buffers between.
import io

RD, WR = 1, 4
POLL, CLOSE = 3, 4


# The server's end.
class Wire(io.IOBase):
    def __init__(self, received=b""):
        self.received = received  # what the server has not read yet
        self.ended = False  # the peer sends no more
        self.sent = bytearray()
        self.room = 0  # bytes that the peer takes
        self.closed = False

    def ioctl(self, op, arg):
        if op == CLOSE:
            self.closed = True
            return 0
        if op != POLL:
            return -22
        ready = RD if self.received or self.ended else 0
        return (ready | (WR if self.room else 0)) & arg

    def readinto(self, buf):
        n = min(len(buf), len(self.received))
        buf[:n] = self.received[:n]
        self.received = self.received[n:]
        return n if n or self.ended else None

    def write(self, buf):
        n = min(len(buf), self.room)
        self.sent += buf[:n]
        self.room -= n
        return n or None

    def setblocking(self, on):
        pass


# Accepts the wires it is given.
class Listener(io.IOBase):
    def __init__(self):
        self.wires = []

    def ioctl(self, op, arg):
        return RD & arg if op == POLL and self.wires else 0 if op in (POLL, CLOSE) else -22

    def accept(self):
        return self.wires.pop(0), None
