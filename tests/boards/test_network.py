"""The board's network: it serves this machine, and it talks to a server on this machine.

tools/board/test_board.py says which names of the environment tell what only the desk's owner
knows.
"""

import hashlib
import os
import socket
import threading
import urllib.request

import pexpect
import pytest

JOIN_S = 60
REQUESTS = 20
SENT = bytes(range(256)) * 80
KIND = """
try:
    import network
    print("radio" if hasattr(network, "WLAN") else "cable")
except ImportError:
    print("none")
"""
# What the board's owner had stored stays.
JOIN = """
import lws.net
if {ssid!r}:
    try:
        with open("/lws_net.json") as f:
            kept = f.read()
    except OSError:
        kept = "{{}}"
    lws.net.wifi({ssid!r}, {key!r})
    try:
        address = lws.net.up()
    finally:
        with open("/lws_net.json", "w") as f:
            f.write(kept)
else:
    try:
        address = lws.net.up()
    except OSError as e:
        address = None
        print("no network:", e)
if address:
    print("address", address)
"""
SERVE = """
    from lws.http import Server
    app = Server()
    app.get("/hello")(lambda request: "Hello from the board")
    app.run(port=80)
"""
SEND = """
    import socket
    s = socket.socket()
    s.settimeout(20)
    s.connect(socket.getaddrinfo({peer!r}, {port})[0][-1])
    data = bytes(range(256))
    for i in range(80):
        s.write(data)
    print("digest", s.readline().decode().strip())
    s.close()
"""


@pytest.fixture
def join(console, known, board):
    """The code that brings the board's network up; NOT RUN where nobody said which network."""
    if "kind" not in known:
        known["kind"] = console.run(KIND).strip()
    if known["kind"] == "none":
        pytest.skip(f"{board.name} has no network")
    ssid = os.environ.get("WIFI_SSID", "")
    if known["kind"] == "radio" and not ssid:
        pytest.skip(f"{board.name} has a radio: WIFI_SSID= and WIFI_KEY= say which network")
    return JOIN.format(ssid=ssid, key=os.environ.get("WIFI_KEY"))


def joined(console):
    """The board's address. That a cable is not there is a failure only where it was announced."""
    found = console.dut.expect([rb"address (\S+)", rb"no network: ([^\r\n]+)"], timeout=JOIN_S)
    if b"address" in found[0]:
        return found[1].decode()
    if os.environ.get("PEER") or os.environ.get("BOARD_URL"):
        pytest.fail(found[0].decode())
    pytest.skip(found[0].decode())


def fetch(url):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=10) as answer:
        return answer.read()


def fetch_when_it_listens(url, attempts=20):
    for i in range(attempts):
        try:
            return fetch(url)
        except OSError:
            if i == attempts - 1:
                raise
            threading.Event().wait(0.5)


def test_host_fetches_from_the_board(console, join):
    console.start(join + SERVE)
    address = joined(console)
    url = os.environ.get("BOARD_URL") or f"http://{address}"
    answers = [fetch_when_it_listens(f"{url.rstrip('/')}/hello") for _ in range(REQUESTS)]
    assert answers == [b"Hello from the board"] * REQUESTS


@pytest.fixture
def peer():
    """(address, port) of a server here, which answers what it was sent with its SHA-256."""
    address = os.environ.get("PEER")
    if not address:
        pytest.skip("PEER= says this machine's address as the board sees it")
    with socket.create_server(("", 0)) as server:
        server.settimeout(JOIN_S)
        thread = threading.Thread(target=answer_one, args=(server,), daemon=True)
        thread.start()
        yield address, server.getsockname()[1]
        thread.join(JOIN_S)


def answer_one(server):
    connection, _ = server.accept()
    with connection:
        connection.settimeout(JOIN_S)
        got = b""
        while len(got) < len(SENT) and (piece := connection.recv(4096)):
            got += piece
        connection.sendall(hashlib.sha256(got).hexdigest().encode() + b"\n")


def test_board_talks_to_the_host(console, join, peer):
    address, port = peer
    console.start(join + SEND.format(peer=address, port=port))
    joined(console)
    try:
        digest = console.dut.expect(rb"digest (\w+)", timeout=60)[1].decode()
    except pexpect.TIMEOUT:
        pytest.fail(console.finish(5))
    assert digest == hashlib.sha256(SENT).hexdigest()
