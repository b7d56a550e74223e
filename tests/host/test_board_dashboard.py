"""The dashboard on emulated boards through their emulated networks: curl, a real browser.

The Cortex-M3 is on QEMU's Ethernet, the Pico on a serial line at 921,600 baud.
"""

import contextlib
import json
import os
import socket
import subprocess
import urllib.parse
import zlib

import pytest
from browser import Browser
from served_board import DASHBOARD, KINDS
from test_dashboard import LIVE, PIXELS, POINTS, SHOTS, UPTIME

pytestmark = pytest.mark.timeout(240)
UPLOAD = {"mps2": 400_000, "pico": 200_000}  # more than the heap


@pytest.fixture(scope="module", params=KINDS)
def machine(request):
    with KINDS[request.param]() as served:
        yield served


@pytest.fixture(scope="module")
def browser():
    with Browser() as started:
        yield started


@pytest.fixture
def page(browser, machine):
    page = browser.page(machine.url() + "/")
    page.wait_for(LIVE, timeout=60)
    yield page
    page.close()


def curl(machine, path, *options):
    """(body, status)"""
    argv = ["curl", "-s", "-m", "90", "-w", "\n%{http_code}", *options, machine.url() + path]
    done = subprocess.run(argv, capture_output=True, check=True, timeout=100)
    body, _, status = done.stdout.rpartition(b"\n")
    return body, int(status)


@pytest.mark.parametrize("name", ["index.html", "app.js", "style.css", "favicon.svg"])
def test_curl_gets_the_files(machine, name):
    assert curl(machine, f"/{name}") == ((DASHBOARD / "www" / name).read_bytes(), 200)


def test_curl_gets_the_page_and_not_another(machine):
    assert curl(machine, "/") == ((DASHBOARD / "www" / "index.html").read_bytes(), 200)
    assert curl(machine, "/nothing")[1] == 404


def test_idle_visitors_lock_nobody_out(machine):
    """Each keeps its connection, and asks nothing more: lwIP has no room for all of them."""
    at = urllib.parse.urlsplit(machine.url())
    with contextlib.ExitStack() as visitors:
        for i in range(30):
            sock = socket.create_connection((at.hostname, at.port), 60)
            visitors.enter_context(sock)
            sock.sendall(b"GET /api/status HTTP/1.1\r\nHost: a\r\n\r\n")
            assert sock.recv(15) == b"HTTP/1.1 200 OK", i


def test_curl_reads_the_status(machine):
    body, status = curl(machine, "/api/status")
    told = json.loads(body)
    assert status == 200 and told["system"].endswith(f"on {machine.platform}")
    # The board sees the emulated network, not the host's.
    assert told["connections"][0]["peer"].startswith("10.0.2.2:")


def test_curl_changes_the_settings(machine):
    body, status = curl(machine, "/api/settings", "-d", "interval_ms=7")
    assert status == 400 and json.loads(body)["field"] == "interval_ms"
    body, status = curl(machine, "/api/settings", "-d", "title=Curl&interval_ms=500")
    assert (json.loads(body), status) == ({"title": "Curl", "interval_ms": 500}, 200)


def test_curl_uploads_more_than_the_heap(machine, tmp_path):
    data = os.urandom(UPLOAD[machine.name])
    path = tmp_path / "picture.jpg"
    path.write_bytes(data)
    body, status = curl(machine, "/api/upload", "--data-binary", f"@{path}")
    assert status == 200
    assert json.loads(body) == {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}


def test_page_is_alive(page, machine):
    points, uptime, pixels = page.evaluate(POINTS), page.text("#uptime"), page.evaluate(PIXELS)
    page.wait_for(f"{POINTS} >= {points + 3}", timeout=60)
    page.wait_for(f"{UPTIME} !== {json.dumps(uptime)}", timeout=60)
    assert page.evaluate(PIXELS) != pixels
    assert page.text("#system").endswith(f"on {machine.platform}")
    rows = page.evaluate(
        "[...document.querySelectorAll('#connections tr')].map((r) => r.innerText)"
    )
    assert any("ws" in row and "10.0.2.2:" in row for row in rows), rows
    assert page.problems == []
    page.screenshot(SHOTS / f"board-{machine.name}.png")


def test_form_changes_the_settings(page, machine):
    page.fill("#f-title", machine.name)
    page.fill("#f-interval_ms", "200")
    page.click("#settings button")
    page.wait_for("document.getElementById('saved').textContent === 'Saved'", timeout=60)
    settings = json.loads(curl(machine, "/api/status")[0])
    assert (settings["title"], settings["interval_ms"]) == (machine.name, 200)
    assert page.problems == []


def test_upload_shows_size_and_checksum(page, machine, tmp_path):
    data = os.urandom(UPLOAD[machine.name] + 1)
    path = tmp_path / "picture.jpg"
    path.write_bytes(data)
    page.choose_files("#file", path)
    page.wait_for("document.querySelectorAll('#result dt').length === 4", timeout=60)
    words = page.text("#result")
    assert f"{len(data):,} bytes" in words and f"{zlib.crc32(data):08x} ✓ matches" in words
    assert page.problems == []
    page.screenshot(SHOTS / f"board-{machine.name}-upload.png")
