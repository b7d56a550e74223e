"""The board's network: Wi-Fi, Ethernet or PPP over a serial port, whichever it has.
A server brings it up by itself. A connection that boot.py or the app made is left as it is."""

def wifi(ssid: str, key: str | None = None) -> None:
    """Keeps a Wi-Fi network in /lws_net.json, its key readable; None: an open network.
    lws.Error: the board has no Wi-Fi."""

def up(timeout_ms: int | None = 30000) -> str | None:
    """Connects, and connects again whenever the connection is lost. The address, or None on a
    desktop, which needs nothing. None: waits for ever. lws.Error: what is wrong; it goes on
    trying."""

async def connect(timeout_ms: int | None = 30000) -> str | None:
    """up() for asyncio."""

def address() -> str | None:
    """The address while there is a connection."""
