"""The emulated Pico for tests: one that is shared, and any number of their own.

A test module that uses the fixtures says: pytest_plugins = ["rp2040"]
"""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import leftovers
import pytest
from mpremote.transport_serial import SerialTransport

from tools.emulate.emulated_pico import Pico

ROOT = Path(__file__).resolve().parents[2]
UF2 = ROOT / "build" / "LWS_RPI_PICO" / "firmware.uf2"
MODELS = Path(__file__).with_name("rp2040_models")
RUN_S = 60  # of any wait for the board
AGAIN_S = 5  # from one Ctrl-C to the next
NETWORK_UP = """
import network, time
from machine import Pin, UART
def up(timeout_ms=60000):
    global ppp
    uart = UART(1, 921600, tx=Pin(4), rx=Pin(5), rxbuf=4096, txbuf=4096)
    ppp = network.PPP(uart)
    connect(timeout_ms)
def connect(timeout_ms):
    for _ in range(100):
        try:
            ppp.connect()
            break
        except OSError:  # the last link has not ended yet
            time.sleep_ms(50)
    end = time.ticks_add(time.ticks_ms(), timeout_ms)
    while not ppp.isconnected():
        if time.ticks_diff(end, time.ticks_ms()) < 0:
            raise OSError("PPP does not come up: %s" % ppp.status())
        time.sleep_ms(10)
up()
"""


class Failed(AssertionError):
    """What the board printed when a script of a test raised."""


class Script(threading.Thread):
    """with Script(transport, code) as script: what the board runs meanwhile; Ctrl-C ends it.

    Somebody listens all the time: a script that raises fails its test at once, wherever that
    waits, with the board's words.
    """

    def __init__(self, transport, code):
        super().__init__(daemon=True)
        self.port = transport.serial
        self.said = b""
        self.news = threading.Condition()
        self.over = False  # the test has left it
        self.given_up = False
        transport.exec_raw_no_follow(code)

    @property
    def ended(self):
        """It is back at the raw prompt: output, 4, errors, 4."""
        return self.said.count(b"\x04") >= 2

    @property
    def raised(self):
        return self.ended and self.said.split(b"\x04")[1]

    def run(self):
        while not (self.ended or self.given_up):
            piece = self.port.read(max(1, self.port.in_waiting))
            with self.news:
                self.said += piece
                self.news.notify_all()
        if self.raised and not self.over:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)

    def fail(self, *_):
        if not self.over:
            raise Failed(self.words())

    def words(self):
        return self.said.replace(b"\x04", b"\n").decode(errors="replace")

    def wait_for(self, condition, timeout=RUN_S):
        with self.news:
            if not self.news.wait_for(lambda: self.ended or condition(), timeout):
                raise Failed(f"the board says no more than {self.words()!r}")

    def wait_until_ready(self):
        self.wait_for(lambda: b"ready\r\n" in self.said)
        assert b"ready\r\n" in self.said, self.words()

    def result(self, timeout=RUN_S):
        """What it printed, once it ended by itself."""
        self.wait_for(lambda: False, timeout)
        return self.said.split(b"\x04")[0].decode().replace("\r\n", "\n")

    def interrupt(self):
        """Ctrl-C, again while it goes on: the board may have swallowed one."""
        end = time.monotonic() + RUN_S
        while not self.ended:
            if time.monotonic() > end:
                raise Failed(f"Ctrl-C does not end it: {self.words()!r}")
            self.port.write(b"\x03")
            with self.news:
                self.news.wait_for(lambda: self.ended, AGAIN_S)

    def __enter__(self):
        self.before = signal.signal(signal.SIGUSR1, self.fail)
        self.patience, self.port.timeout = self.port.timeout, 0.2
        self.start()
        return self

    def __exit__(self, *_):
        try:
            self.over = True
            self.interrupt()
        finally:
            self.given_up = True
            self.join()
            self.port.timeout = self.patience
            signal.signal(signal.SIGUSR1, self.before)
        if self.raised and b"KeyboardInterrupt" not in self.raised:
            raise Failed(self.words())


class Board:
    """A Pico with its console: runs scripts as mpremote does."""

    Failed, RUN_S = Failed, RUN_S
    uf2 = UF2

    def __init__(self, machine):
        self.machine = machine
        self.path = machine.pty

    @contextlib.contextmanager
    def console(self, soft_reset=False):
        # Without a timeout of the port's own, mpremote's would do nothing on a pty.
        transport = SerialTransport(self.path, timeout=RUN_S)
        transport.serial.write_timeout = RUN_S
        try:
            transport.enter_raw_repl(soft_reset=soft_reset)
            yield transport
            transport.exit_raw_repl()
        finally:
            transport.close()

    def run(self, code, timeout=RUN_S, soft_reset=False):
        """What the script printed."""
        with self.console(soft_reset) as transport:
            output, errors = transport.exec_raw(code, timeout=timeout)
        if errors:
            raise Failed(f"{output.decode()}\n{errors.decode()}")
        return output.decode().replace("\r\n", "\n")

    @contextlib.contextmanager
    def running(self, code):
        """Once the script printed "ready", has it run meanwhile."""
        with self.console() as transport, Script(transport, code) as script:
            script.wait_until_ready()
            yield script

    def mpremote(self, *args, timeout=RUN_S):
        argv = [sys.executable, "-m", "mpremote", "connect", self.path, "resume", *map(str, args)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=timeout)
        assert done.returncode == 0, f"mpremote {args}: {done.stdout}{done.stderr}"
        return done.stdout

    def network_up(self):
        self.machine.reset()  # lwIP keeps the PPP link of before a soft reset, and has one only
        self.run(NETWORK_UP)
        end = time.monotonic() + RUN_S
        while not self.machine.gateway.link.up:  # a bad line lost the board's last word
            assert time.monotonic() < end, "PPP is up on the board only"
            time.sleep(0.05)


def start(**options):
    if not UF2.is_file():
        pytest.fail(f"{UF2.relative_to(ROOT)} is missing: make firmware BOARD=LWS_RPI_PICO")
    return Board(Pico(UF2, **options).start())


@pytest.fixture(scope="session")
def pico():
    """The machine that the modules share: with a network, and a model on each bus."""
    models = {
        "spi": [f"0:{MODELS / 'memory.mjs'}"],
        "i2c": [f"{bus}:{MODELS / 'registers.mjs'}" for bus in ("0:0x3c", "1:0x50")],
    }
    board = start(forwards={7: 0, 8: 0, 9: 0, 80: 0}, **models)
    leftovers.lasting.add(board.machine.process.pid)
    yield board
    board.machine.stop()


@pytest.fixture
def own_pico():
    """own_pico(option=value ...) starts another machine, for a test that mistreats it."""
    with contextlib.ExitStack() as stack:

        def begin(**options):
            begun = start(**options)
            stack.callback(begun.machine.stop)
            return begun

        yield begin
