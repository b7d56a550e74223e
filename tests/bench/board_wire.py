"""The wire of an emulated board: Ethernet frames between QEMU and this program.

    with Wire() as wire:
        WiredMachine(board, wire, script=app)       # of board_machine.py
        wire.lease()               # answers DHCP until the board has its address
        conn = board_tcp.connect(wire, 80)

Nothing is in between: no kernel, no router, no timer. So every frame is one that the test sent,
the same run gives the same frames, and a peer can vanish, which a kernel's TCP never does.
"""

import socket
import struct
import time

HOST_MAC, BROADCAST_MAC = bytes.fromhex("020000000001"), b"\xff" * 6
HOST_IP, BOARD_IP = socket.inet_aton("10.0.2.2"), socket.inet_aton("10.0.2.15")
MASK = socket.inet_aton("255.255.255.0")
IP4, ARP = 0x0800, 0x0806
TCP, UDP = 6, 17
DONT_FRAGMENT, MORE_FRAGMENTS = 0x4000, 0x2000
PATIENCE_S = 20

DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
DHCP_COOKIE = bytes.fromhex("63825363")


class Silence(Exception):
    """The board did not answer in time."""


def checksum(data):
    if len(data) & 1:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def ip4(protocol, payload, to, fragment=(0, DONT_FRAGMENT)):
    size = 20 + len(payload)
    head = struct.pack("!BBHHHBBH", 0x45, 0, size, *fragment, 64, protocol, 0)
    head += HOST_IP + to
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def dhcp_option(message, wanted):
    at = 240
    while at < len(message) and message[at] != 255:
        if message[at] == wanted:
            return message[at + 2 : at + 2 + message[at + 1]]
        at += 1 if message[at] == 0 else 2 + message[at + 1]
    return b""


def dhcp_reply(message, kind):
    """The server's answer to a DHCP message: always the same address, for a day."""
    fields = struct.pack("!BBBB4sHH", 2, 1, 6, 0, message[4:8], 0, 0x8000)
    fields += bytes(4) + BOARD_IP + HOST_IP + bytes(4) + message[28:44] + bytes(192)
    options = [(53, bytes([kind])), (54, HOST_IP), (51, struct.pack("!I", 86400))]
    options += [(1, MASK), (3, HOST_IP), (6, HOST_IP)]
    text = b"".join(bytes([name, len(value)]) + value for name, value in options)
    return fields + DHCP_COOKIE + text + b"\xff"


class Wire:
    def __init__(self):
        self._ours, self._boards = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.fd = self._boards.fileno()
        self.board_mac = None
        self.leased = False
        self.connections = {}  # our port -> whoever takes its segments
        self.frames_out = self.frames_in = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ours.close()
        self._boards.close()

    @property
    def netdev(self):
        """QEMU's -netdev, without its id."""
        return f"dgram,local.type=fd,local.str={self.fd}"

    def lease(self, patience_s=PATIENCE_S):
        """Waits until the board has an address."""
        self.wait(lambda: self.leased, "ask for an address", patience_s)

    def wait(self, done, what, patience_s=PATIENCE_S):
        """Takes in frames until done() is true."""
        end = time.monotonic() + patience_s
        while not done():
            if not self.turn(end - time.monotonic()):
                raise Silence(f"the board did not {what} within {patience_s} s")

    def turn(self, timeout_s):
        """Takes in one frame. False: none came."""
        self._ours.settimeout(max(timeout_s, 1e-6))
        try:
            frame = self._ours.recv(2048)
        except TimeoutError:
            return False
        self.frames_in += 1
        kind = frame[12] << 8 | frame[13]
        if kind == IP4:
            self._on_ip4(frame)
        elif kind == ARP:
            self._on_arp(frame)
        return True

    def settle(self, seconds=0.0):
        """Takes in what comes within these seconds."""
        end = time.monotonic() + seconds
        while self.turn(end - time.monotonic()):
            pass

    def send_tcp(self, segment, piece=None):
        """piece: as IP fragments of so many bytes (a multiple of 8). lwIP keeps such a segment in
        pieces, as it keeps every one where its buffers are small: on the Pico.
        """
        if not piece:
            self._send(self.board_mac, IP4, ip4(TCP, segment, BOARD_IP))
            return
        name = self.frames_out & 0xFFFF
        for at in range(0, len(segment), piece):
            more = MORE_FRAGMENTS if at + piece < len(segment) else 0
            payload = segment[at : at + piece]
            self._send(self.board_mac, IP4, ip4(TCP, payload, BOARD_IP, (name, more | at // 8)))

    def _send(self, mac, kind, payload):
        self.frames_out += 1
        self._ours.settimeout(PATIENCE_S)
        self._ours.send(mac + HOST_MAC + struct.pack("!H", kind) + payload)

    def _on_ip4(self, frame):
        start = 14 + (frame[14] & 15) * 4
        end = 14 + (frame[16] << 8 | frame[17])
        if frame[23] == TCP:
            port = frame[start + 2] << 8 | frame[start + 3]
            taker = self.connections.get(port)
            if taker:
                taker.take(frame[start:end])
        elif frame[23] == UDP and frame[start + 2 : start + 4] == b"\0\x43":
            self._on_dhcp(frame[6:12], frame[start + 8 : end])

    def _on_dhcp(self, mac, message):
        kind = dhcp_option(message, 53)[0]
        if kind not in (DISCOVER, REQUEST):
            return
        self.board_mac = mac
        self.leased = kind == REQUEST
        reply = dhcp_reply(message, OFFER if kind == DISCOVER else ACK)
        datagram = struct.pack("!HHHH", 67, 68, 8 + len(reply), 0) + reply
        self._send(mac, IP4, ip4(UDP, datagram, b"\xff" * 4))

    def _on_arp(self, frame):
        if frame[20:22] == b"\0\1" and frame[38:42] == HOST_IP:
            answer = frame[14:20] + b"\0\2" + HOST_MAC + HOST_IP + frame[22:32]
            self._send(frame[6:12], ARP, answer)
