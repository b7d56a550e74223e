"""IPv4 (RFC 791) without fragments, ICMP (RFC 792) and UDP (RFC 768): just what a peer needs."""

import struct
import sys
from dataclasses import dataclass

ICMP, TCP, UDP = 1, 6, 17
ECHO_REPLY, UNREACHABLE, ECHO = 0, 3, 8
NO_HOST, NO_PORT = 1, 3
HEADER = struct.Struct("!BBHHHBBH4s4s")
MORE_OR_OFFSET = 0x3FFF
HOPS = 64


def checksum(data):
    if len(data) % 2:
        data = bytes(data) + b"\0"
    total = sum(memoryview(bytes(data)).cast("H"))  # in the host's byte order: swapped below
    total = (total >> 16) + (total & 0xFFFF)
    total = (total >> 16) + (total & 0xFFFF)
    return int.from_bytes((~total & 0xFFFF).to_bytes(2, sys.byteorder), "big")


def with_checksum(source, destination, protocol, segment, at):
    """A TCP or UDP segment with its checksum, which covers the addresses too, put in at."""
    pseudo = source + destination + struct.pack("!BBH", 0, protocol, len(segment))
    return segment[:at] + checksum(pseudo + segment).to_bytes(2, "big") + segment[at + 2 :]


def valid(packet, segment):
    pseudo = packet.source + packet.destination
    pseudo += struct.pack("!BBH", 0, packet.protocol, len(segment))
    return checksum(pseudo + segment) == 0


@dataclass(frozen=True)
class Packet:
    protocol: int
    source: bytes
    destination: bytes
    payload: bytes

    def build(self, identifier=0):
        size = HEADER.size + len(self.payload)
        fields = [0x45, 0, size, identifier & 0xFFFF, 0, HOPS, self.protocol, 0]
        header = HEADER.pack(*fields, self.source, self.destination)
        fields[7] = checksum(header)
        return HEADER.pack(*fields, self.source, self.destination) + self.payload


def parse(data):
    """None for what is no sound, whole IPv4 packet."""
    if len(data) < HEADER.size:
        return None
    version, _, size, _, fragment, _, protocol, _, source, destination = HEADER.unpack_from(data)
    start = (version & 15) * 4
    if version >> 4 != 4 or not HEADER.size <= start <= size <= len(data):
        return None
    if fragment & MORE_OR_OFFSET or checksum(data[:start]):
        return None
    return Packet(protocol, source, destination, data[start:size])


def icmp(kind, code, body):
    """body: everything after the checksum."""
    message = struct.pack("!BBH", kind, code, 0) + body
    return message[:2] + checksum(message).to_bytes(2, "big") + body


def echo_reply(packet):
    """The answer to a ping; None when it is none."""
    message = packet.payload
    if len(message) < 8 or message[0] != ECHO or checksum(message):
        return None
    reply = icmp(ECHO_REPLY, 0, message[4:])
    return Packet(ICMP, packet.destination, packet.source, reply)


def unreachable(packet, code, ours):
    """Tells a packet's sender that it went nowhere."""
    quoted = packet.build()[: HEADER.size + 8]
    return Packet(ICMP, ours, packet.source, icmp(UNREACHABLE, code, bytes(4) + quoted))


def udp(source, port, destination, to_port, data):
    datagram = struct.pack("!HHHH", port, to_port, 8 + len(data), 0) + data
    datagram = with_checksum(source, destination, UDP, datagram, 6)
    return Packet(UDP, source, destination, datagram)


def parse_udp(packet):
    """(source port, destination port, data), None when it is damaged."""
    if len(packet.payload) < 8:
        return None
    source, destination, size, check = struct.unpack_from("!HHHH", packet.payload)
    if not 8 <= size <= len(packet.payload):
        return None
    datagram = packet.payload[:size]
    if check and not valid(packet, datagram):
        return None
    return source, destination, datagram[8:]
