"""PPP in HDLC-like framing (RFC 1662).

flag 7e | address ff | control 03 | protocol (1-2) | information | FCS (2, low byte first) | 7e
7d XX stands for XX ^ 20.
"""

import binascii
import re

FLAG, ESCAPE, FLIP = 0x7E, 0x7D, 0x20
ADDRESS_CONTROL = b"\xff\x03"
FRAME_MAX = 4096  # bytes of an unescaped frame; longer ones are noise
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
ESCAPED = re.compile(rb"\x7d(.)", re.DOTALL)
ALL_CONTROLS = 0xFFFFFFFF


def fcs(data):
    """CRC-16 with the least significant bit first; Python's own does the other order."""
    crc = binascii.crc_hqx(data.translate(REVERSED), 0xFFFF)
    return int(f"{crc:016b}"[::-1], 2) ^ 0xFFFF


def escapes(accm):
    """The bytes to escape for a peer that asked for this async control character map."""
    controls = bytes(i for i in range(32) if accm >> i & 1)
    return re.compile(b"[" + re.escape(controls + bytes([FLAG, ESCAPE])) + b"]")


def build(protocol, information, escaped):
    frame = ADDRESS_CONTROL + protocol.to_bytes(2, "big") + information
    frame += fcs(frame).to_bytes(2, "little")
    body = escaped.sub(lambda m: bytes([ESCAPE, m[0][0] ^ FLIP]), frame)
    return bytes([FLAG]) + body + bytes([FLAG])


def parse(body):
    """(protocol, information) of what stood between two flags; None when it is damaged."""
    if body.endswith(bytes([ESCAPE])) or len(body) > 2 * FRAME_MAX:
        return None  # aborted by its sender
    frame = ESCAPED.sub(lambda m: bytes([m[1][0] ^ FLIP]), body)
    if len(frame) < 4 or fcs(frame[:-2]) != int.from_bytes(frame[-2:], "little"):
        return None
    frame = frame[:-2].removeprefix(ADDRESS_CONTROL)
    # Protocol numbers end in an odd byte; the first byte may be left out when it is 0.
    size = 1 if frame[:1] and frame[0] & 1 else 2
    if len(frame) < size:
        return None
    return int.from_bytes(frame[:size], "big"), frame[size:]


class Deframer:
    """Cuts a stream of bytes into frames, however it arrives."""

    def __init__(self):
        self.rest = b""
        self.damaged = 0

    def feed(self, data):
        *bodies, rest = (self.rest + data).split(bytes([FLAG]))
        self.rest = rest[: 2 * FRAME_MAX + 1]  # what is longer will be dropped anyway
        frames = []
        for body in filter(None, bodies):
            frame = parse(body)
            if frame is None:
                self.damaged += 1
            else:
                frames.append(frame)
        return frames
