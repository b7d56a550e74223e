"""A board's conversations: a connection or datagrams at one end, a socket of the host at the
other. Each end is only read as fast as the other takes it."""

import asyncio
import contextlib
import random
import socket
import struct

from . import ip, tcp

READ_MAX = 4096
PENDING_MAX = 16 * 1024  # bytes for a host that does not read: the board's window
CONNECT_S = 10
UDP_IDLE_S = 60
DATAGRAM_MAX = 1400  # what fits the link's MTU; larger ones are dropped
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class TCPFlow(asyncio.BufferedProtocol):
    surplus = False
    starting = None

    def __init__(self, gateway, key):
        self.gateway = gateway
        self.key = key
        self.transport = None
        self.connection = None
        self.reading = False
        self.buffer = bytearray(READ_MAX)

    @classmethod
    def outbound(cls, gateway, key, syn):
        """The board's SYN: answered once the host's port has accepted."""
        flow = cls(gateway, key)
        flow.make_connection()
        flow.starting = gateway.loop.create_task(flow.reach_host(syn))
        return flow

    def make_connection(self):
        _, port, board_port = self.key
        first = random.randrange(1 << 32)
        self.connection = tcp.Connection(port, board_port, self, first, self.window)

    async def reach_host(self, syn):
        try:
            reach = self.gateway.loop.create_connection(lambda: self, "127.0.0.1", self.key[1])
            await asyncio.wait_for(reach, CONNECT_S)
        except (TimeoutError, OSError):
            self.gateway.flows.pop(self.key, None)
            packet = ip.Packet(ip.TCP, b"", self.key[0], b"")
            self.gateway.refuse(packet, syn)
            return
        self.transport.pause_reading()
        self.connection.accept(syn, self.gateway.clock.now)

    def connect(self, key):
        """To the board, for a connection that the host's port accepted."""
        if self.transport is None or self.transport.is_closing():
            return
        self.key = key
        self.make_connection()
        self.gateway.add(self)
        self.connection.connect(self.gateway.clock.now)

    def receive(self, segment, now):
        if self.connection.state != tcp.CLOSED:
            self.connection.receive(segment, now)
            self.read_more()

    def tick(self, now):
        self.connection.tick(now)

    def window(self):
        waiting = self.transport.get_write_buffer_size() if self.transport else 0
        return max(0, PENDING_MAX - waiting)

    # ---- calls of the connection

    def send(self, segment):
        address = self.key[0]
        board = self.gateway.link.addresses["theirs"]
        payload = segment.build(address, board)
        self.gateway.send(ip.Packet(ip.TCP, address, board, payload))

    def established(self):
        self.read_more()

    def deliver(self, data):
        if not self.transport.is_closing():
            self.transport.write(data)

    def finished(self):
        with contextlib.suppress(OSError):  # the host's side was reset, and we hear of it later
            if self.transport.can_write_eof() and not self.transport.is_closing():
                self.transport.write_eof()

    def closed(self, reason):
        self.gateway.flows.pop(self.key, None)
        if reason == tcp.DONE:
            self.transport.close()
        else:
            self.give_up()

    def give_up(self):
        """The host's side sees a reset."""
        if self.transport and not self.transport.is_closing():
            sock = self.transport.get_extra_info("socket")
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.transport.abort()

    def drop(self):
        if self.starting:
            self.starting.cancel()
        self.give_up()

    # ---- calls of the host's socket

    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(high=PENDING_MAX // 2)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.pause_reading()
        if self.surplus:
            self.give_up()

    def read_more(self):
        """Reads the host's side again, if there is room for it."""
        may = self.connection.state == tcp.OPEN and self.connection.room > 0
        if may and not self.reading and not self.transport.is_closing():
            self.reading = True
            self.transport.resume_reading()

    def get_buffer(self, sizehint):
        return memoryview(self.buffer)[: max(1, min(READ_MAX, self.connection.room))]

    def buffer_updated(self, count):
        self.connection.write(memoryview(self.buffer)[:count])
        if self.connection.room <= 0:
            self.reading = False
            self.transport.pause_reading()
        self.gateway.pump()

    def eof_received(self):
        self.connection.shutdown()
        self.gateway.pump()
        return True  # the other half stays open

    def resume_writing(self):
        self.connection.window_opened()
        self.gateway.pump()

    def connection_lost(self, error):
        if self.connection is not None and self.connection.state == tcp.OPEN and error:
            self.connection.abort()


class UDPFlow(asyncio.DatagramProtocol):
    """Datagrams from one port of the board to one of the host, and back."""

    def __init__(self, gateway, key, packet):
        self.gateway = gateway
        self.key = key
        self.packet = packet  # the first one: an error quotes it
        self.transport = None
        self.waiting = []
        self.last = self.gateway.clock.now
        self.task = gateway.loop.create_task(self.open())

    async def open(self):
        reach = self.gateway.loop.create_datagram_endpoint(
            lambda: self, remote_addr=("127.0.0.1", self.key[1])
        )
        await reach
        for data in self.waiting:
            self.transport.sendto(data)
        self.waiting = []

    def connection_made(self, transport):
        self.transport = transport

    def send(self, data):
        self.last = self.gateway.clock.now
        if self.transport is None:
            if len(self.waiting) < 8:
                self.waiting.append(data)
        else:
            self.transport.sendto(data)

    def datagram_received(self, data, address):
        self.last = self.gateway.clock.now
        if len(data) <= DATAGRAM_MAX:
            source, destination = self.key
            addresses = self.gateway.link.addresses
            reply = ip.udp(addresses["ours"], destination, addresses["theirs"], source, data)
            self.gateway.send(reply)

    def error_received(self, error):
        """Nobody listens there."""
        ours = self.gateway.link.addresses["ours"]
        self.gateway.send(ip.unreachable(self.packet, ip.NO_PORT, ours))

    def tick(self, now):
        if now - self.last > UDP_IDLE_S:
            self.gateway.datagrams.pop(self.key, None)
            self.drop()

    def drop(self):
        self.task.cancel()
        if self.transport:
            self.transport.close()
