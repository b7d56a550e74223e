"""The load on an emulated board: N units, each sent when the one before was answered."""

import time

import load
from board_machine import EXACT, WiredMachine
from board_wire import Wire

PAYLOAD = b"0123456789abcdef"
WARM_UP = 20
HEAP = "128k"
THINK_S = 0.0004


def websocket(conn, path):
    """Makes a connection a WebSocket."""
    conn.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {load.KEY.decode()}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head, rest = load.read_head(conn)
    if load.ACCEPT not in head or rest:
        raise SystemExit(f"no upgrade: {head!r}")
    return conn


def ask(conn, path):
    conn.sendall(load.request(path))
    return load.read_response(conn)


def pause():
    """The board goes to sleep meanwhile. Whether it would otherwise depends on who is faster."""
    time.sleep(THINK_S)


def http(machine, path, n):
    with machine.connect() as conn:
        for _ in range(n):
            pause()
            load.check(ask(conn, path))


def new(machine, path, n):
    for _ in range(n):
        pause()
        with machine.connect() as conn:
            load.check(ask(conn, path))
            pause()


def ws(machine, path, n):
    out = load.frame(PAYLOAD)
    back = bytes([0x81, len(PAYLOAD)]) + PAYLOAD
    with websocket(machine.connect(), path) as conn:
        for _ in range(n):
            pause()
            conn.sendall(out)
            if load.exactly(conn, len(back)) != back:
                raise SystemExit("the echo differs")


MODES = {"http": http, "new": new, "ws": ws}


class Counter:
    """The instructions of an emulated board, all of them and those of lwIP."""

    def __init__(self, machine):
        self.machine = machine

    def read(self):
        """(before, after): two readings with a garbage collection between them, so that every
        interval starts with the same heap.
        """
        with self.machine.connect() as conn:
            numbers = [int(n) for n in ask(conn, "/count").split()]
        return numbers[:2], numbers[2:]

    def per_unit(self, units):
        """units(n) makes n of them. (instructions, those of lwIP) for one."""
        n1, n2 = units.n
        units(WARM_UP)
        _, start = self.read()
        units(n1)
        end1, middle = self.read()
        units(n2)
        end2, _ = self.read()
        small, big = minus(end1, start), minus(end2, middle)
        return [(b - a) / (n2 - n1) for a, b in zip(small, big, strict=True)]


def minus(a, b):
    return [x - y for x, y in zip(a, b, strict=True)]


class Units:
    def __init__(self, machine, mode, path, n):
        self.machine, self.mode, self.path, self.n = machine, mode, path, n

    def __call__(self, n):
        MODES[self.mode](self.machine, self.path, n)


def count(board, elf, app, mode, path, n, idle=0):
    """(instructions, those of lwIP and the driver) that a unit takes on a board of its own; idle
    further connections are open meanwhile.
    """
    with (
        Wire() as wire,
        WiredMachine(board, wire, elf=elf, script=app, heap=HEAP, icount=EXACT) as machine,
    ):
        wire.lease()
        for _ in range(idle):
            conn = machine.connect()
            ask(conn, "/")
            conn.acknowledge()
        return Counter(machine).per_unit(Units(machine, mode, path, n))
