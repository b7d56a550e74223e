"""libwebsockets for MicroPython."""

from collections.abc import Iterable

import _lws

__version__: str

def install() -> _lws.Context:
    """Makes the context asyncio's I/O queue; Server and Context() do it by themselves."""

def Context() -> _lws.Context:
    """The one context: run(), stop(), service(ms) serve without asyncio; log(levels)."""

LOG_ERR: int
LOG_WARN: int
"""A server is full, memory ran out."""
LOG_NOTICE: int
"""Refused requests, timeouts."""
LOG_INFO: int
"""Connections that come and go."""
LOG_ALL: int

class RetryPolicy:
    """How long to wait before trying again."""

    backoff: tuple[int, ...]
    conceal: int | None
    jitter: int

    def __init__(
        self,
        backoff: Iterable[int] = (1000, 2000, 5000, 10000, 30000),
        conceal: int | None = None,
        jitter: int = 20,
    ) -> None:
        """backoff: ms before each attempt, the last one repeats. conceal: attempts before the
        application is told. jitter: at most so many percent are added. ValueError: negative."""
    def next_ms(self, attempt: int, random: int = 0) -> int | None:
        """ms before attempt (from 0), None: tell the application. random: 0 to 65535."""

class Error(OSError):
    """What can go wrong in lws."""

class ProtocolError(Error):
    """The peer broke its protocol."""

class ConnectionClosed(Error):
    """A WebSocket is closed."""

    code: int
    """RFC 6455 section 7.4; 1006: no goodbye came."""
    reason: str

    def __init__(self, code: int = 1006, reason: str = "") -> None: ...

class TlsError(Error): ...
class MqttError(Error): ...

class PolicyError(Error):
    """A Secure Streams policy that cannot be carried out."""
