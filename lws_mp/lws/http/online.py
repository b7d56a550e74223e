# Where a board's server is found: its network is brought up, and the address is said.
import asyncio

import network

from ..net import address, connect, up

_LOOK_MS = 1000  # for an address that was not there in time


# Under asyncio: meanwhile the server serves. An address that comes late is said, too.
async def join(port):
    try:
        _say(_access_point() or await connect(), port)
    except OSError as e:
        _say_why(e, port)
        while address() is None:
            await asyncio.sleep_ms(_LOOK_MS)
        _say(address(), port)


# Without asyncio.
def wait(port):
    try:
        _say(_access_point() or up(), port)
    except OSError as e:
        _say_why(e, port)


# The app's own; it wants no other network.
def _access_point():
    if hasattr(network, "WLAN"):
        nic = network.WLAN(network.AP_IF)
        return nic.ifconfig()[0] if nic.active() else None


def _say(ip, port):
    print("Listening at http://%s:%d/" % (ip, port))


def _say_why(trouble, port):
    print("No network:", trouble)
    _say("0.0.0.0", port)
