"""The gateway against lwIP on the emulated Pico: TCP both ways, many at once, on bad links."""

import asyncio
import contextlib
import hashlib
import random
import socket
import threading
import time

import pytest

from tools.emulate.ppp.line import Trouble

pytest_plugins = ["rp2040"]
pytestmark = pytest.mark.timeout(400)

KB = 1024
ECHO_SERVER = """
import asyncio
async def echo(reader, writer):
    while data := await reader.read(2048):
        writer.write(data)
        await writer.drain()
    writer.close()
    await writer.wait_closed()
async def main():
    await asyncio.start_server(echo, '0.0.0.0', PORT, backlog=20)
    print('ready')
    while True:
        await asyncio.sleep(3600)
asyncio.run(main())
"""


DEAF_NOW_AND_THEN = """
import asyncio, machine, time
async def be_deaf():
    while True:
        state = machine.disable_irq()
        end = time.ticks_add(time.ticks_us(), 20_000)
        while time.ticks_diff(end, time.ticks_us()) > 0: pass
        machine.enable_irq(state)
        await asyncio.sleep_ms(20)
asyncio.create_task(be_deaf())
"""


def echo_server(port):
    return ECHO_SERVER.replace("PORT", str(port))


def echo_of_host(connection):
    with contextlib.suppress(OSError), connection:
        while data := connection.recv(4096):
            connection.sendall(data)


@pytest.fixture
def host_echo():
    """A port of this machine that echoes."""
    with socket.create_server(("127.0.0.1", 0), backlog=32) as server:

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=echo_of_host, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def online(pico):
    pico.network_up()
    return pico


def exchange(port, data, timeout=60):
    """Sends data to an echo and returns what comes back, both at once; then half closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as s:

        def send():
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        back = bytearray()
        while piece := s.recv(65536):
            back += piece
        sender.join()
        return bytes(back)


def fetch_from_board(port, total, host="10.0.2.2"):
    """A script for the board: sends total bytes to an echo, checks what comes back."""
    return f"""
import socket, hashlib, os, asyncio
async def main():
    reader, writer = await asyncio.open_connection({host!r}, {port})
    sent, got = hashlib.sha256(), hashlib.sha256()
    async def send():
        left = {total}
        block = os.urandom(1024)
        while left:
            piece = block[:min(left, 1024)]
            sent.update(piece); writer.write(piece); await writer.drain()
            left -= len(piece)
    task = asyncio.create_task(send())
    left = {total}
    while left:
        data = await reader.read(min(left, 2048))
        assert data, left
        got.update(data); left -= len(data)
    await task
    writer.close(); await writer.wait_closed()
    print(sent.digest() == got.digest())
asyncio.run(main())
"""


def test_comes_up_with_its_addresses(online):
    code = "print(ppp.ifconfig())"
    assert online.run(code) == "('10.0.2.15', '255.255.255.255', '10.0.2.2', '10.0.2.3')\n"
    assert online.machine.ping() < 2


def test_names(online):
    code = """
import socket
print(socket.getaddrinfo('broker.localhost', 80)[0][-1], socket.getaddrinfo('host.lws', 1)[0][-1])
try:
    socket.getaddrinfo('example.com', 80)
except OSError as e:
    print('unknown')
"""
    assert online.run(code) == "('10.0.2.2', 80) ('10.0.2.2', 1)\nunknown\n"


def test_the_board_pings(online):
    code = """
import socket, struct
def checksum(d):
    s = sum(d[i] << 8 | d[i + 1] for i in range(0, len(d), 2))
    s = (s >> 16) + (s & 65535); s += s >> 16
    return ~s & 65535
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1); s.settimeout(60)
body = struct.pack('!HH', 7, 1) + b'ping from the pico'
m = b'\\x08\\x00' + struct.pack('!H', checksum(b'\\x08\\x00\\0\\0' + body)) + body
s.sendto(m, ('10.0.2.2', 0))
reply = s.recv(200)[20:]
s.close()  # an open one would take the pings of others, too
print(reply[0], reply[4:] == body)
"""
    assert online.run(code) == "0 True\n"


def test_200_kb_from_the_board_and_back(online, host_echo):
    assert online.run(fetch_from_board(host_echo, 200 * KB), timeout=110) == "True\n"


def test_200_kb_to_the_board_and_back(online):
    data = random.Random(1).randbytes(200 * KB)
    with online.running(echo_server(7)):
        back = exchange(online.machine.ports[7], data, timeout=110)
    assert hashlib.sha256(back).digest() == hashlib.sha256(data).digest()


def test_the_line_waits_for_a_board_that_does_not_listen(online):
    lost = online.machine.figures()["uart_lost"]
    data = random.Random(5).randbytes(20 * KB)
    with online.running(DEAF_NOW_AND_THEN + echo_server(9)):
        assert exchange(online.machine.ports[9], data) == data
    assert online.machine.figures()["uart_lost"] == lost == [0, 0]


def test_20_connections_at_once(online):
    rng = random.Random(2)
    sent = [rng.randbytes(3000) for _ in range(20)]

    async def one(data):
        reader, writer = await asyncio.open_connection("127.0.0.1", online.machine.ports[8])
        writer.write(data)
        back = await reader.readexactly(len(data))
        await together.wait()  # nobody leaves before all were served
        writer.close()
        return back

    async def everybody():
        nonlocal together
        together = asyncio.Barrier(len(sent))
        return await asyncio.wait_for(asyncio.gather(*map(one, sent)), 100)

    together = None
    with online.running(echo_server(8)):
        assert asyncio.run(everybody()) == sent
        patience = time.monotonic() + 60
        while online.machine.gateway.flows:  # the board closes its ends too
            assert time.monotonic() < patience
            time.sleep(0.05)


def test_a_port_where_nobody_listens(online):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    code = f"""
import socket
s = socket.socket(); s.settimeout(60)
try:
    s.connect(('10.0.2.2', {port}))
    print('connected')
except OSError as e:
    print(e.errno)
"""
    assert online.run(code) in ("104\n", "111\n")  # reset, refused
    with socket.create_connection(("127.0.0.1", online.machine.ports[80]), timeout=60) as s:
        with pytest.raises(ConnectionResetError):
            assert s.recv(1) != b"", "a reset was due"
            raise AssertionError


def test_nowhere_else(online):
    code = """
import socket
s = socket.socket(); s.settimeout(3)
try:
    s.connect(('93.184.216.34', 80))
    print('connected')
except OSError as e:
    print('no')
"""
    assert online.run(code) == "no\n"


def test_udp(online):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(60)

        def answer():
            for _ in range(2):
                data, source = s.recvfrom(2000)
                s.sendto(data[::-1], source)

        threading.Thread(target=answer, daemon=True).start()
        code = f"""
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(60)
for d in (b'abc', bytes(range(256)) * 4):
    s.sendto(d, ('10.0.2.2', {s.getsockname()[1]}))
    got, source = s.recvfrom(2000)
    assert bytes(reversed(got)) == d, d
    print(source[1] == {s.getsockname()[1]})
"""
        assert online.run(code) == "True\nTrue\n"


def test_a_host_that_does_not_read_is_waited_for(online):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        code = f"""
import socket
print('ready')
s = socket.socket(); s.connect(('10.0.2.2', {server.getsockname()[1]}))
block = bytes(range(256)) * 4
for _ in range(64): s.write(block)
s.close()
"""
        with online.running(code) as script:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(60)
                time.sleep(1)
                got = bytearray()
                while piece := connection.recv(1000):
                    got += piece
            script.result()
    assert got == bytes(range(256)) * (64 * KB // 256)


def test_link_cut_and_up_again(online, host_echo):
    online.machine.cut(1)
    assert not online.machine.gateway.link.up
    # lwIP says that a link is gone 6 s after it was hung up.
    online.run("while ppp.isconnected(): time.sleep_ms(50)")
    online.run("connect(60000)")
    assert online.machine.ping() < 2
    assert online.run(fetch_from_board(host_echo, 5 * KB)) == "True\n"


def test_a_bad_link_delivers_everything(own_pico, host_echo):
    mine = own_pico(forwards={7: 0}, trouble=Trouble(loss=0.05, delay_s=0.08, seed=3))
    mine.network_up()
    assert mine.run(fetch_from_board(host_echo, 30 * KB), timeout=110) == "True\n"
    data = random.Random(4).randbytes(30 * KB)
    with mine.running(echo_server(7)):
        assert exchange(mine.machine.ports[7], data, timeout=110) == data
    frames = mine.machine.gateway.line.frames
    assert frames["lost"] > 0.02 * (frames["sent"] + frames["received"])
