# The board's network: Wi-Fi, Ethernet or PPP over a serial port, whichever it has.
#
#   lws.net.wifi("my network", "its key")     once: it is kept in /lws_net.json
#   print(lws.net.up())                       connects and returns the address
#   await lws.net.connect()                   the same under asyncio
#
# A server calls them by itself. From then on a connection that is lost is made again; one that
# boot.py or the app has made is left to them. Before that nothing happens and no pin is taken.
# The file may also have "hostname", and where the network is PPP
# "ppp": {"uart": 1, "tx": 4, "rx": 5, "baudrate": 921600} with what differs from that.
import json
import sys
import time

from .errors import Error

try:
    import network
except ImportError:  # a desktop's network is its own affair
    network = None

_FILE = "/lws_net.json"
_RETRY_MS = 2000  # how often a connection is looked after

_link = None
_timer = None


# Keeps the name and key of a Wi-Fi network for every up() from now on. The key is readable there.
def wifi(ssid, key=None):
    global _link
    if not hasattr(network, "WLAN"):
        raise Error("there is no Wi-Fi here")
    kept = _settings()
    kept.update({"ssid": ssid, "key": key})
    with open(_FILE, "w") as f:
        json.dump(kept, f)
    if _link:
        _link.nic.disconnect()
        _link = None


# Returns the board's address, or None on a desktop, which needs nothing. timeout_ms=None: waits
# for ever, as a device that nobody looks at should.
def up(timeout_ms=30000):
    for _ in _until_up(timeout_ms):
        time.sleep_ms(20)
    return address()


async def connect(timeout_ms=30000):
    import asyncio

    for _ in _until_up(timeout_ms):
        await asyncio.sleep_ms(20)
    return address()


# The address while there is a connection, else None.
def address():
    nic = _link.nic if _link else _station()
    ip = nic.ifconfig()[0] if nic and nic.isconnected() else "0.0.0.0"
    return None if ip == "0.0.0.0" else ip


# There is one, whoever connected it.
def _station():
    return network.WLAN(network.STA_IF) if hasattr(network, "WLAN") else None


def _settings():
    try:
        with open(_FILE) as f:
            return json.load(f)
    except OSError:
        return {}
    except ValueError:
        raise Error("%s is not JSON: repair or remove it" % _FILE)


def _until_up(timeout_ms):
    if network is None:
        return
    if address():
        return
    start = time.ticks_ms()
    _start()
    while address() is None:
        if timeout_ms is not None and time.ticks_diff(time.ticks_ms(), start) >= timeout_ms:
            raise Error("%s (waited %d s)" % (_link.trouble(), timeout_ms // 1000))
        yield


def _start():
    global _link, _timer
    if _link is None:
        kept = _settings()
        if "hostname" in kept:
            network.hostname(kept["hostname"])
        _link = next(link for name, link in _LINKS if hasattr(network, name))(kept)
    _look_after(None)
    if _timer is None and _link.forgets:
        from machine import Timer

        _timer = Timer(period=_RETRY_MS, callback=_look_after)


def _look_after(_):
    if _link and not _link.nic.isconnected():
        _link.join()


class _WiFi:
    forgets = sys.platform != "esp32"  # that one comes back by itself

    def __init__(self, kept):
        if "ssid" not in kept:
            raise Error(
                'which Wi-Fi network? Type once: import lws.net; lws.net.wifi("name", "key")'
            )
        self.ssid, self.key = kept["ssid"], kept.get("key")
        self.nic = _station()
        self.nic.active(True)
        self.asked = False

    def join(self):
        state = self.nic.status()
        if self.asked and state in (network.STAT_CONNECTING, 2):  # 2: an RP2 without address yet
            return
        if self.asked:
            self.nic.disconnect()
        self.nic.connect(self.ssid, self.key)
        self.asked = True

    def trouble(self):
        state = self.nic.status()
        if state == network.STAT_WRONG_PASSWORD:
            return "Wi-Fi network %s refuses the key" % self.ssid
        if state == network.STAT_NO_AP_FOUND:
            return "Wi-Fi network %s is not in reach" % self.ssid
        return "Wi-Fi network %s gives no address" % self.ssid


class _LAN:
    forgets = False  # its driver sees the cable come and go

    def __init__(self, kept):
        self.nic = network.LAN()
        if not self.nic.isconnected():
            self.nic.active(True)

    def join(self):
        pass

    def trouble(self):
        return "no cable, or no DHCP server on it"


class _PPP:
    forgets = True

    # What arrives while Python is busy waits in rxbuf: more than a TCP window, 90 ms of the line.
    # txbuf takes two packets, so that lwIP seldom waits. No timeout: every read would take it.
    def __init__(self, kept):
        from machine import UART, Pin

        line = {"uart": 1, "tx": 4, "rx": 5, "baudrate": 921600}
        line.update(kept.get("ppp", {}))
        self.name = "UART%(uart)d (TX GP%(tx)d, RX GP%(rx)d, %(baudrate)d baud)" % line
        tx, rx = Pin(line["tx"]), Pin(line["rx"])
        uart = UART(line["uart"], line["baudrate"], tx=tx, rx=rx, rxbuf=8192, txbuf=4096)
        self.nic = network.PPP(uart)

    def join(self):
        if self.nic.status() <= 1:  # 0, 1: not started; below 0 lwIP's reason why it ended
            self.nic.connect()

    def trouble(self):
        return 'nobody speaks PPP on %s; other pins: "ppp" in %s' % (self.name, _FILE)


# A board with several has the first.
_LINKS = (("WLAN", _WiFi), ("LAN", _LAN), ("PPP", _PPP))
