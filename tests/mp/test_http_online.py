# A server on a board brings the network up and says its address; on a desktop it does nothing.
import asyncio
import errno
import sys

from fake_network import Network, WithPPP, WithWiFi, board, restore
from http_client import pick_port

from lws.http import Server
from lws.http import server as module

said = []


# What a server here would say, on a board that has this network.
def on_board(network, then=Network.UP, **kept):
    module._DESKTOP = False
    board(network, then, **kept)
    sys.modules.pop("lws.http.online", None)
    del said[:]
    module.print = lambda *parts: said.append(" ".join(map(str, parts)))
    if network:
        online = __import__("lws.http.online", None, None, ("join",))
        online.print = lambda *parts: said.append(" ".join(map(str, parts)))
        online._LOOK_MS = 10


def listen(app, **options):
    while True:
        port = pick_port()
        try:
            app.listen(port, **options)
            return port
        except OSError as e:
            if e.errno != errno.EADDRINUSE:
                raise


# Under asyncio, until it has said so many lines; late() runs when all but the last are there.
def said_in_asyncio(lines, late=lambda: None):
    async def until_said(count):
        for _ in range(6000):
            if len(said) >= count:
                break
            await asyncio.sleep_ms(10)

    async def main():
        app = Server()
        port = listen(app)
        await until_said(lines - 1)
        late()
        await until_said(lines)
        app.shutdown()
        return port

    return asyncio.run(main())


def test_asyncio():
    on_board(WithPPP)
    port = said_in_asyncio(1)
    assert said == ["Listening at http://192.0.2.7:%d/" % port], said
    assert Network.nic.calls == [("connect",)]


def test_without_asyncio():
    on_board(WithWiFi, ssid="home", key="k")
    app = Server()
    port = listen(app)
    app.shutdown()
    assert said == ["Listening at http://192.0.2.7:%d/" % port], said
    assert ("connect", "home", "k") in WithWiFi.WLAN(Network.STA_IF).calls


def test_without_settings_it_says_what_to_type_and_serves():
    def comes():
        station = WithWiFi.WLAN(Network.STA_IF)
        station.state, station.ip = Network.UP, "192.0.2.9"

    on_board(WithWiFi)
    port = said_in_asyncio(3, comes)
    assert said == [
        'No network: which Wi-Fi network? Type once: import lws.net; lws.net.wifi("name", "key")',
        "Listening at http://0.0.0.0:%d/" % port,
        "Listening at http://192.0.2.9:%d/" % port,
    ], said
    on_board(WithWiFi)
    app = Server()
    listen(app)
    app.shutdown()
    assert len(said) == 2 and "lws.net.wifi(" in said[0], said


def test_access_point_of_the_app():
    on_board(WithWiFi, ssid="home", key="k")
    point = WithWiFi.WLAN(Network.AP_IF)
    point.is_active, point.ip = True, "192.168.4.1"
    port = said_in_asyncio(1)
    assert said == ["Listening at http://192.168.4.1:%d/" % port], said
    assert point.calls == [] and Network.STA_IF not in WithWiFi.nics


def test_shutdown_ends_the_waiting():
    on_board(WithPPP, then=Network.STAT_CONNECTING)

    async def main():
        app = Server()
        listen(app)
        task = app._online
        await asyncio.sleep_ms(50)
        assert not task.done() and Network.nic.calls == [("connect",)]
        app.shutdown()
        await asyncio.sleep_ms(50)
        assert task.done()

    asyncio.run(main())
    assert said == []


# Without a network to bring up run() says it, and nobody else.
def test_run_says_where():
    for options, where in (
        ({"host": "127.0.0.1"}, "127.0.0.1"),
        ({"net": False}, "0.0.0.0"),
        ({"desktop": True}, "127.0.0.1"),
    ):
        on_board(WithPPP)
        module._DESKTOP = options.pop("desktop", False)
        app = Server()

        async def stop(app=app):
            while not app._socket:
                await asyncio.sleep_ms(1)
            app.shutdown()

        asyncio.create_task(stop())
        port = 0
        while not port:
            port = pick_port()
            try:
                app.run(port=port, **options)
            except OSError as e:
                assert e.errno == errno.EADDRINUSE, e
                port = 0
        assert said == ["Listening at http://%s:%d/" % (where, port)], said
        app = Server()
        listen(app, net=False)
        app.shutdown()
        assert len(said) == 1


def untouched(**options):
    Network.nic = None
    sys.modules.pop("lws.http.online", None)
    app = Server()
    listen(app, **options)
    app.shutdown()
    assert Network.nic is None and "lws.http.online" not in sys.modules


def test_nothing_is_done():
    on_board(WithPPP)
    untouched(net=False)
    untouched(host="127.0.0.1")
    module._DESKTOP = True
    untouched()


def test_without_a_network_module():
    restore()
    try:
        __import__("network")
        return  # here is one
    except ImportError:
        pass
    module._DESKTOP = False
    sys.modules.pop("lws.http.online", None)
    app = Server()
    listen(app)
    app.shutdown()


desktop = module._DESKTOP
try:
    for name, test in sorted(globals().items()):
        if name.startswith("test_") and test is not test_without_a_network_module:
            test()
    test_without_a_network_module()
finally:
    module._DESKTOP = desktop
    sys.modules.pop("lws.http.online", None)
print("OK test_http_online.py")
