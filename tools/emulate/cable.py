"""A board's Ethernet cable: frames between its NIC and QEMU's network, some lost, late or cut off.

Both ends are QEMU's, so nothing but the frames' way changes: its network stays what it was.
"""

import contextlib
import heapq
import itertools
import random
import select
import socket
import threading
import time

FRAME_MAX = 65536
FULL_S = 0.001  # until QEMU is tried again that has not taken what came before


class Cable:
    """with Cable(Trouble(loss=0.05)) as cable: Machine(board, cable=cable)"""

    name = "cable"  # of the end that the NIC takes

    def __init__(self, trouble):
        self.trouble = trouble
        self.random = random.Random(trouble.seed)
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2)]
        self.ours, self.theirs = zip(*pairs, strict=True)
        self.fds = tuple(s.fileno() for s in self.theirs)
        self.frames = {"sent": 0, "lost": 0}
        self.late = []  # (when, order, socket, frame)
        self.order = itertools.count()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.start = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_):
        for sock in self.ours:
            sock.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self.thread.join()
        for sock in (*self.ours, *self.theirs):
            sock.close()

    def options(self, network):
        """QEMU's, for a cable from the NIC to the netdev of that name."""
        ends = [f"dgram,local.type=fd,local.str={fd},id=" for fd in self.fds]
        hub = [f"hubport,hubid=1,id=hub-{n},netdev={n}" for n in (network, "far")]
        netdevs = [ends[0] + self.name, ends[1] + "far", *hub]
        return [word for netdev in netdevs for word in ("-netdev", netdev)]

    def is_cut(self, now):
        every = self.trouble.disconnect_every_s
        return every and (now - self.start) % (every + self.trouble.disconnect_s) >= every

    def take(self, frame, to):
        self.frames["sent"] += 1
        now = time.monotonic()
        if self.random.random() < self.trouble.loss or self.is_cut(now):
            self.frames["lost"] += 1
        else:
            heapq.heappush(self.late, (now + self.trouble.delay_s, next(self.order), to, frame))

    def deliver(self):
        """What is due; seconds until more can be done, None when nothing is left."""
        while self.late:
            left = self.late[0][0] - time.monotonic()
            if left > 0:
                return left
            _, _, to, frame = self.late[0]
            try:
                with contextlib.suppress(ConnectionError):  # QEMU has ended
                    to.send(frame, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return FULL_S
            heapq.heappop(self.late)
        return None

    def run(self):
        other = dict(zip(self.ours, reversed(self.ours), strict=True))
        while True:
            for sock in select.select(self.ours, [], [], self.deliver())[0]:
                if not (frame := sock.recv(FRAME_MAX)):
                    return
                self.take(frame, other[sock])
