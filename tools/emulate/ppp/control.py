"""LCP (RFC 1661) and IPCP (RFC 1332): the two ends agree on a link's options.

packet: code | identifier | length (2) | options: type | length | value ...
"""

import struct

LCP, IPCP, IPV4 = 0xC021, 0x8021, 0x0021
REQUEST, ACK, NAK, REJECT = 1, 2, 3, 4
TERMINATE, TERMINATE_ACK, CODE_REJECT, PROTOCOL_REJECT = 5, 6, 7, 8
ECHO, ECHO_REPLY, DISCARD = 9, 10, 11
RESTART_S = 1.0  # before an unanswered request is repeated
REQUESTS_MAX = 10


def packet(code, identifier, body=b""):
    return struct.pack("!BBH", code, identifier & 0xFF, 4 + len(body)) + body


def unpack(data):
    """(code, identifier, body), None when it is cut short."""
    if len(data) < 4:
        return None
    code, identifier, length = struct.unpack_from("!BBH", data)
    return (code, identifier, data[4:length]) if 4 <= length <= len(data) else None


def options(body):
    """[(type, value)], None when they do not fill the body."""
    found = []
    while body:
        if len(body) < 2 or not 2 <= body[1] <= len(body):
            return None
        found.append((body[0], body[2 : body[1]]))
        body = body[body[1] :]
    return found


def join(found):
    return b"".join(bytes([kind, len(value) + 2]) + value for kind, value in found)


class Negotiation:
    """One protocol's options: open once each end has acknowledged the other's request.

    ours: what we ask for. judge(type, value) says what we think of the peer's: True (fine),
    a value to use instead, or None (no such option here).
    """

    def __init__(self, protocol, ours, judge, send):
        self.protocol = protocol
        self.wish = ours
        self.judge = judge
        self.send = lambda data: send(protocol, data)
        self.identifier = 0
        self.close()

    def close(self):
        self.ours, self.theirs = dict(self.wish), {}
        self.our_ack = self.their_ack = False
        self.requested = False
        self.tries = 0
        self.deadline = None

    @property
    def opened(self):
        return self.our_ack and self.their_ack

    def request(self, now):
        """Asks for our options, again when asked again."""
        self.identifier += 1
        self.requested = True
        self.tries += 1
        self.deadline = now + RESTART_S
        self.send(packet(REQUEST, self.identifier, join(self.ours.items())))

    def tick(self, now):
        if self.deadline is not None and now >= self.deadline:
            self.deadline = None
            if self.requested and not self.our_ack and self.tries < REQUESTS_MAX:
                self.request(now)

    def receive(self, code, identifier, body, now):
        """True when it was one of the four packets of a negotiation."""
        if code == REQUEST:
            self.judge_request(identifier, body, now)
        elif code in (ACK, NAK, REJECT):
            self.hear_answer(code, identifier, body, now)
        return code in (REQUEST, ACK, NAK, REJECT)

    def judge_request(self, identifier, body, now):
        if self.opened:  # the peer starts over
            self.close()
        asked = options(body)
        if asked is None:
            return
        verdicts = [(kind, value, self.judge(kind, value)) for kind, value in asked]
        refused = [(kind, value) for kind, value, verdict in verdicts if verdict is None]
        better = [(k, verdict) for k, _, verdict in verdicts if isinstance(verdict, bytes)]
        if refused:
            self.send(packet(REJECT, identifier, join(refused)))
        elif better:
            self.send(packet(NAK, identifier, join(better)))
        else:
            self.theirs = dict(asked)
            self.their_ack = True
            self.send(packet(ACK, identifier, body))
        if not self.requested:
            self.request(now)

    def hear_answer(self, code, identifier, body, now):
        if identifier != self.identifier & 0xFF or self.our_ack or not self.requested:
            return
        if code == ACK:
            self.our_ack = True
            self.deadline = None
            return
        for kind, value in options(body) or []:
            if code == REJECT:
                self.ours.pop(kind, None)
            elif kind in self.ours and len(value) == len(self.ours[kind]):
                self.ours[kind] = value
        if self.tries < REQUESTS_MAX:
            self.request(now)
