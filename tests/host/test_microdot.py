"""microdot apps run on the firmware with nothing but their import changed.

Each app runs on the firmware and, in CPython, on microdot itself: the same requests must get the
same answers.
"""

import http.client
import json
import os
import sys

import pytest
from conftest import ROOT, Served, pick_port
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

APPS = ROOT / "tests" / "host" / "apps"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def both(firmware, tmp_path):
    """both(app) -> the app on lws and the app on microdot"""
    started = []

    def start(app):
        for framework, program in (("lws", firmware), ("microdot", sys.executable)):
            folder = tmp_path / framework
            folder.mkdir()
            port = pick_port()
            env = {"PORT": str(port), "FRAMEWORK": framework, "FOLDER": str(folder)}
            served = Served(
                [program, APPS / f"microdot_{app}.py"], port, folder, {**os.environ, **env}
            )
            served.folder = folder
            started.append(served)
        for served in started:
            served.wait_until_listening()
        return started

    yield start
    for served in started:
        served.may_exit |= served is started[-1]  # microdot's end is its own affair
        served.stop()


def ask(served, method, path, body=None, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request(method, path, body, dict(headers))
    response = connection.getresponse()
    kind = (response.getheader("Content-Type") or "").lower()
    answer = response.status, kind, response.read(), response.headers
    connection.close()
    return answer


def same(servers, method, path, body=None, headers=(), fields=()):
    """The answer, which must be equal on both."""
    ours, theirs = (ask(served, method, path, body, headers) for served in servers)
    assert ours[0] == theirs[0], (path, ours, theirs)
    if theirs[2]:
        assert ours[1].split(";")[0] == theirs[1].split(";")[0], path
    assert strip(ours) == strip(theirs), path
    for field in fields:
        assert ours[3].get_all(field) == theirs[3].get_all(field), (path, field)
    return ours


def strip(answer):
    """A body without what JSON leaves open: spaces, order, escapes."""
    return json.loads(answer[2]) if "json" in answer[1] else answer[2]


def test_hello(both):
    servers = both("hello")
    assert same(servers, "GET", "/", fields=["X-Marks"])[2].startswith(b"<!doctype")
    same(servers, "GET", "/json?q=a%20b+c&q=2")
    same(servers, "GET", "/users/21/ada", fields=["X-Id", "X-Marks"])
    assert same(servers, "GET", "/users/x/ada")[0] == 404
    same(servers, "PUT", "/thing")
    same(servers, "DELETE", "/thing")
    same(servers, "GET", "/cookie", fields=["Set-Cookie"])
    same(servers, "GET", "/cookie", headers={"Cookie": "a=1; seen=once"})
    assert same(servers, "GET", "/away", fields=["Location"])[0] == 302
    assert same(servers, "GET", "/teapot")[:3:2] == (418, b"no coffee")
    assert same(servers, "GET", "/wrong")[0] == 500
    assert same(servers, "GET", "/count")[2] == b"01234"
    assert same(servers, "GET", "/nowhere")[0] == 404
    assert same(servers, "HEAD", "/")[2] == b""
    assert [ask(served, "POST", "/thing")[0] for served in servers] == [405, 405]


def test_shutdown(both):
    ours, _ = servers = both("hello")
    ours.may_exit = True
    same(servers, "GET", "/shutdown")
    assert ours.proc.wait(60) == 0


def test_mounted(both):
    servers = both("mounted")
    for path in ("/api", "/api/fixed", "/api/inner/5/ada", "/top/x"):
        answer = strip(same(servers, "GET", path))
        assert answer["route"] and answer["subapp"], (path, answer)
    assert strip(same(servers, "GET", "/api/inner/5/ada"))["prefix"] == "/api/inner"
    same(servers, "GET", "/nothing")
    same(servers, "GET", "/types")
    for name in ("a.css", "a.lws", "a.html", "a.png", "a.nothing"):
        same(servers, "GET", "/file/" + name)
    long = "x" * 2800
    assert same(servers, "GET", "/line/" + long)[2] == b"2800"
    # Too long a line: microdot says 400.
    assert [ask(s, "GET", "/line/" + 3100 * "x")[0] for s in servers] == [414, 400]


def test_form(both):
    servers = both("form")
    same(servers, "GET", "/")
    kind = {"Content-Type": FORM}
    same(servers, "POST", "/", "item=tea+cup&count=3&gift=on", kind)
    same(
        servers, "POST", "/", "item=t%C3%A4sse&count=1", {"Content-Type": FORM + "; charset=utf-8"}
    )
    assert same(servers, "POST", "/", "item=&count=x", kind)[0] == 400
    assert same(servers, "POST", "/", "{}", {"Content-Type": "application/json"})[0] == 415
    assert strip(same(servers, "POST", "/tags", "tag=a&tag=b", kind)) == ["a", "b"]
    kind, body = multipart({"item": (None, None, b"cup"), "count": (None, None, b"4")})
    assert same(servers, "POST", "/multipart", body, kind)[0] == 200


def multipart(parts):
    body = b""
    for name, (filename, kind, data) in parts.items():
        body += f'--BoUnDaRy\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if filename:
            body += f'; filename="{filename}"\r\nContent-Type: {kind}'.encode()
        body += b"\r\n\r\n" + data + b"\r\n"
    return {"Content-Type": "multipart/form-data; boundary=BoUnDaRy"}, body + b"--BoUnDaRy--\r\n"


@pytest.mark.parametrize("size", [0, 1, 5000, 200_000])
def test_upload(both, size):
    servers = both("upload")
    data = bytes(i * 7 % 251 for i in range(size))
    same(servers, "POST", "/body/a.bin", data)
    assert [(s.folder / "a.bin").read_bytes() for s in servers] == [data, data]
    assert ask(servers[0], "GET", "/body/a.bin")[2] == data
    kind, body = multipart(
        {"note": (None, None, b"hi"), "file": ("f.bin", "image/x", data + b"\r\n--BoUn")}
    )
    same(servers, "POST", "/form", body, kind)
    assert (servers[0].folder / "f.bin").read_bytes() == data + b"\r\n--BoUn"
    same(servers, "POST", "/each", body, kind)
    leftover = [p for p in ROOT.glob("upload*.tmp")]
    assert not leftover


def test_upload_limit(both):
    servers = both("upload")
    for served in servers:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        connection.putrequest("POST", "/body/x")
        connection.putheader("Content-Length", str(2 << 20))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()


def test_echo(both):
    servers = both("echo")
    same(servers, "GET", "/")
    for served in servers:
        url = f"ws://127.0.0.1:{served.port}"
        with connect(url + "/echo") as ws:
            for message in ("hello", "ä" * 500, b"\0\1\2", b"x" * 10_000):
                ws.send(message)
                assert ws.recv(10) == message
        with connect(url + "/greet/ada") as ws:
            assert ws.recv(10) == "hello ada"
            with pytest.raises(ConnectionClosed):
                ws.recv(10)
    assert "Traceback" not in servers[0].stderr + servers[0].stdout
