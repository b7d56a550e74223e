"""The core as a plain C library: lws-bench-server against clients of other people."""

import contextlib
import os
import re
import resource
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest
from raw import TEXT, Raw, request
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "posix"
IDLE = 500
MAX_CONNS = 1024  # LWS_MAX_CONNS
WAIT_S = 60
LARGE = os.urandom(1_000_000)
LOOPS = ["epoll", "poll"]


def run(*argv, timeout=60):
    done = subprocess.run(list(map(str, argv)), capture_output=True, timeout=timeout, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def first_line(pipe, seconds):
    ready, _, _ = select.select([pipe], [], [], seconds)
    assert ready, "the server said nothing"
    return pipe.readline().decode()


@contextlib.contextmanager
def serving(folder, loop="epoll", *, under=()):
    """The server on a port of its own choice; it must end cleanly on SIGTERM."""
    run("make", "-s", "-C", "ports/posix", f"BUILD={BUILD}", timeout=300)
    (folder / "large.bin").write_bytes(LARGE)
    (folder / "page.html").write_text("<p>a page</p>")
    (folder / "sub").mkdir()
    (folder / "sub" / "index.html").write_text("index")
    argv = [*under, BUILD / "lws-bench-server", "--port", "0", "--www", folder, "--loop", loop]
    with subprocess.Popen(list(map(str, argv)), stdout=subprocess.PIPE) as proc:
        try:
            url = first_line(proc.stdout, WAIT_S).strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url), url
            yield int(url.rstrip("/").rpartition(":")[2])
            proc.send_signal(signal.SIGTERM)
            assert proc.wait(60) == 0
        finally:
            proc.kill()


def curl(port, path, *args):
    return run("curl", "-sS", "-m", 60, *args, f"http://127.0.0.1:{port}{path}")


@contextlib.contextmanager
def websocket(port, **kwargs):
    url = f"ws://127.0.0.1:{port}/echo"
    with connect(url, open_timeout=60, close_timeout=60, proxy=None, **kwargs) as ws:
        yield ws


def get(raw, path, *headers, method="GET"):
    raw.send(request(path, method, headers))
    return raw.response(method)


@pytest.mark.parametrize("loop", LOOPS)
def test_hello(tmp_path, loop):
    with serving(tmp_path, loop) as port:
        assert curl(port, "/") == b"Hello, World!"
        url = f"http://127.0.0.1:{port}/"
        out = run("curl", "-sSv", "-m", 60, url, url, "--stderr", "-")
        assert out.count(b"Hello, World!") == 2
        assert b"Re-using existing connection" in out
        assert curl(port, "/", "--http1.0") == b"Hello, World!"
        assert b"404 Not Found" in curl(port, "/nothing", "-i")
        assert curl(port, "/", "-d", "posted") == b"Hello, World!"


def test_pipelining(tmp_path):
    with serving(tmp_path) as port, Raw(port) as raw:
        raw.send(request("/") * 1000)
        for _ in range(1000):
            assert raw.response().body == b"Hello, World!"


def test_expect(tmp_path):
    with serving(tmp_path) as port:
        out = curl(port, "/", "-i", "-H", "Expect: 100-continue", "-d", "x" * 2000)
        assert out.endswith(b"Hello, World!")


def test_broken_request(tmp_path):
    with serving(tmp_path) as port, Raw(port) as raw:
        raw.send(b"nonsense\r\n\r\n" + b"x" * 1000)
        assert raw.response().status == 400
        assert raw.is_closed()


@pytest.mark.parametrize("loop", LOOPS)
def test_load(tmp_path, loop):
    with serving(tmp_path, loop) as port:
        out = run("wrk", "-t", 2, "-c", 50, "-d", "2s", f"http://127.0.0.1:{port}/").decode()
        assert "Socket errors" not in out and "Non-2xx" not in out, out
        assert int(re.search(r"(\d+) requests in", out)[1]) > 100, out
        for keep_alive in ([], ["-k"]):
            url = f"http://127.0.0.1:{port}/static/page.html"
            out = run("ab", "-q", "-n", 2000, "-c", 20, *keep_alive, url).decode()
            assert re.search(r"Complete requests: +2000\n", out), out
            assert re.search(r"Failed requests: +0\n", out), out


# Files


def test_files(tmp_path):
    with serving(tmp_path) as port:
        assert curl(port, "/static/large.bin") == LARGE
        assert curl(port, "/static/sub", "-L") == b"index"
        assert (
            curl(port, "/static/%2e%2e/etc/passwd", "-o", "/dev/null", "-w", "%{http_code}")
            == b"404"
        )
        with Raw(port) as raw:
            page = get(raw, "/static/page.html")
            assert page.body == b"<p>a page</p>"
            assert page.get("content-type").startswith("text/html")
            assert page.get("content-range") is None
            assert get(raw, "/static/none").status == 404
            assert get(raw, "/static/page.html", method="HEAD").get("content-length") == "13"
            assert get(raw, "/static/page.html", method="DELETE").status == 405
            assert get(raw, "/static/page.html").status == 200


def test_not_modified(tmp_path):
    with serving(tmp_path) as port, Raw(port) as raw:
        page = get(raw, "/static/page.html")
        same = get(raw, "/static/page.html", ("If-None-Match", page.get("etag")))
        assert (same.status, same.body) == (304, b"")
        assert same.get("content-length") is None
        since = get(raw, "/static/page.html", ("If-Modified-Since", page.get("last-modified")))
        assert since.status == 304
        assert get(raw, "/static/page.html", ("If-None-Match", '"other"')).status == 200


def test_ranges(tmp_path):
    with serving(tmp_path) as port, Raw(port) as raw:
        for first, last in ((0, 0), (100, 700_000), (999_999, 999_999)):
            part = get(raw, "/static/large.bin", ("Range", f"bytes={first}-{last}"))
            assert part.status == 206
            assert part.get("content-range") == f"bytes {first}-{last}/{len(LARGE)}"
            assert part.body == LARGE[first : last + 1]
        assert get(raw, "/static/large.bin", ("Range", "bytes=-5")).body == LARGE[-5:]
        assert get(raw, "/static/large.bin", ("Range", "bytes=1000000-")).status == 416
        parts = get(raw, "/static/large.bin", ("Range", "bytes=5-9,200000-600000"))
        assert parts.status == 206
        boundary = parts.get("content-type").partition("boundary=")[2].encode()
        pieces = parts.body.split(b"--" + boundary)
        assert pieces[1].partition(b"\r\n\r\n")[2] == LARGE[5:10] + b"\r\n"
        assert pieces[2].partition(b"\r\n\r\n")[2] == LARGE[200_000:600_001] + b"\r\n"
        assert pieces[3] == b"--\r\n"


def test_slow_reader_of_a_file(tmp_path):
    with serving(tmp_path) as port:
        with Raw(port, rcvbuf=4096) as slow:
            slow.send(request("/static/large.bin"), request("/"))
            head = slow.head()
            for _ in range(3):
                slow.exactly(1000)
                assert curl(port, "/") == b"Hello, World!"  # nobody waits for it
            assert slow.exactly(len(LARGE) - 3000) == LARGE[3000:]
            assert head.get("content-length") == str(len(LARGE))
            assert slow.response().body == b"Hello, World!"


def test_client_that_leaves_a_file(tmp_path):
    with serving(tmp_path) as port:
        for _ in range(5):
            with Raw(port, rcvbuf=4096) as raw:
                raw.send(request("/static/large.bin"))
                raw.exactly(1000)
        assert curl(port, "/") == b"Hello, World!"


# WebSocket


@pytest.mark.parametrize("size", [0, 16, 125, 126, 4096, 65535, 65536])
def test_echo(tmp_path, size):
    with serving(tmp_path) as port, websocket(port, compression=None) as ws:
        for message in (os.urandom(size), "x" * size):
            ws.send(message)
            assert ws.recv(10) == message


def test_many_messages(tmp_path):
    with serving(tmp_path) as port, websocket(port) as ws:
        for number in range(300):
            ws.send(f"message {number} " + "x" * number * 10)
        for number in range(300):
            assert ws.recv(10) == f"message {number} " + "x" * number * 10


def test_fragments(tmp_path):
    with serving(tmp_path) as port:
        with websocket(port) as ws:
            ws.send(["frag", "men", "ted", "x" * 5000])
            assert ws.recv(10) == "fragmented" + "x" * 5000
            assert ws.ping().wait(60)
        with Raw(port) as raw:
            raw.upgrade("/echo")
            raw.send_frame(TEXT, b"byte ", fin=False)
            for byte in b"by byte":
                raw.send_frame(0, bytes([byte]), fin=False)
            raw.send_frame(0, b"")
            assert raw.frame() == (TEXT, b"byte by byte")


def test_closing(tmp_path):
    with serving(tmp_path) as port:
        with websocket(port) as ws:
            ws.close(4000, "enough")
            assert ws.close_code == 4000
        with Raw(port) as raw:
            raw.upgrade("/echo")
            raw.send(b"\x81\x05hello")  # not masked
            assert raw.close_code() == 1002
            assert raw.is_closed()


@pytest.mark.parametrize("loop", LOOPS)
def test_idle_connections(tmp_path, loop):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < 2 * IDLE:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * IDLE), hard))
    with serving(tmp_path, loop) as port, contextlib.ExitStack() as stack:
        held = [stack.enter_context(Raw(port)) for _ in range(IDLE)]
        for raw in held[::2]:
            raw.upgrade("/echo")
        for number in range(100):
            assert curl(port, "/") == b"Hello, World!" if number % 20 == 0 else True
            raw = held[number * 2]
            raw.send_frame(TEXT, b"hello")
            assert raw.frame() == (TEXT, b"hello")
            raw = held[number * 2 + 1]
            assert get(raw, "/").body == b"Hello, World!"


# The one too many is told so.
def test_full(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < 2 * MAX_CONNS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * MAX_CONNS), hard))
    with serving(tmp_path) as port, contextlib.ExitStack() as stack:
        held = [stack.enter_context(Raw(port)) for _ in range(MAX_CONNS)]
        assert get(held[-1], "/").body == b"Hello, World!"
        with Raw(port) as raw:
            answer = raw.response()
            assert (answer.status, answer.get("retry-after")) == (503, "1")
            assert raw.is_closed()
        held[0].close()
        end = time.monotonic() + WAIT_S
        while True:  # until the server has seen it
            with Raw(port) as raw:
                answer = get(raw, "/")
            if answer.status == 200:
                break
            assert time.monotonic() < end
        assert answer.body == b"Hello, World!"


# A server that has no descriptors left turns newcomers away and goes on.
def test_out_of_descriptors(tmp_path):
    limit = ("prlimit", "--nofile=40:40")
    with serving(tmp_path, under=limit) as port, contextlib.ExitStack() as stack:
        held = [stack.enter_context(Raw(port)) for _ in range(60)]
        assert sum(raw_is_served(raw) for raw in held) > 20
        for raw in held[:20]:
            raw.close()
        assert curl(port, "/", "--retry", 3, "--retry-all-errors") == b"Hello, World!"


def raw_is_served(raw):
    try:
        return get(raw, "/").status == 200
    except (EOFError, ConnectionError):
        return False
