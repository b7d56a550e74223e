"""The gateway: a board's IP packets end here, in sockets to 127.0.0.1.

10.0.2.15  the board    10.0.2.2  this host's loopback    10.0.2.3  the name server
"""

import asyncio
import random
from collections import deque

from . import dns, ip, tcp
from . import segment as segments
from .flows import TCPFlow, UDPFlow
from .line import Line
from .link import Link
from .timing import Clock

BOARD, HOST, NAMES = (bytes([10, 0, 2, n]) for n in (15, 2, 3))
ADDRESSES = {"ours": HOST, "theirs": BOARD, "dns": NAMES}
FLOWS_MAX = 256
FIRST_PORT, LAST_PORT = 49152, 65535


class Gateway:
    """write(bytes) puts bytes on the board's serial line and may be told to wait: see ready().

    The owner calls tick() every 50 ms or so of the board's time, which all timers count in.
    """

    def __init__(self, write, trouble=None, names=None):
        self.loop = asyncio.get_running_loop()
        self.clock = Clock()
        self.line = Line(self, write, trouble)
        self.link = Link(self.line.to_board, self.from_board, ADDRESSES, self.on_state)
        self.table = {"localhost": HOST, "host.lws": HOST, **(names or {})}
        self.flows = {}  # (our address, our port, the board's port): TCPFlow
        self.datagrams = {}
        self.servers = []
        self.pings = {}
        self.turn = deque()  # flows in the order in which they may send next
        self.identifier = 0
        self.next_port = random.randrange(FIRST_PORT, LAST_PORT)
        self.went_up = asyncio.Event()

    # ---- the board's line

    def receive(self, data):
        """Bytes from the board."""
        self.line.from_board(data)

    def ready(self):
        """The line takes more."""
        self.pump()

    def on_state(self, up):
        (self.went_up.set if up else self.went_up.clear)()

    def tick(self, now):
        """So many seconds of the board's time have passed since it began."""
        self.clock.advance(now)
        self.link.tick(now)
        for flow in [*self.flows.values(), *self.datagrams.values()]:
            flow.tick(now)
        self.pump()

    def pump(self):
        """Acknowledgments first, then data: a segment of each flow in turn while there is room."""
        now = self.clock.now
        for flow in list(self.flows.values()):
            flow.connection.flush(now)
        if not self.link.up:
            return
        idle = 0
        while idle < len(self.turn) and self.line.room:
            flow = self.turn.popleft()
            if self.flows.get(flow.key) is flow:
                idle = 0 if flow.connection.pump(now) else idle + 1
                self.turn.append(flow)

    def add(self, flow):
        self.flows[flow.key] = flow
        self.turn.append(flow)

    def send(self, packet):
        self.identifier += 1
        self.link.send_ip(packet.build(self.identifier))

    # ---- from the board

    def from_board(self, data):
        packet = ip.parse(data)
        if packet is None or packet.source != BOARD:
            return
        if packet.destination not in (HOST, NAMES):
            self.send(ip.unreachable(packet, ip.NO_HOST, HOST))
        elif packet.protocol == ip.ICMP:
            self.on_icmp(packet)
        elif packet.protocol == ip.UDP:
            self.on_udp(packet)
        elif packet.protocol == ip.TCP:
            self.on_tcp(packet)

    def on_icmp(self, packet):
        if reply := ip.echo_reply(packet):
            self.send(reply)
        elif packet.payload[:1] == bytes([ip.ECHO_REPLY]) and ip.checksum(packet.payload) == 0:
            done = self.pings.pop(packet.payload[4:], None)
            if done and not done.done():
                done.set_result(self.clock.now)

    def on_udp(self, packet):
        parsed = ip.parse_udp(packet)
        if parsed is None:
            return
        source, destination, data = parsed
        if packet.destination == NAMES and destination == 53:
            if reply := dns.answer(data, self.table):
                self.send(ip.udp(NAMES, 53, BOARD, source, reply))
            return
        if packet.destination != HOST:
            self.send(ip.unreachable(packet, ip.NO_PORT, HOST))
            return
        key = (source, destination)
        if key not in self.datagrams and len(self.datagrams) < FLOWS_MAX:
            self.datagrams[key] = UDPFlow(self, key, packet)
        if key in self.datagrams:
            self.datagrams[key].send(data)

    def on_tcp(self, packet):
        segment = segments.parse(packet)
        if segment is None:
            return
        now = self.clock.now
        key = (packet.destination, segment.destination, segment.source)
        flow = self.flows.get(key)
        fresh = segment.flags & (segments.SYN | segments.ACK | segments.RST) == segments.SYN
        if flow and fresh and flow.connection.state == tcp.LINGERING:
            flow.connection.close(tcp.DONE)  # the board uses its port again
            flow = None
        if flow:
            flow.receive(segment, now)
        elif fresh and packet.destination == HOST and len(self.flows) < FLOWS_MAX:
            self.add(TCPFlow.outbound(self, key, segment))
        elif not segment.flags & segments.RST:
            self.refuse(packet, segment)
        self.loop.call_soon(self.pump)

    def refuse(self, packet, segment):
        """RST for a segment that belongs to nothing (RFC 9293, 3.10.7.1)."""
        if segment.flags & segments.ACK:
            fields = (segment.acknowledgment, 0, segments.RST)
        else:
            ours = (segment.sequence + segment.length) % segments.WRAP
            fields = (0, ours, segments.RST | segments.ACK)
        reply = segments.Segment(segment.destination, segment.source, *fields, 0)
        payload = reply.build(packet.destination, BOARD)
        self.send(ip.Packet(ip.TCP, packet.destination, BOARD, payload))

    # ---- to the board

    async def forward(self, port, host_port=0, up_s=10):
        """Connections to the host's port go to the board's; returns the host's port.

        One that comes while the link is down waits for it, up to up_s.
        """

        async def wait_for_link(flow):
            try:
                await self.clock.within(up_s, self.went_up.wait())
            except TimeoutError:
                flow.give_up()
            else:
                flow.connect(self.free_key(port))

        def accepted():
            flow = TCPFlow(self, None)
            if len(self.flows) >= FLOWS_MAX:
                flow.surplus = True
            else:
                flow.starting = self.loop.create_task(wait_for_link(flow))
            return flow

        server = await self.loop.create_server(accepted, "127.0.0.1", host_port)
        self.servers.append(server)
        return server.sockets[0].getsockname()[1]

    def free_key(self, port):
        while True:
            self.next_port += 1
            if self.next_port > LAST_PORT:
                self.next_port = FIRST_PORT
            key = (HOST, self.next_port, port)
            if key not in self.flows:
                return key

    async def ping(self, timeout=5):
        """Seconds that the board takes to answer a ping."""
        body = random.randbytes(32)
        self.pings[body] = answered = self.loop.create_future()
        sent = self.clock.now
        message = ip.icmp(ip.ECHO, 0, body)
        self.send(ip.Packet(ip.ICMP, HOST, BOARD, message))
        try:
            return await self.clock.within(timeout, answered) - sent
        finally:
            self.pings.pop(body, None)

    async def cut(self, seconds):
        """Hangs up, and hears and says nothing for so long."""
        await self.line.cut(seconds)

    async def close(self):
        self.line.close()
        for server in self.servers:
            server.close()
        for flow in [*self.flows.values(), *self.datagrams.values()]:
            flow.drop()
