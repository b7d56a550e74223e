# lws.net with stand-ins for a board's network and machine modules. Nothing is done on a desktop.
import asyncio
import json
import time

from fake_network import (
    FILE,
    Machine,
    Network,
    OnESP32,
    WithLAN,
    WithPPP,
    WithWiFi,
    board,
    restore,
)

import lws


def fails(call, *words):
    try:
        call()
    except lws.Error as e:
        for word in words:
            assert word in str(e), e
    else:
        raise AssertionError("no error")


def test_ppp():
    net = board(WithPPP)
    assert net.address() is None and Network.nic is None  # no pin is taken yet
    assert net.up() == "192.0.2.7" == net.address()
    assert Network.nic.args[0][0] == (1, 921600)
    assert Network.nic.args[0][1]["tx"] == "GP4" and Network.nic.args[0][1]["rx"] == "GP5"
    assert net.up() == "192.0.2.7"
    assert Network.nic.calls == [("connect",)]
    fails(lambda: net.wifi("x"), "no Wi-Fi")


def test_ppp_line_from_the_file():
    net = board(WithPPP, ppp={"uart": 0, "tx": 0, "rx": 1, "baudrate": 115200}, hostname="pico7")
    net.up()
    assert Network.nic.args[0][0] == (0, 115200) and Network.name == "pico7"


def test_lost_line_is_made_again():
    net = board(WithPPP)
    net.up()
    Network.nic.state = -9  # the peer is silent
    assert net.address() is None
    Machine.tick(None)
    assert net.address() == "192.0.2.7" and Network.nic.calls == [("connect",)] * 2
    Machine.tick(None)
    assert len(Network.nic.calls) == 2
    Network.nic.state = Network.STAT_CONNECTING  # asked already
    Machine.tick(None)
    assert len(Network.nic.calls) == 2


def test_nobody_on_the_line():
    net = board(WithPPP, then=3)
    start = time.ticks_ms()
    fails(lambda: net.up(100), "nobody speaks PPP on UART1 (TX GP4, RX GP5, 921600 baud)")
    assert time.ticks_diff(time.ticks_ms(), start) >= 100


def test_wifi():
    net = board(WithWiFi)
    fails(net.up, "which Wi-Fi network?")
    net.wifi("home", "secret")
    assert net.up() == "192.0.2.7"
    assert Network.nic.calls == [("active", True), ("connect", "home", "secret")]
    first = Network.nic
    net.wifi("other")
    assert first.calls[-1] == ("disconnect",)
    assert net.up() == "192.0.2.7"
    assert Network.nic.calls[-1] == ("connect", "other", None)
    with open(FILE) as f:
        assert json.load(f) == {"ssid": "other", "key": None}


def test_wifi_trouble():
    for state, text in ((-3, "home refuses the key"), (-2, "not in reach"), (2, "no address")):
        net = board(WithWiFi, then=state, ssid="home", key="k")
        fails(lambda: net.up(50), text)
        asked = len(Network.nic.calls)
        Machine.tick(None)
        again = Network.nic.calls[asked:]
        assert again == ([] if state == 2 else [("disconnect",), ("connect", "home", "k")])


def test_wifi_that_comes_back_by_itself():
    net = board(OnESP32, ssid="home", key="k")
    assert net.up() == "192.0.2.7" and Machine.tick is None


def test_lan():
    net = board(WithLAN)
    fails(lambda: net.up(50), "no cable")
    Network.nic.state, Network.nic.ip = Network.UP, "192.0.2.9"
    assert net.up() == "192.0.2.9" and Machine.tick is None


def test_connected_by_others_is_left_as_it_is():
    net = board(WithWiFi, ssid="home", key="k")
    station = WithWiFi.WLAN(Network.STA_IF)
    station.state, station.ip = Network.UP, "192.0.2.5"
    assert net.up() == net.address() == "192.0.2.5"
    assert station.calls == [] and Machine.tick is None
    net = board(WithLAN)
    WithLAN.LAN().state = Network.UP
    fails(lambda: net.up(20), "no cable")
    assert Network.nic.calls == []


def test_asyncio():
    net = board(WithPPP, then=3)

    async def answer():
        await asyncio.sleep_ms(30)
        Network.nic.state, Network.nic.ip = Network.UP, "192.0.2.8"

    async def main():
        asyncio.create_task(answer())
        return await net.connect(None)

    assert asyncio.run(main()) == "192.0.2.8"


def test_broken_file():
    net = board(WithPPP)
    with open(FILE, "w") as f:
        f.write("not json")
    fails(net.up, FILE, "not JSON")


def test_desktop():
    net = board(None)
    net.network = None
    assert net.up() is None and net.address() is None and asyncio.run(net.connect()) is None
    fails(lambda: net.wifi("x"), "no Wi-Fi")


try:
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
finally:
    restore()
