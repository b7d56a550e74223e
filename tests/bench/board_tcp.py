"""TCP of a peer on a board's wire, in user space: as much of it as a well-behaved client on a wire
that loses nothing needs, and every bad manner that a client can have.

It acknowledges with its next segment, as a kernel does when the application answers at once;
otherwise at every second full segment, or after a while. What the board dropped, because it had no
room for it, is sent again.
"""

import functools
import itertools
import struct
import time

from board_wire import BOARD_IP, HOST_IP, PATIENCE_S, TCP, Silence, checksum

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MSS = 1460
WINDOW = 65535
AGAIN_S = 0.1
DELAYED_ACK_S = 0.04
_ports = itertools.cycle(range(1025, 65000))


def connect(wire, port, patience_s=PATIENCE_S):
    """A connection that is open. TCP's own retries are here: a SYN that found no room is sent
    again, and so is one to a board that does not listen yet.
    """
    end = time.monotonic() + patience_s
    conn = begin(wire, port)
    while not conn.open:
        if time.monotonic() > end:
            raise Silence(f"the board did not accept a connection within {patience_s} s")
        again = time.monotonic() + AGAIN_S
        while not conn.open and not conn.was_reset and wire.turn(again - time.monotonic()):
            pass
        if conn.was_reset:
            wire.settle(AGAIN_S / 10)
            conn = begin(wire, port)
        elif not conn.open:
            conn.send_syn()
    conn.acknowledge()
    return conn


def begin(wire, port):
    """A connection whose SYN is out, and nothing more."""
    conn = Connection(wire, next(p for p in _ports if p not in wire.connections), port)
    conn.send_syn()
    return conn


class Connection:
    """Looks like a socket to those who only send and receive."""

    def __init__(self, wire, port, board_port):
        self.wire = wire
        self.port = port
        self.board_port = board_port
        self.next = self.acked = 1000  # what we send next; what the board has
        self.window = 0  # bytes beyond acked that the board takes
        self.expected = 0  # what the board sends next
        self.unacknowledged = 0  # bytes of it that it does not know we have
        self.flight = []  # segments that the board has not acknowledged
        self.inbox = bytearray()
        self.reading = True  # False: what comes is neither read nor acknowledged
        self.refusing = self.half_closed = False
        self.open = self.finished = self.was_reset = False
        self.piece = None  # see Wire.send_tcp
        self.options = b""  # of TCP, in every segment
        wire.connections[port] = self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- in

    def take(self, segment):
        sequence, acknowledged = struct.unpack_from("!II", segment, 4)
        flags, data = segment[13], segment[(segment[12] >> 4) * 4 :]
        if flags & RST:
            self.was_reset = True
            self.forget()
            return
        if self.refusing:
            self._send(RST, b"", sequence=acknowledged)
            return
        if flags & SYN:
            self.expected = sequence + 1 & 0xFFFFFFFF
            self.open = True
        if flags & ACK:
            self.acked = acknowledged
            self.flight = [s for s in self.flight if s[0] >= acknowledged]
            self.window = segment[14] << 8 | segment[15]
        if (data or flags & FIN) and self.reading:
            self._take_data(sequence, data, flags & FIN)

    def _take_data(self, sequence, data, fin):
        if sequence != self.expected:
            self.acknowledge()  # sent again: it did not see our acknowledgment
            return
        self.inbox += data
        self.expected = sequence + len(data) + bool(fin) & 0xFFFFFFFF
        self.unacknowledged += len(data)
        if fin:
            self.finished = True
        if fin or self.unacknowledged >= 2 * MSS:
            self.acknowledge()

    def recv(self, size):
        self._await(lambda: self.inbox or self.finished, "answer")
        if self.was_reset and not self.inbox:
            raise ConnectionResetError("the board reset the connection")
        piece = bytes(self.inbox[:size])
        del self.inbox[:size]
        return piece

    def _await(self, done, what):
        """Takes in frames until done() or a reset; what a kernel's timers do is done here."""
        start = time.monotonic()
        again = start + AGAIN_S
        while not done() and not self.was_reset:
            if self.wire.turn(DELAYED_ACK_S):
                continue
            if self.unacknowledged:
                self.acknowledge()
            if time.monotonic() > again:
                self._send_again()
                again += AGAIN_S
            if time.monotonic() > start + PATIENCE_S:
                raise Silence(f"the board did not {what} within {PATIENCE_S} s")

    def _send_again(self):
        for sequence, flags, data in list(self.flight):
            self._send(flags, data, sequence=sequence)

    # ---- out

    def send_syn(self):
        self._send(SYN, b"", options=struct.pack("!BBH", 2, 4, MSS), sequence=self.acked)
        self.next = self.acked + 1

    def acknowledge(self):
        self._send(ACK, b"")

    def sendall(self, data):
        for at in range(0, len(data), MSS):
            piece = data[at : at + MSS]
            self._await(functools.partial(self.has_room, len(piece)), "take more")
            if self.was_reset:
                raise ConnectionResetError("the board reset the connection")
            self._send_kept(ACK | PSH, piece, len(piece))

    def has_room(self, size):
        return self.window - (self.next - self.acked) >= size

    def repeat(self, before, data=b"", fin=False):
        """Sends what was sent last once more, in one segment with what follows it: as a sender
        does who packs anew what he thinks was lost.
        """
        flags = ACK | PSH | FIN * fin
        self.half_closed |= fin
        if data or fin:
            self.flight.append((self.next, flags, data))
        self._send(flags, before + data, sequence=self.next - len(before))
        self.next += len(data) + fin

    def lose(self, data):
        """The wire loses this segment: it comes when it is sent again, after others."""
        self.flight.append((self.next, ACK | PSH, data))
        self.next += len(data)

    def wait_until_taken(self):
        self._await(lambda: not self.flight, "acknowledge")

    def finish(self):
        """Half-close: says that no more comes."""
        self.half_closed = True
        self._send_kept(FIN | ACK, b"", 1)

    def _send_kept(self, flags, data, length):
        self.flight.append((self.next, flags, data))
        self._send(flags, data)
        self.next += length

    def reset(self):
        self.refusing = True  # also what the board sends because it did not believe this one
        if not self.was_reset:
            self._send(RST | ACK, b"")

    def forget(self):
        """From now on there is nobody here: what the board sends is not even refused."""
        self.wire.connections.pop(self.port, None)

    def close(self):
        """As a client does that has what it wanted; waits until both sides have finished."""
        if self.was_reset:
            return
        if not self.half_closed:
            self.finish()
        self._await(lambda: self.finished and not self.flight, "close its side")
        self.forget()

    def _send(self, flags, data, options=None, sequence=None):
        options = self.options if options is None else options
        head = struct.pack(
            "!HHIIBBHHH",
            self.port,
            self.board_port,
            self.next if sequence is None else sequence,
            self.expected,
            (20 + len(options)) << 2,
            flags,
            WINDOW,
            0,
            0,
        )
        segment = head + options + data
        pseudo = HOST_IP + BOARD_IP + struct.pack("!HH", TCP, len(segment))
        total = checksum(pseudo + segment)
        self.unacknowledged = 0
        self.wire.send_tcp(segment[:16] + struct.pack("!H", total) + segment[18:], self.piece)
