"""A PPP link to a board: brings up LCP and IPCP, then carries IPv4."""

import os
import struct

from . import control, framing
from .control import IPCP, IPV4, LCP, Negotiation

MRU, ACCM, MAGIC, PROTOCOL_COMPRESSION, ADDRESS_COMPRESSION = 1, 2, 5, 7, 8
ADDRESS, DNS = 3, 129
SIZES = {MRU: 2, ACCM: 4, MAGIC: 4, PROTOCOL_COMPRESSION: 0, ADDRESS_COMPRESSION: 0}


class Link:
    """send(bytes of one frame, whole) puts a frame on the line; on_ip(packet) gets what comes.

    addresses: {"ours": ..., "theirs": ..., "dns": ...} as 4 bytes each.
    """

    def __init__(self, send, on_ip, addresses, on_state=lambda up: None):
        self.send = send
        self.on_ip = on_ip
        self.on_state = on_state
        self.addresses = addresses
        self.deframer = framing.Deframer()
        self.carefully = framing.escapes(framing.ALL_CONTROLS)
        self.identifier = 0
        ours = {ACCM: bytes(4), MAGIC: os.urandom(4)}
        self.lcp = Negotiation(LCP, ours, self.judge_lcp, self.send_packet)
        self.ipcp = Negotiation(
            IPCP, {ADDRESS: addresses["ours"]}, self.judge_ipcp, self.send_packet
        )
        self.up = False
        self.escaped = self.carefully

    def judge_lcp(self, kind, value):
        return True if len(value) == SIZES.get(kind) else None

    def judge_ipcp(self, kind, value):
        ours = {ADDRESS: self.addresses["theirs"], DNS: self.addresses["dns"]}.get(kind)
        if ours is None:
            return None
        return True if value == ours else ours

    def send_packet(self, protocol, data):
        escaped = self.escaped if protocol == IPV4 else self.carefully
        self.send(framing.build(protocol, data, escaped))

    def send_ip(self, packet):
        if self.up:
            self.send_packet(IPV4, packet)

    def close(self):
        """Tells the peer that the link ends."""
        self.identifier += 1
        self.send_packet(LCP, control.packet(control.TERMINATE, self.identifier))
        self.forget()

    def forget(self):
        self.lcp.close()
        self.ipcp.close()
        self.check()

    def check(self):
        """Follows the negotiations: options that are agreed on now, up or down."""
        if self.lcp.opened:
            accm = self.lcp.theirs.get(ACCM, b"\xff\xff\xff\xff")
            self.escaped = framing.escapes(int.from_bytes(accm, "big"))
        else:
            self.ipcp.close()
        up = self.lcp.opened and self.ipcp.opened
        if up != self.up:
            self.up = up
            self.on_state(up)

    def tick(self, now):
        self.lcp.tick(now)
        self.ipcp.tick(now)

    def receive(self, data, now):
        """Bytes from the line, cut anywhere."""
        for protocol, information in self.deframer.feed(data):
            self.receive_frame(protocol, information, now)

    def receive_frame(self, protocol, information, now):
        if protocol == IPV4:
            if self.up:
                self.on_ip(information)
        elif protocol in (LCP, IPCP):
            parts = control.unpack(information)
            if parts and (protocol == LCP or self.lcp.opened):
                self.receive_control(protocol, *parts, now)
        elif self.lcp.opened:
            rejected = struct.pack("!H", protocol) + information
            self.answer(LCP, control.PROTOCOL_REJECT, rejected[:1490])

    def answer(self, protocol, code, body):
        self.identifier += 1
        self.send_packet(protocol, control.packet(code, self.identifier, body))

    def receive_control(self, protocol, code, identifier, body, now):
        negotiation = self.lcp if protocol == LCP else self.ipcp
        if negotiation.receive(code, identifier, body, now):
            self.check()
        elif code == control.TERMINATE:
            self.send_packet(protocol, control.packet(control.TERMINATE_ACK, identifier))
            negotiation.close()
            self.check()
        elif code == control.ECHO and protocol == LCP:
            if self.lcp.opened:
                magic = self.lcp.ours.get(MAGIC, bytes(4))
                reply = control.packet(control.ECHO_REPLY, identifier, magic + body[4:])
                self.send_packet(LCP, reply)
        elif code == 0 or code > control.DISCARD:
            whole = control.packet(code, identifier, body)
            self.answer(protocol, control.CODE_REJECT, whole)
