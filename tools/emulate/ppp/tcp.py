"""One TCP connection, RFC 9293 in small: bytes and segments in, bytes and segments out.

It knows no socket and no clock: the owner passes segments, data and the time, and gets calls:
send(segment), deliver(data), established(), finished() (the peer sends no more), closed(reason).
"""

from .receiver import Receiver
from .segment import ACK, FIN, MSS_DEFAULT, PSH, RST, SYN, WRAP, Segment, ahead
from .timing import RoundTrip

SEND_MAX = 32 * 1024  # bytes that wait to be sent or acknowledged
MSS_OURS = 1460
SYN_TRIES, TRIES = 6, 12
PROBES_PATIENT = 4
DUPLICATES = 3  # acknowledgments of the same byte: the next segment was lost
LINGER_S = 2.0  # a closed connection still answers a repeated FIN for so long
REFUSED, TIMED_OUT, RESET, DONE = "refused", "timed out", "reset", "done"

SYN_SENT, SYN_RECEIVED, OPEN, LINGERING, CLOSED = range(5)


class Connection:
    def __init__(self, port, peer_port, owner, sequence, window=lambda: 16384):
        self.port, self.peer_port = port, peer_port
        self.owner = owner
        self.state = CLOSED
        self.first = sequence
        self.acked = sequence  # everything before was acknowledged
        self.next = sequence  # everything before was sent
        self.recover = sequence  # sent before the last loss: acknowledged, it is repaired
        self.buffer = bytearray()  # from self.acked on
        self.closing = False  # our FIN follows the buffer
        self.sent_all = False  # and was acknowledged
        self.peer_window = 0
        self.mss = MSS_DEFAULT
        self.receiver = Receiver(window)
        self.round_trip = RoundTrip()
        self.duplicates = 0
        self.tries = 0
        self.deadline = None
        self.owe_ack = False

    # ---- the owner's side

    def connect(self, now):
        self.state = SYN_SENT
        self.next = self.first + 1
        self.emit(SYN, self.first)
        self.start_timer(now)

    def accept(self, syn, now):
        self.receiver.start(syn.sequence + 1)
        self.mss = min(MSS_OURS, syn.mss)
        self.peer_window = syn.window
        self.state = SYN_RECEIVED
        self.next = self.first + 1
        self.emit(SYN | ACK, self.first)
        self.start_timer(now)

    @property
    def room(self):
        return SEND_MAX - len(self.buffer)

    def write(self, data):
        """Takes data; it leaves with the next pump()."""
        self.buffer += data

    def shutdown(self):
        """No more data: a FIN follows what was written."""
        self.closing = True

    def abort(self):
        if self.state in (SYN_RECEIVED, OPEN):
            self.emit(RST | ACK, self.next)
        self.close(RESET)

    def window_opened(self):
        """The owner can take data again: says so when it matters to the peer."""
        if self.state == OPEN and self.receiver.worth_telling(self.mss):
            self.owe_ack = True

    def close(self, reason):
        if self.state != CLOSED:
            self.state = CLOSED
            self.deadline = None
            self.owner.closed(reason)

    # ---- sending

    @property
    def end(self):
        """One past the last sequence number that there is to send."""
        return self.acked + len(self.buffer) + self.closing

    @property
    def in_flight(self):
        return self.next - self.acked

    @property
    def wants_to_send(self):
        usable = self.peer_window - self.in_flight
        left = self.end - self.next
        if self.state != OPEN or left <= 0 or usable <= 0:
            return False
        # Not a crumb of a window while an acknowledgment may open it further.
        return usable >= min(left, self.mss) or not self.in_flight

    def emit(self, flags, sequence, data=b""):
        window = self.receiver.advertise() if flags & ACK else self.receiver.window()
        acknowledgment = self.receiver.next if flags & ACK else 0
        self.owe_ack = self.owe_ack and not flags & ACK
        segment = Segment(
            self.port,
            self.peer_port,
            sequence % WRAP,
            acknowledgment % WRAP,
            flags,
            window,
            bytes(data),
            MSS_OURS,
        )
        self.owner.send(segment)

    def emit_from(self, sequence, limit):
        """A segment of at most limit bytes from there; returns the sequence number after it."""
        at = sequence - self.acked
        data = self.buffer[at : at + min(limit, self.mss)]
        after = sequence + len(data)
        flags = ACK
        if data and after == self.acked + len(self.buffer):
            flags |= PSH
        if self.closing and after == self.end - 1 and len(data) < limit:
            flags |= FIN
            after += 1
        self.emit(flags, sequence, data)
        return after

    def resend(self):
        """The oldest segment that was not acknowledged."""
        self.round_trip.spoiled()
        self.emit_from(self.acked, min(self.mss, self.in_flight))

    def pump(self, now):
        """Sends one segment if there is something to send. True: it did, there may be more."""
        if not self.wants_to_send:
            return False
        if not self.in_flight:
            self.tries = 0
            self.start_timer(now)
        self.round_trip.sent(self.next, now)
        self.next = self.emit_from(self.next, self.peer_window - self.in_flight)
        return True

    def flush(self, now):
        """After a batch of segments: the acknowledgment that is due, and the timer."""
        if self.owe_ack and self.state in (OPEN, LINGERING):
            self.emit(ACK, self.next)
        waits = self.end > self.acked and self.state == OPEN
        if waits and self.deadline is None:
            self.start_timer(now)  # in flight, or a closed window to probe

    # ---- the timer

    def start_timer(self, now):
        self.deadline = now + self.round_trip.timeout(self.tries)

    def tick(self, now):
        if self.deadline is None or now < self.deadline:
            return
        self.deadline = None
        self.tries += 1
        if self.state == LINGERING:
            self.close(DONE)
        elif self.tries > (TRIES if self.state == OPEN else SYN_TRIES):
            self.abort_silent()
        else:
            self.send_again()
            self.start_timer(now)

    def abort_silent(self):
        if self.state == OPEN:
            self.emit(RST | ACK, self.next)
        self.close(TIMED_OUT)

    def send_again(self):
        self.round_trip.spoiled()
        if self.state == SYN_SENT:
            self.emit(SYN, self.first)
        elif self.state == SYN_RECEIVED:
            self.emit(SYN | ACK, self.first)
        elif self.in_flight:
            self.recover = self.next
            self.resend()
        elif self.end > self.acked:
            # A probe: one byte into a window that is closed, so that the peer says when it opens.
            self.next = self.emit_from(self.acked, 1)

    # ---- receiving

    def receive(self, segment, now):
        if self.state == CLOSED:
            return
        if self.state == SYN_SENT:
            self.receive_answer(segment)
            return
        if not self.acceptable(segment, now):
            return
        if segment.flags & ACK:
            self.hear_ack(segment, now)
        if self.state == OPEN:
            self.take(segment, now)

    def receive_answer(self, segment):
        """In SYN_SENT: a SYN with our SYN's acknowledgment, or a refusal."""
        good_ack = segment.flags & ACK and ahead(segment.acknowledgment, self.first + 1) == 0
        if segment.flags & RST:
            if good_ack:
                self.close(REFUSED)
        elif segment.flags & SYN and good_ack:
            self.receiver.start(segment.sequence + 1)
            self.mss = min(MSS_OURS, segment.mss)
            self.open(segment)
            self.emit(ACK, self.next)

    def open(self, segment):
        self.state = OPEN
        self.acked = self.recover = self.first + 1
        self.peer_window = segment.window
        self.tries = 0
        self.deadline = None
        self.owner.established()

    def acceptable(self, segment, now):
        """Sequence check (RFC 9293, 3.10.7.4; RFC 5961 for RST and SYN)."""
        if not self.receiver.acceptable(segment):
            if not segment.flags & RST:
                self.emit(ACK, self.next)  # perhaps our last one was lost
                if self.state == LINGERING:
                    self.deadline = now + LINGER_S
            return False
        if segment.flags & RST:
            if ahead(segment.sequence, self.receiver.next) == 0:
                self.close(RESET)
            else:
                self.emit(ACK, self.next)
            return False
        if segment.flags & SYN:
            self.emit(ACK, self.next)
            return False
        return True

    def hear_ack(self, segment, now):
        distance = ahead(segment.acknowledgment, self.acked)
        if distance > self.next - self.acked:
            self.emit(ACK, self.next)  # of something that was never sent
            return
        if self.state == SYN_RECEIVED:
            if distance != 1:
                return
            self.open(segment)
            distance = 0
        moved = segment.window != self.peer_window
        if not segment.window:
            self.tries = min(self.tries, PROBES_PATIENT)  # it lives, it only has no room
        if distance >= 0:
            self.peer_window = segment.window
        if distance > 0:
            self.acknowledge(distance, now)
        elif distance == 0 and self.in_flight and not segment.length and not moved:
            self.duplicates += 1
            if self.duplicates == DUPLICATES and self.acked >= self.recover:
                self.recover = self.next
                self.resend()

    def acknowledge(self, count, now):
        fin = count > len(self.buffer)
        del self.buffer[:count]
        self.acked += count
        if fin:
            self.closing = False
            self.sent_all = True
        self.duplicates = 0
        self.tries = 0
        self.round_trip.acknowledged(self.acked, now)
        if self.in_flight and self.acked < self.recover:
            self.resend()  # the next hole
        self.deadline = None
        if self.in_flight:
            self.start_timer(now)
        self.check_done(now)

    def take(self, segment, now):
        """The segment's data and FIN, in order."""
        if not segment.data and not segment.flags & FIN:
            return
        in_order = ahead(segment.sequence, self.receiver.next) == 0
        data, ended = self.receiver.take(segment)
        if in_order:
            self.owe_ack = True
        else:
            self.emit(ACK, self.next)  # at once: the peer counts duplicates
        if data:
            self.owner.deliver(data)
        if ended:
            self.owe_ack = True
            self.owner.finished()
            self.check_done(now)

    def check_done(self, now):
        if self.sent_all and self.receiver.ended and self.state == OPEN:
            self.state = LINGERING
            self.deadline = now + LINGER_S
