"""PPP's frames, its negotiation and the packets in it: any cut of the line gives the same, and
nothing that a line can carry raises."""

import random
import struct

import pytest

from tools.emulate.ppp import control, dns, framing, ip, segment
from tools.emulate.ppp.control import ACK, IPCP, LCP, NAK, REJECT, REQUEST
from tools.emulate.ppp.link import Link

BOARD, HOST, NAMES = (bytes([10, 0, 2, n]) for n in (15, 2, 3))
ADDRESSES = {"ours": HOST, "theirs": BOARD, "dns": NAMES}
CAREFUL = framing.escapes(framing.ALL_CONTROLS)
PLAIN = framing.escapes(0)


def test_fcs_of_rfc_1662():
    # A frame with its own FCS has this remainder (RFC 1662, C.2: good FCS f0b8).
    frame = b"\xff\x03\xc0\x21\x01\x01\x00\x04"
    whole = frame + framing.fcs(frame).to_bytes(2, "little")
    assert framing.fcs(whole) ^ 0xFFFF == 0xF0B8
    assert framing.fcs(b"123456789") == 0x906E  # CRC-16/X-25's check value


@pytest.mark.parametrize("escaped", [CAREFUL, PLAIN])
def test_any_cut_gives_the_same_frames(escaped):
    rng = random.Random(1)
    frames = [(p, rng.randbytes(rng.randrange(1500))) for p in (0xC021, 0x21, 0x8021, 0x57)]
    frames.append((0x21, bytes(range(256))))
    line = b"".join(framing.build(p, data, escaped) for p, data in frames)
    assert framing.Deframer().feed(line) == frames
    bytewise = framing.Deframer()
    assert [f for b in line for f in bytewise.feed(bytes([b]))] == frames
    for _ in range(50):
        deframer, found, at = framing.Deframer(), [], 0
        while at < len(line):
            size = rng.randrange(1, 200)
            found += deframer.feed(line[at : at + size])
            at += size
        assert found == frames


def test_only_what_must_be_is_escaped():
    body = framing.build(0x21, bytes(range(32)), PLAIN)
    assert body.count(b"\x7d") == 0
    careful = framing.build(0x21, bytes(range(32)), CAREFUL)[1:-1]
    assert not [b for b in careful if b < 0x20]


def test_damaged_frames_are_dropped():
    frame = framing.build(0x21, b"hello world", PLAIN)
    for at in range(1, len(frame) - 1):
        for bit in range(8):
            bad = bytearray(frame)
            bad[at] ^= 1 << bit
            found = framing.Deframer().feed(bytes(bad))
            assert (0x21, b"hello world") not in found, (at, bit)
    deframer = framing.Deframer()
    deframer.feed(b"\x7e" + b"x" * 100_000)
    assert len(deframer.rest) < 10_000  # bounded, whatever a line says
    assert deframer.feed(b"\x7e" + frame) == [(0x21, b"hello world")]


def test_compressed_address_and_protocol():
    for body in (b"\x21hello", b"\x00\x21hello", b"\xff\x03\x21hello"):
        whole = body + framing.fcs(body).to_bytes(2, "little")
        assert framing.parse(PLAIN.sub(lambda m: m[0], whole)) == (0x21, b"hello")


class Peer:
    """A board's end of a link, by hand: it asks for what lwIP asks for."""

    def __init__(self):
        self.sent = []
        self.ip = []
        self.states = []
        self.link = Link(self.sent.append, self.ip.append, ADDRESSES, self.states.append)
        self.deframer = framing.Deframer()

    def say(self, protocol, code, identifier, body=b"", now=0.0):
        data = control.packet(code, identifier, body)
        self.link.receive(framing.build(protocol, data, CAREFUL), now)

    def heard(self):
        frames = self.deframer.feed(b"".join(self.sent))
        self.sent.clear()
        return [(p, *control.unpack(d)) for p, d in frames]

    def bring_up(self):
        self.say(LCP, REQUEST, 7, control.join([(2, bytes(4)), (5, b"abcd"), (7, b""), (8, b"")]))
        for protocol, code, identifier, body in self.heard():
            if (protocol, code) == (LCP, REQUEST):
                self.say(LCP, ACK, identifier, body)
        self.say(IPCP, REQUEST, 1, control.join([(3, BOARD), (129, NAMES)]))
        for protocol, code, identifier, body in self.heard():
            if (protocol, code) == (IPCP, REQUEST):
                self.say(IPCP, ACK, identifier, body)
        assert self.link.up


def test_comes_up():
    peer = Peer()
    peer.bring_up()
    assert peer.states == [True]
    peer.link.receive(framing.build(0x21, b"packet", PLAIN), 0)
    assert peer.ip == [b"packet"]


def test_addresses_are_given_and_unknown_options_refused():
    peer = Peer()
    peer.say(LCP, REQUEST, 1, control.join([(2, bytes(4)), (3, b"\xc0\x23")]))  # wants PAP
    answers = peer.heard()
    assert (LCP, REJECT, 1, control.join([(3, b"\xc0\x23")])) in answers
    peer = Peer()
    peer.bring_up()
    peer.say(IPCP, REQUEST, 5, control.join([(3, bytes(4)), (129, bytes(4)), (2, b"\0\x2d")]))
    assert (IPCP, REJECT, 5, control.join([(2, b"\0\x2d")])) in peer.heard()
    peer.say(IPCP, REQUEST, 6, control.join([(3, bytes(4)), (129, bytes(4))]))
    assert (IPCP, NAK, 6, control.join([(3, BOARD), (129, NAMES)])) in peer.heard()


def test_ipv6_is_refused_politely():
    peer = Peer()
    peer.bring_up()
    request = control.packet(REQUEST, 1, control.join([(1, b"12345678")]))
    peer.link.receive(framing.build(0x8057, request, CAREFUL), 0)
    (answer,) = peer.heard()
    assert answer[:2] == (LCP, control.PROTOCOL_REJECT)
    assert answer[3] == b"\x80\x57" + request


def test_requests_are_repeated_and_given_up():
    peer = Peer()
    peer.say(LCP, REQUEST, 1, b"")
    now, asked = 0.0, 0
    for _ in range(40):
        asked += sum(code == REQUEST for _, code, _, _ in peer.heard())
        now += 1.1
        peer.link.tick(now)
    assert asked == control.REQUESTS_MAX


def test_a_board_that_starts_over():
    peer = Peer()
    peer.bring_up()
    peer.bring_up()  # no terminate: it was reset
    assert peer.states == [True, False, True]
    peer.say(LCP, control.TERMINATE, 9)
    assert peer.heard() == [(LCP, control.TERMINATE_ACK, 9, b"")]
    assert not peer.link.up
    peer.bring_up()


def test_echo_and_unknown_codes():
    peer = Peer()
    peer.bring_up()
    peer.say(LCP, control.ECHO, 3, b"\0\0\0\0data")
    ((protocol, code, identifier, body),) = peer.heard()
    assert (protocol, code, identifier, body[4:]) == (LCP, control.ECHO_REPLY, 3, b"data")
    peer.say(LCP, 77, 4, b"?")
    ((_, code, _, body),) = peer.heard()
    assert (code, body) == (control.CODE_REJECT, control.packet(77, 4, b"?"))


def test_nothing_raises():
    rng = random.Random(2)
    for _ in range(3000):
        peer = Peer()
        if rng.random() < 0.5:
            peer.bring_up()
        protocol = rng.choice([LCP, IPCP, 0x21, 0x8057, rng.randrange(65536)])
        data = rng.randbytes(rng.randrange(60))
        if rng.random() < 0.5 and len(data) > 4:
            data = struct.pack("!BBH", rng.randrange(14), 1, len(data)) + data[4:]
        peer.link.receive(framing.build(protocol, data, CAREFUL), 0)
        peer.link.receive(rng.randbytes(200), 0)
        packet = ip.Packet(rng.choice([1, 6, 17]), BOARD, HOST, data)
        segment.parse(packet)
        ip.parse_udp(packet)
        ip.echo_reply(packet)
        ip.parse(data)
        dns.answer(data, {"localhost": HOST})


def test_ip_round_trips():
    packet = ip.Packet(ip.UDP, BOARD, HOST, b"payload")
    assert ip.parse(packet.build()) == packet
    assert ip.parse(packet.build() + b"padding") == packet
    broken = bytearray(packet.build())
    broken[8] ^= 1
    assert ip.parse(bytes(broken)) is None
    datagram = ip.udp(BOARD, 5000, HOST, 53, b"odd")
    assert ip.parse_udp(datagram) == (5000, 53, b"odd")
    one = segment.Segment(1, 2, 3, 4, segment.SYN, 5, b"", 1400)
    assert segment.parse(ip.Packet(6, BOARD, HOST, one.build(BOARD, HOST))) == one


def test_names():
    def ask(name, kind=1, flags=0x0100):
        labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
        query = struct.pack("!HHHHHH", 77, flags, 1, 0, 0, 0) + labels + b"\0"
        reply = dns.answer(query + struct.pack("!HH", kind, 1), {"localhost": HOST, "a.b": NAMES})
        return reply and (reply[:2], reply[3] & 15, reply[7], reply[-4:])

    assert ask("LOCALHOST") == (b"\0\x4d", 0, 1, HOST)
    assert ask("x.localhost") == (b"\0\x4d", 0, 1, HOST)
    assert ask("a.b") == (b"\0\x4d", 0, 1, NAMES)
    assert ask("example.com")[1:3] == (3, 0)  # no such name: nobody is asked
    assert ask("localhost", kind=28)[1:3] == (0, 0)  # no IPv6 address
    assert ask("localhost", flags=0x8000) is None
