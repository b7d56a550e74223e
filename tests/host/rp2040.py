"""The emulated Pico for tests: one that is shared, and any number of their own.

A test module that uses the fixtures says: pytest_plugins = ["rp2040"]
"""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from emulated_pico import Pico
from mpremote.transport_serial import SerialTransport

ROOT = Path(__file__).resolve().parents[2]
UF2 = ROOT / "build" / "LWS_RPI_PICO" / "firmware.uf2"
MODELS = Path(__file__).with_name("rp2040_models")
RUN_S = 60
NETWORK_UP = """
import network, time
from machine import Pin, UART
def up(timeout_ms=20000):
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


class Board:
    """A Pico with its console: runs scripts as mpremote does."""

    Failed = Failed
    uf2 = UF2

    def __init__(self, machine):
        self.machine = machine
        self.path = machine.pty

    @contextlib.contextmanager
    def console(self, soft_reset=False):
        transport = SerialTransport(self.path)
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
        """Once the script printed "ready", has it run meanwhile; ends it by Ctrl-C."""
        with self.console() as transport:
            transport.exec_raw_no_follow(code)
            said = b""
            while not said.endswith(b"ready\r\n"):
                said += transport.serial.read(1)
                if b"\x04" in said:
                    raise Failed(f"the script ended: {transport.follow(5)}")
            try:
                yield
            finally:
                transport.serial.write(b"\x03")
                output, errors = transport.follow(RUN_S)
            if errors and b"KeyboardInterrupt" not in errors:
                raise Failed(f"{output.decode()}\n{errors.decode()}")

    def mpremote(self, *args, timeout=RUN_S):
        argv = [sys.executable, "-m", "mpremote", "connect", self.path, "resume", *map(str, args)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=timeout)
        assert done.returncode == 0, f"mpremote {args}: {done.stdout}{done.stderr}"
        return done.stdout

    def network_up(self):
        self.machine.reset()  # lwIP keeps the PPP link of before a soft reset, and has one only
        self.run(NETWORK_UP)
        assert self.machine.gateway.link.up


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
    board = start(forwards={7: 0, 8: 0, 80: 0}, **models)
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
