"""Load generators, and two thousand WebSockets that do nothing."""

import re
import resource
import subprocess
from pathlib import Path

import pytest
from raw import TEXT, Raw, get, memory, request

APP = Path(__file__).parent / "apps" / "strangers.py"
IDLE = 2000


def run(*argv, timeout=60):
    done = subprocess.run(map(str, argv), capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def server(serve, tmp_path):
    # wrk, ab and the firmware inherit it
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < 2 * IDLE:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * IDLE), hard))
    (tmp_path / "hello.txt").write_text("Hello, World!")
    (tmp_path / "large.bin").write_bytes(bytes(200_000))
    settings = '{"max_conns": 4096}'
    return serve(APP, FILES=str(tmp_path), SETTINGS=settings)


def wrk(url, *args):
    out = run("wrk", "-t", 2, "-c", 50, "-d", "3s", *args, url)
    assert "Socket errors" not in out and "Non-2xx" not in out, out
    served = int(re.search(r"(\d+) requests in", out)[1])
    assert served > 100, out
    return served


def ab(url, n, *args):
    out = run("ab", "-q", "-n", n, "-c", 20, "-s", 30, *args, url)
    assert re.search(rf"Complete requests: +{n}\n", out), out
    assert re.search(r"Failed requests: +0\n", out), out
    assert "Non-2xx" not in out, out
    return out


@pytest.mark.parametrize("path", ["/", "/c", "/files/hello.txt", "/files/large.bin", "/stream"])
def test_wrk(server, path):
    wrk(server.url + path)
    assert get(server.port, "/").status == 200


def test_wrk_without_keep_alive(server):
    wrk(server.url + "/", "-H", "Connection: close")


@pytest.mark.parametrize("path", ["/", "/c", "/files/hello.txt"])
def test_ab(server, path):
    ab(server.url + path, 2000)


def test_ab_keep_alive(server):
    out = ab(server.url + "/", 5000, "-k")
    assert re.search(r"Keep-Alive requests: +5000\n", out), out


def test_ab_posts(server, tmp_path):
    (tmp_path / "body").write_bytes(b"x" * 1500)
    ab(server.url + "/echo", 2000, "-k", "-p", tmp_path / "body", "-T", "application/octet-stream")


def test_memory_after_load(server):
    ab(server.url + "/c", 500, "-k")
    before = memory(server.port)
    wrk(server.url + "/")
    ab(server.url + "/c", 2000)
    assert memory(server.port) < before + 8192


@pytest.mark.timeout(300)
def test_two_thousand_idle_websockets(server):
    before = memory(server.port)
    held = []
    try:
        for _ in range(IDLE):
            raw = Raw(server.port, timeout=60)
            held.append(raw)
            raw.upgrade("/wscb")
        ab(server.url + "/", 2000, "-k")
        wrk(server.url + "/")
        with Raw(server.port) as raw:
            for _ in range(200):
                raw.send(request("/c"))
                assert raw.response().body == b"Hello, World!"
        for number, raw in enumerate(held):
            raw.send_frame(TEXT, b"%d" % number)
        for number, raw in enumerate(held):
            assert raw.frame() == (TEXT, b"%d" % number)
    finally:
        for raw in held:
            raw.close()
    for _ in range(100):  # the closing of all of them arrives in some later turns
        if memory(server.port) < before + 65_536:
            break
    assert memory(server.port) < before + 65_536
