"""TCP ports of this machine: a free one, and the ones in use."""

import contextlib
import random
import socket
from pathlib import Path

FIRST, LAST = 20000, 32000  # below those that the system hands out to clients
LISTENING = "0A"  # in /proc/net/tcp


def is_free(port):
    with socket.socket() as s, contextlib.suppress(OSError):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", port))
        return True
    return False


def free_port():
    while not is_free(port := random.randrange(FIRST, LAST)):
        pass
    return port


def free_port_after(port):
    """The next one above that nobody has, for a person who wanted that one."""
    return next(filter(is_free, range(port + 1, 1 << 16)), None) or free_port()


def listening():
    """The ports that somebody listens on, or None where the system does not tell."""
    try:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    except OSError:
        return None
    return {int(row[1].split(":")[1], 16) for row in rows if row[3] == LISTENING}
