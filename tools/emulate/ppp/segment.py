"""TCP segments (RFC 9293, 3.1) and arithmetic on sequence numbers.

source port (2) | destination port (2) | sequence (4) | acknowledgment (4)
data offset in words (high half byte), flags | window (2) | checksum (2) | urgent (2) | options
"""

import struct
from dataclasses import dataclass

from . import ip

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
HEADER = struct.Struct("!HHIIBBHHH")
MSS_OPTION = 2
MSS_DEFAULT = 536
CHECKSUM_AT = 16
WRAP = 1 << 32


def ahead(a, b):
    """How far sequence number a is after b; negative: before it."""
    distance = (a - b) % WRAP
    return distance - WRAP if distance >= WRAP // 2 else distance


@dataclass(frozen=True)
class Segment:
    source: int
    destination: int
    sequence: int
    acknowledgment: int
    flags: int
    window: int
    data: bytes = b""
    mss: int = MSS_DEFAULT

    @property
    def length(self):
        """In sequence numbers: SYN and FIN count too."""
        return len(self.data) + bool(self.flags & SYN) + bool(self.flags & FIN)

    def build(self, source, destination):
        """The IP packet's payload."""
        options = struct.pack("!BBH", MSS_OPTION, 4, self.mss) if self.flags & SYN else b""
        offset = (HEADER.size + len(options)) // 4 << 4
        header = HEADER.pack(
            self.source,
            self.destination,
            self.sequence % WRAP,
            self.acknowledgment % WRAP,
            offset,
            self.flags,
            self.window,
            0,
            0,
        )
        whole = header + options + self.data
        return ip.with_checksum(source, destination, ip.TCP, whole, CHECKSUM_AT)


def mss_of(options):
    while options and options[0]:
        if options[0] == 1:
            options = options[1:]
            continue
        if len(options) < 2 or not 2 <= options[1] <= len(options):
            break
        if options[0] == MSS_OPTION and options[1] == 4:
            return max(64, int.from_bytes(options[2:4], "big"))
        options = options[options[1] :]
    return MSS_DEFAULT


def parse(packet):
    """The segment in an IP packet; None when it is damaged."""
    payload = packet.payload
    if len(payload) < HEADER.size or not ip.valid(packet, payload):
        return None
    fields = HEADER.unpack_from(payload)
    source, destination, sequence, acknowledgment, offset, flags, window, _, _ = fields
    start = (offset >> 4) * 4
    if not HEADER.size <= start <= len(payload):
        return None
    mss = mss_of(payload[HEADER.size : start])
    return Segment(
        source, destination, sequence, acknowledgment, flags, window, payload[start:], mss
    )
