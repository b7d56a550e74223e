"""curl, and raw sockets for what curl does not do, against the server."""

import hashlib
import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from raw import Raw, request

FIRMWARES = ["unix", "unix-select"]

APP = Path(__file__).parent / "apps" / "strangers.py"
DATA = bytes(range(256)) * 8  # 2048 bytes
LONG = 5000  # more than a line of a head may have


@pytest.fixture
def server(serve, tmp_path):
    (tmp_path / "data.bin").write_bytes(DATA)
    (tmp_path / "hello.txt").write_text("Hello, World!")
    os.utime(tmp_path / "hello.txt", (1_750_000_000, 1_750_000_000))
    return serve(APP, FILES=str(tmp_path))


def curl(*args):
    """(stdout, stderr); curl itself must be content."""
    done = subprocess.run(
        ["curl", "-sS", "--max-time", "50", "--noproxy", "*", *args],
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout, done.stderr.decode()


def fetch(url, *args, method="GET"):
    """(status, headers, body) of the last response"""
    out, _ = curl("-i", *args, url)
    while True:
        head, _, body = out.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status >= 200:
            break
        out = body
    lines = head.decode().split("\r\n")[1:]
    return status, {n.lower(): v.strip() for n, _, v in (x.partition(":") for x in lines)}, body


def ask(server, *args, **kwargs):
    with Raw(server.port) as raw:
        raw.send(request(*args, **kwargs))
        return raw.response(kwargs.get("method", "GET"))


def test_hello(server):
    status, headers, body = fetch(server.url + "/")
    assert (status, body) == (200, b"Hello, World!")
    assert headers["content-length"] == "13"
    assert headers["content-type"].startswith("text/plain")


def test_keep_alive_is_reused(server):
    urls = [server.url + path for path in ("/", "/c", "/files/hello.txt", "/stream", "/nothing")]
    out, _ = curl("-w", "%{num_connects}", *[a for url in urls for a in ("-o", "/dev/null", url)])
    assert out == b"10000"


def test_connection_close_is_kept(server):
    with Raw(server.port) as raw:
        raw.send(request("/", headers=[("Connection", "close")]), request("/"))
        answer = raw.response()
        assert answer.status == 200
        assert "close" in answer.tokens("connection")
        assert raw.is_closed()


@pytest.mark.parametrize("path", ["/", "/c", "/files/hello.txt"])
def test_head_and_body_come_in_one_piece(server, path):
    with Raw(server.port) as raw:
        raw.send(request(path))
        assert raw.more()
        assert raw.data.endswith(b"\r\n\r\nHello, World!")


def test_pipelining(server):
    kinds = [
        (request("/"), "GET", b"Hello, World!"),
        (request("/c"), "GET", b"Hello, World!"),
        (request("/echo", "POST", body=b"one"), "POST", b"one"),
        (request("/files/hello.txt"), "GET", b"Hello, World!"),
        (request("/files/hello.txt", "HEAD"), "HEAD", b""),
        (request("/stream?n=3&size=4"), "GET", b"xxx\n" * 3),
        (request("/upload", "PUT", body=DATA), "PUT", b'{"size": 2048}'),
    ]
    with Raw(server.port) as raw:
        raw.send(*[wire for wire, _, _ in kinds * 10])
        for number, (_, method, body) in enumerate(kinds * 10):
            answer = raw.response(method)
            assert (answer.status, answer.body.replace(b'":2', b'": 2')) == (200, body), number


def test_requests_cut_anywhere(server):
    wire = request("/echo", "POST", body=b"hello") + request("/")
    with Raw(server.port) as raw:
        for cut in range(1, len(wire)):
            raw.send(wire[:cut])
            time.sleep(0.002)
            raw.send(wire[cut:])
            assert raw.response().body == b"hello"
            assert raw.response().body == b"Hello, World!"


@pytest.mark.parametrize(
    "wanted, first, last",
    [("0-4", 0, 4), ("5-", 5, 2047), ("-7", 2041, 2047), ("9-9999", 9, 2047)],
)
def test_range(server, wanted, first, last):
    status, headers, body = fetch(server.url + "/files/data.bin", "-r", wanted)
    assert (status, body) == (206, DATA[first : last + 1])
    assert headers["content-range"] == f"bytes {first}-{last}/2048"
    assert headers["accept-ranges"] == "bytes"


def test_ranges(server):
    status, headers, body = fetch(server.url + "/files/data.bin", "-r", "0-4,100-119,-3")
    assert status == 206
    assert int(headers["content-length"]) == len(body)
    boundary = re.fullmatch(
        r"multipart/byteranges; *boundary=\"?([^\"]+)\"?", headers["content-type"]
    )
    start, *parts, end = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    assert start.strip() == b"" and end.strip() == b"--"
    found = []
    for part in parts:
        head, _, data = part.partition(b"\r\n\r\n")
        place = re.search(rb"content-range: bytes (\d+-\d+)/2048", head, re.I)
        found.append((place[1], data))
    assert found == [(b"0-4", DATA[:5]), (b"100-119", DATA[100:120]), (b"2045-2047", DATA[-3:])]


def test_range_past_the_end(server):
    status, headers, _ = fetch(server.url + "/files/data.bin", "-r", "4096-")
    assert status == 416
    assert headers["content-range"] == "bytes */2048"


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=x-y", "bytes", "lines=0-4", "bytes=--5"])
def test_range_that_makes_no_sense_is_ignored(server, wanted):
    status, _, body = fetch(server.url + "/files/data.bin", "-H", f"Range: {wanted}")
    assert (status, body) == (200, DATA)


def test_if_range(server):
    url = server.url + "/files/data.bin"
    _, headers, _ = fetch(url)
    fresh = fetch(url, "-r", "0-4", "-H", f"If-Range: {headers['etag']}")
    assert (fresh[0], fresh[2]) == (206, DATA[:5])
    stale = fetch(url, "-r", "0-4", "-H", 'If-Range: "other"')
    assert (stale[0], stale[2]) == (200, DATA)


def test_conditional(server):
    url = server.url + "/files/hello.txt"
    status, headers, _ = fetch(url)
    assert status == 200
    for condition in (
        f"If-None-Match: {headers['etag']}",
        f'If-None-Match: "a", {headers["etag"]}',
        "If-None-Match: *",
        f"If-Modified-Since: {headers['last-modified']}",
    ):
        status, again, body = fetch(url, "-H", condition)
        assert (status, body) == (304, b""), condition
        assert again["etag"] == headers["etag"]
    for condition in ('If-None-Match: "a"', "If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT"):
        assert fetch(url, "-H", condition)[0] == 200, condition
    assert fetch(url, "-H", 'If-Match: "a"')[0] == 412


def test_curls_own_etag_files(server, tmp_path):
    url, etag, body = server.url + "/files/data.bin", tmp_path / "etag", tmp_path / "body"
    curl("--etag-save", etag, "-o", body, url)
    out, _ = curl("--etag-compare", etag, "-o", body, "-w", "%{http_code}", url)
    assert out == b"304"
    assert body.read_bytes() == DATA


def test_chunked_upload(server, tmp_path):
    data = os.urandom(300_000)
    (tmp_path / "up").write_bytes(data)
    up = ["-H", "Transfer-Encoding: chunked", "--data-binary", f"@{tmp_path / 'up'}"]
    assert re.fullmatch(rb'{"size": ?300000}', fetch(server.url + "/upload", *up)[2])
    (tmp_path / "up").write_bytes(data[:10_000])
    assert fetch(server.url + "/echo", *up)[2] == data[:10_000]


def test_chunks_with_extensions_and_trailers(server):
    head = request("/echo", "POST", headers=[("Transfer-Encoding", "chunked")])
    with Raw(server.port) as raw:
        raw.send(head, b"5;a=b\r\nHello\r\n07\r\n, World\r\n0\r\nX-Sum: 1\r\n\r\n", request("/"))
        assert raw.response().body == b"Hello, World"
        assert raw.response().body == b"Hello, World!"


def test_large_upload_does_not_stay_in_memory(server, tmp_path):
    before = int(ask(server, "/mem").body)
    with (tmp_path / "up").open("wb") as f:
        f.truncate(12_000_000)  # the heap has 2 MB
    status, _, body = fetch(server.url + "/upload", "-T", str(tmp_path / "up"))
    assert status == 200 and re.fullmatch(rb'{"size": ?12000000}', body)
    assert int(ask(server, "/mem").body) < before + 16_384


def test_expect_100_continue(server):
    up = ["-H", "Expect: 100-continue", "--data-binary", "x" * 2000]
    # curl sends the body without it only after longer than it may take in all
    out, err = curl("-v", "--expect100-timeout", "1000", *up, server.url + "/echo")
    assert out == b"x" * 2000
    assert "< HTTP/1.1 100" in err


def test_expect_is_refused_before_the_body(server):
    headers = [("Expect", "100-continue"), ("Content-Length", "99999999999")]
    assert ask(server, "/echo", "POST", headers=headers).status == 413


def test_unknown_expectation(server):
    assert ask(server, "/", headers=[("Expect", "tea")]).status == 417


def test_http_1_0(server):
    status, _, body = fetch(server.url + "/", "-0")
    assert (status, body) == (200, b"Hello, World!")
    with Raw(server.port) as raw:
        raw.send(b"GET / HTTP/1.0\r\n\r\n")
        assert raw.response().body == b"Hello, World!"
        assert raw.is_closed()
    with Raw(server.port) as raw:
        raw.send(b"GET /stream HTTP/1.0\r\n\r\n")
        answer = raw.response()
        assert answer.get("transfer-encoding") is None
        assert answer.body == b"xxxxxxxxx\n" * 3


def test_http_1_0_keep_alive(server):
    with Raw(server.port) as raw:
        for _ in range(2):
            raw.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            answer = raw.response()
            assert answer.body == b"Hello, World!"
            assert "keep-alive" in answer.tokens("connection")


@pytest.mark.parametrize("path", ["/", "/c", "/files/hello.txt"])
def test_head(server, path):
    status, headers, body = fetch(server.url + path, "-I")
    assert (status, headers["content-length"], body) == (200, "13", b"")


def test_head_leaves_no_body_behind(server):
    with Raw(server.port) as raw:
        for path in ("/", "/c", "/files/data.bin", "/stream", "/nothing"):
            raw.send(request(path, "HEAD"), request("/"))
            raw.response("HEAD")
            assert raw.response().body == b"Hello, World!", path


def test_options(server):
    answer = ask(server, "/echo", "OPTIONS")
    assert answer.status in (200, 204)
    assert {"post", "put", "options"} <= set(answer.tokens("allow"))
    assert ask(server, "*", "OPTIONS").status in (200, 204)


def test_not_found(server):
    for path in ("/nothing", "/files/nothing", "/files/../apps/strangers.py", "/files/%2e%2e/x"):
        assert fetch(server.url + path, "--path-as-is")[0] in (400, 404), path
    assert fetch(server.url + "/nothing")[0] == 404


def test_method_not_allowed(server):
    answer = ask(server, "/", "DELETE")
    assert answer.status == 405
    assert "get" in answer.tokens("allow")
    assert ask(server, "/files/hello.txt", "PUT", body=b"x").status == 405


def test_unknown_method(server):
    assert ask(server, "/", "BREW").status in (405, 501)


def test_body_too_large(server):
    answer = ask(server, "/echo", "POST", headers=[("Content-Length", "99999999999")])
    assert answer.status == 413


def test_target_too_long(server):
    assert ask(server, "/" + "x" * LONG).status == 414


def test_field_too_long(server):
    assert ask(server, "/", headers=[("X", "x" * LONG)]).status == 431


def test_too_many_fields(server):
    assert ask(server, "/", headers=[(f"X-{n}", "x") for n in range(300)]).status == 431


def test_version(server):
    assert ask(server, "/", version="HTTP/2.0").status == 505


@pytest.mark.parametrize(
    "wire",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
    ],
)
def test_what_smugglers_send_is_refused(server, wire):
    """Nothing that follows on that connection is taken for a request."""
    with Raw(server.port) as raw:
        raw.send(wire, request("/"))
        assert raw.response().status == 400
        assert raw.is_closed()


def test_large_body_arrives_whole(server, tmp_path):
    data = os.urandom(5_000_000)
    (tmp_path / "large").write_bytes(data)
    out, _ = curl("--compressed", server.url + "/files/large")
    assert hashlib.sha256(out).digest() == hashlib.sha256(data).digest()
