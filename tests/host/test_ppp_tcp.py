"""The gateway's TCP against itself, over links that lose, double and reorder; no clock waits."""

import asyncio
import errno
import heapq
import random

import pytest

from tools.emulate.ppp import flows, tcp
from tools.emulate.ppp.gateway import Gateway
from tools.emulate.ppp.segment import ACK, FIN, RST, SYN, Segment, ahead


class End:
    """One side's application: keeps what it is told."""

    def __init__(self, world, name):
        self.world, self.name = world, name
        self.got = bytearray()
        self.free = 16384
        self.to_send = b""
        self.events = []

    def send(self, segment):
        self.world.carry(self, segment)

    def deliver(self, data):
        self.got += data

    def established(self):
        self.events.append("established")

    def finished(self):
        self.events.append("finished")

    def closed(self, reason):
        self.events.append(reason)

    def feed(self):
        room = self.connection.room
        if self.to_send and room > 0:
            self.connection.write(self.to_send[:room])
            self.to_send = self.to_send[room:]


class World:
    """Two ends and a link; time jumps to the next thing that happens."""

    def __init__(self, seed=1, loss=0.0, double=0.0, jitter=0.0, first=(1000, 5000)):
        self.random = random.Random(seed)
        self.loss, self.double, self.jitter = loss, double, jitter
        self.now, self.count = 0.0, 0
        self.queue = []
        self.log = []
        self.a, self.b = End(self, "a"), End(self, "b")
        for end, port, peer, sequence in (
            (self.a, 1, 2, first[0]),
            (self.b, 2, 1, first[1]),
        ):
            window = lambda end=end: end.free  # noqa: E731
            end.connection = tcp.Connection(port, peer, end, sequence, window)

    def carry(self, source, segment):
        self.log.append((self.now, source.name, segment))
        to = self.b if source is self.a else self.a
        for _ in range(2 if self.random.random() < self.double else 1):
            if self.random.random() >= self.loss:
                self.count += 1
                when = self.now + 0.01 + self.random.random() * self.jitter
                heapq.heappush(self.queue, (when, self.count, to, segment))

    def arrive(self, to, segment):
        connection = to.connection
        fresh = connection.state == tcp.CLOSED and not to.events
        if segment.flags & SYN and fresh and not segment.flags & ACK:
            connection.accept(segment, self.now)
        else:
            connection.receive(segment, self.now)

    def step(self):
        ends = (self.a, self.b)
        for end in ends:
            end.feed()
            while end.connection.pump(self.now):
                pass
            end.connection.flush(self.now)
        times = [e.connection.deadline for e in ends if e.connection.deadline is not None]
        times += [self.queue[0][0]] if self.queue else []
        if not times:
            return False
        self.now = max(self.now, min(times))
        while self.queue and self.queue[0][0] <= self.now:
            _, _, to, segment = heapq.heappop(self.queue)
            self.arrive(to, segment)
        for end in ends:
            end.connection.tick(self.now)
        return True

    def run(self, until=lambda: False, limit=3600):
        while not until() and self.step():
            assert self.now < limit, [s for s in self.log[-20:]]

    def open(self):
        self.a.connection.connect(self.now)
        self.run(lambda: self.a.events and self.b.events)


@pytest.mark.parametrize("first", [(1000, 5000), (2**32 - 3000, 2**32 - 1)])
def test_bytes_both_ways_and_both_fins(first):
    world = World(first=first)
    world.open()
    world.a.to_send, world.b.to_send = bytes(range(256)) * 400, b"x" * 70_001
    sent = world.a.to_send, world.b.to_send
    world.run(lambda: len(world.b.got) == len(sent[0]) and len(world.a.got) == len(sent[1]))
    assert (bytes(world.b.got), bytes(world.a.got)) == sent
    world.a.connection.shutdown()
    world.run(lambda: "finished" in world.b.events)
    world.b.to_send = b"half closed"  # the other half is still open
    world.run(lambda: world.a.got.endswith(b"half closed"))
    world.b.connection.shutdown()
    world.run()
    assert world.a.events == world.b.events == ["established", "finished", tcp.DONE]


@pytest.mark.parametrize("seed", range(20))
def test_bad_links_deliver_everything(seed):
    world = World(seed, loss=0.1, double=0.1, jitter=0.05)
    world.open()
    rng = random.Random(seed)
    world.a.to_send, world.b.to_send = rng.randbytes(60_000), rng.randbytes(30_000)
    sent = world.a.to_send, world.b.to_send
    world.run(lambda: not world.a.to_send and not world.b.to_send)
    world.a.connection.shutdown()
    world.b.connection.shutdown()
    world.run()
    assert (bytes(world.b.got), bytes(world.a.got)) == sent
    assert world.a.events[:2] == world.b.events[:2] == ["established", "finished"]


def test_a_closed_window_is_probed_and_never_overrun():
    world = World()
    world.open()
    world.b.free = 0
    world.a.to_send = b"q" * 40_000
    world.run(lambda: world.now > 60)
    assert len(world.b.got) <= 16384  # what the first window allowed
    held = len(world.b.got)
    probes = [s for t, name, s in world.log if name == "a" and t > 20 and s.data]
    assert probes and all(len(s.data) == 1 for s in probes)
    world.b.free = 16384
    world.b.connection.window_opened()
    world.run(lambda: len(world.b.got) == 40_000, limit=world.now + 30)
    assert held < len(world.b.got)


def test_a_lost_window_update_does_not_stop_it():
    world = World()
    world.open()
    world.b.free = 0
    world.a.to_send = b"q" * 40_000
    world.run(lambda: world.now > 10)
    world.b.free = 16384  # and nobody says so
    world.run(lambda: len(world.b.got) == 40_000, limit=200)


def test_silence_times_out():
    world = World(loss=1.0)
    world.a.connection.connect(0)
    world.run()
    assert world.a.events == [tcp.TIMED_OUT]
    gaps = [t for t, _, _ in world.log]
    assert len(gaps) == tcp.SYN_TRIES + 1
    assert all(b - a >= 1 for a, b in zip(gaps, gaps[1:], strict=False))  # backing off
    world = World()
    world.open()
    world.loss = 1.0
    world.a.to_send = b"anybody?"
    world.run()
    assert world.a.events[-1] == tcp.TIMED_OUT


def test_fast_retransmission():
    world = World()
    world.open()
    world.a.to_send = b"z" * 12_000
    world.a.feed()
    world.a.connection.pump(world.now)
    world.queue.clear()  # the first segment is lost, the others are not
    world.run(lambda: len(world.b.got) == 12_000)
    assert world.now < tcp.LINGER_S and world.now < 0.5  # no timeout was waited for


def test_reset_only_by_the_right_sequence():
    world = World()
    world.open()
    peer = world.b.connection
    wrong = Segment(2, 1, peer.next + 100, 0, RST, 0)
    world.a.connection.receive(wrong, world.now)
    assert world.a.connection.state == tcp.OPEN  # a challenge was sent instead
    assert world.log[-1][2].flags == ACK
    right = Segment(2, 1, peer.next, 0, RST, 0)
    world.a.connection.receive(right, world.now)
    assert world.a.events[-1] == tcp.RESET


def test_refused_and_forged_answers():
    world = World()
    world.a.connection.connect(0)
    forged = Segment(2, 1, 0, 4711, RST | ACK, 0)
    world.a.connection.receive(forged, 0)
    assert not world.a.events
    world.a.connection.receive(Segment(2, 1, 0, 1001, RST | ACK, 0), 0)
    assert world.a.events == [tcp.REFUSED]


def test_hostile_segments_change_nothing():
    world = World()
    world.open()
    rng = random.Random(3)
    a = world.a.connection
    before = bytes(world.a.got)
    for _ in range(3000):
        # Outside of the window, or acknowledging what was never sent.
        sequence = a.receiver.edge + rng.randrange(1, 1 << 30)
        flags = rng.choice([ACK, ACK | FIN, SYN, SYN | ACK, ACK | RST])
        data = rng.randbytes(rng.randrange(100))
        segment = Segment(2, 1, sequence % (1 << 32), rng.randrange(1 << 32), flags, 1000, data)
        a.receive(segment, world.now)
        beyond = (a.next + rng.randrange(1, 1 << 30)) % (1 << 32)
        a.receive(Segment(2, 1, a.receiver.next, beyond, ACK, 9), world.now)
    assert a.state == tcp.OPEN and bytes(world.a.got) == before
    world.queue.clear()
    world.b.to_send = b"still fine"
    world.run(lambda: world.a.got.endswith(b"still fine"))


def test_memory_is_bounded():
    world = World()
    world.open()
    a = world.a.connection
    start = a.receiver.next
    for i in range(1, 2000):  # every second byte of the window, the first one is missing
        piece = Segment(2, 1, (start + 2 * i) % (1 << 32), world.b.connection.acked, ACK, 9, b"x")
        a.receive(piece, world.now)
    assert len(a.receiver.pieces) <= 64
    assert a.room == tcp.SEND_MAX


def test_sequence_arithmetic():
    assert ahead(5, 3) == 2 and ahead(3, 5) == -2
    assert ahead(1, 2**32 - 1) == 2 and ahead(2**32 - 1, 1) == -2


def test_host_that_was_reset_costs_only_its_flow():
    class WasReset:
        def is_closing(self):
            return False

        def can_write_eof(self):
            return True

        def write_eof(self):
            raise OSError(errno.ENOTCONN, "not connected")

    flow = flows.TCPFlow(None, None)
    flow.transport = WasReset()
    flow.finished()  # an exception would end the board's serial line


def test_a_board_that_stands_still_is_never_late():
    async def connect_to_it():
        packets = []
        gateway = Gateway(lambda data: None)
        gateway.link.send_ip = packets.append
        gateway.link.up = True
        gateway.went_up.set()
        reader, _ = await asyncio.open_connection("127.0.0.1", await gateway.forward(80))
        while not packets:
            await asyncio.sleep(0.01)
        await asyncio.sleep(1.5)  # of the wall's time: the first timeout is 1 s
        assert len(packets) == 1
        gateway.tick(0.9)
        assert len(packets) == 1
        gateway.tick(1.1)
        assert len(packets) == 2
        for second in range(2, 200):
            gateway.tick(second)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 60)
        assert len(packets) == 1 + tcp.SYN_TRIES and not gateway.flows
        await gateway.close()

    asyncio.run(connect_to_it())


def test_a_connection_waits_for_a_link_in_the_boards_time():
    async def connect_to_it():
        gateway = Gateway(lambda data: None)
        port = await gateway.forward(80, up_s=0.5)
        reader, _ = await asyncio.open_connection("127.0.0.1", port)
        reading = asyncio.ensure_future(reader.read())
        await asyncio.sleep(1)
        assert not reading.done()
        gateway.tick(0.6)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reading, 60)
        await gateway.close()

    asyncio.run(connect_to_it())
