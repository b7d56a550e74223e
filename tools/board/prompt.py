"""A board's MicroPython prompt over its serial port: mpremote's transport, with bounded waits."""

import contextlib
import io
import time

import serial
from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

BAUD = 115200
READ_S = 5  # between two bytes of an answer
READY = b">>> "
CONTACT_S = 4  # from Ctrl-C to the prompt
RESTART_S = 30  # boot.py may bring a network up


class NoAnswer(Exception):
    """Whoever is on the port does not speak as MicroPython does."""

    def __init__(self, port, tried, said=""):
        said = f"; it said {said[-200:]!r}" if said else "; it said nothing"
        super().__init__(
            f"{port}: {tried}{said}\n"
            "Is MicroPython on it, and no other program at this port? Unplugging it helps often."
        )


class Line(SerialTransport):
    """mpremote's transport over a port that is open already."""

    def __init__(self, opened_port):
        self.serial = opened_port
        self.device_name = opened_port.port
        self.in_raw_repl = self.mounted = self.is_pty = False
        self.use_raw_paste = True


@contextlib.contextmanager
def opened(port, fresh=True):
    """The transport at the board's raw prompt; fresh: after a soft reset, without main.py."""
    try:
        line = serial.serial_for_url(
            port, BAUD, timeout=READ_S, write_timeout=READ_S, exclusive=True
        )
    except (serial.SerialException, OSError) as e:
        raise NoAnswer(port, f"it cannot be opened ({e})") from e
    transport = Line(line)
    try:
        enter(transport, port, fresh)
        yield transport
    except serial.SerialException as e:
        raise NoAnswer(port, f"the connection broke ({e})") from e
    finally:
        if transport.in_raw_repl:  # nobody else shall find it there, where it echoes nothing
            with contextlib.suppress(OSError):
                transport.exit_raw_repl()
        with contextlib.suppress(OSError):
            transport.close()


def enter(transport, port, fresh):
    """Stops what runs and goes to the raw prompt; an app may swallow the first Ctrl-C."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):  # mpremote prints what puzzled it
        for _ in range(2):
            try:
                transport.enter_raw_repl(soft_reset=False, timeout_overall=CONTACT_S)
                if fresh:
                    transport.enter_raw_repl(soft_reset=True, timeout_overall=RESTART_S)
                return
            except TransportError:
                transport.serial.write(b"\x02\r\x03")
                time.sleep(0.5)
    heard = said.getvalue().replace("b''", "").strip()
    raise NoAnswer(port, "Ctrl-C and Ctrl-A brought no raw prompt", heard)


def lines_after_restart(transport, limit_s):
    """Soft reset, main.py runs: what the board says, line by line; READY when main.py ended.

    None in between, at least ten times a second.
    """
    transport.exit_raw_repl()
    transport.serial.write(b"\x04")
    transport.read_until(1, b"soft reboot\r\n", timeout_overall=READ_S)
    transport.serial.timeout = 0.1
    end = time.monotonic() + limit_s
    rest = b""
    while time.monotonic() < end:
        rest += transport.serial.read(max(1, transport.serial.in_waiting))
        *lines, rest = rest.split(b"\n")
        for line in lines:
            yield line.decode(errors="replace").rstrip()
        yield None
        if rest == READY:
            yield READY.decode()
            return
