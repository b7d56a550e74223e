"""The dashboard on the firmware, seen by a real browser. Screenshots go to build/screenshots/.

python tests/host/test_dashboard.py --readme      takes the pictures in docs/images anew
"""

import json
import os
import sys
import tempfile
import urllib.error
import urllib.request
import zlib
from pathlib import Path

import pytest
from browser import Browser
from conftest import ROOT, Served, pick_port

from tools.compile import romfs_image

FOLDER = ROOT / "examples" / "dashboard"
SHOTS = ROOT / "build" / "screenshots"
IMAGES = ROOT / "docs" / "images"
PAGE_LIMIT = 30_000
LIVE = "document.body.dataset.link === 'live' && document.getElementById('f-interval_ms').value"
POINTS = "Number(document.getElementById('chart').dataset.points || 0)"
PIXELS = "document.getElementById('chart').toDataURL()"
UPTIME = "document.getElementById('uptime').textContent"
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
UNNAMED = """[...document.querySelectorAll("input, button, canvas:not([aria-hidden])")]
    .filter((e) => !e.labels?.length && !e.ariaLabel && !e.textContent.trim()).map((e) => e.id)"""


@pytest.fixture(scope="module")
def browser():
    with Browser() as started:
        yield started


@pytest.fixture
def server(serve):
    """As make run serves it: its page comes from a ROMFS image."""
    return serve(FOLDER / "main.py", ROMFS=romfs_image.image(FOLDER))


@pytest.fixture
def page(browser, server):
    page = browser.page(server.url + "/")
    page.wait_for(LIVE)
    yield page
    page.close()


def fetch(url, data=None, kind="application/x-www-form-urlencoded"):
    """(status, body as JSON)"""
    request = urllib.request.Request(url, data, {"Content-Type": kind} if data else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_page_is_small_and_self_contained():
    files = list((FOLDER / "www").iterdir())
    assert sum(f.stat().st_size for f in files) < PAGE_LIMIT
    assert len((FOLDER / "main.py").read_text().splitlines()) <= 120


def test_loads_without_a_complaint(page, server):
    page.browser.listen(1)
    assert page.problems == [] and page.console == []
    assert all(url.split("/")[2] == f"127.0.0.1:{server.port}" for url in page.urls.values())
    assert page.text("#system").startswith("MicroPython ")
    assert page.evaluate(UNNAMED) == []
    page.screenshot(SHOTS / "desktop-light.png")
    page.prefer(color_scheme="dark")
    page.browser.listen(0.3)
    page.screenshot(SHOTS / "desktop-dark.png")


def test_chart_and_uptime_move(page):
    points, uptime, pixels = page.evaluate(POINTS), page.text("#uptime"), page.evaluate(PIXELS)
    page.wait_for(f"{POINTS} >= {points + 3}")
    page.wait_for(f"{UPTIME} !== {json.dumps(uptime)}")
    assert page.evaluate(PIXELS) != pixels
    assert page.problems == []


def test_reduced_motion_still_draws(page):
    page.prefer(reduced_motion="reduce")
    pixels = page.evaluate(PIXELS)
    page.wait_for(f"{POINTS} >= {page.evaluate(POINTS) + 3}")
    assert page.evaluate(PIXELS) != pixels


def test_requests_and_connections_are_shown(page):
    page.click("#burst")
    page.wait_for("Number(document.getElementById('rate').textContent) > 5")
    page.wait_for("!document.getElementById('burst').disabled")
    rows = page.evaluate(
        "[...document.querySelectorAll('#connections tr')].map((r) => r.innerText)"
    )
    assert any("ws" in row and "127.0.0.1:" in row for row in rows), rows
    assert page.problems == []


def test_form_changes_the_settings(page, server):
    slow = fetch(server.url + "/api/settings", b'{"interval_ms": 5000}', "application/json")
    assert slow[0] == 200
    page.fill("#f-title", "Greenhouse <2>")
    page.fill("#f-interval_ms", "100")
    page.click("#settings button")
    page.wait_for("document.getElementById('saved').textContent === 'Saved'")
    assert page.text("#title") == "Greenhouse <2>" == page.evaluate("document.title")
    settings = fetch(server.url + "/api/status")[1]
    assert (settings["title"], settings["interval_ms"]) == ("Greenhouse <2>", 100)
    points = page.evaluate(POINTS)
    page.wait_for(f"{POINTS} >= {points + 20}")  # would take 100 s as before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("interval_ms", "7", "100 to 5000"),
        ("interval_ms", "soon", "100 to 5000"),
        ("title", " ", "1 to 40"),
    ],
)
def test_form_shows_what_is_wrong(page, server, field, value, words):
    before = fetch(server.url + "/api/status")[1]
    page.fill(f"#f-{field}", value)
    page.click("#settings button")
    page.wait_for(f"document.getElementById('e-{field}').textContent.includes('{words}')")
    assert page.evaluate(f"document.getElementById('f-{field}').ariaInvalid") == "true"
    assert page.text("#saved") == ""
    page.screenshot(SHOTS / f"form-{field}.png")
    assert fetch(server.url + "/api/status")[1][field] == before[field]


@pytest.mark.parametrize(
    "data", [b'{"interval_ms": 99}', b"[1]", b'{"title": ""}', b"nonsense", b'"x"']
)
def test_settings_refuse_bad_json(server, data):
    code, _ = fetch_code(server.url + "/api/settings", data, "application/json")
    assert code == 400


def fetch_code(url, data, kind):
    """Like fetch, for an error whose body need not be JSON."""
    request = urllib.request.Request(url, data, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_settings_take_json(server):
    answer = fetch(server.url + "/api/settings", b'{"interval_ms": 250}', "application/json")
    assert answer == (200, {"interval_ms": 250, "title": "Dashboard"})


@pytest.mark.parametrize("size", [0, 1, 300_001, 6_000_000])  # the last is larger than the heap
def test_upload_shows_size_and_checksum(page, tmp_path, size):
    data = os.urandom(size)
    path = tmp_path / "picture.jpg"
    path.write_bytes(data)
    page.choose_files("#file", path)
    page.wait_for("document.querySelectorAll('#result dt').length === 4", timeout=60)
    words = page.text("#result")
    assert f"{size:,} bytes" in words
    assert f"{zlib.crc32(data):08x} ✓ matches" in words
    assert page.evaluate("document.getElementById('progress').hidden")
    assert page.problems == []
    page.screenshot(SHOTS / "upload.png")


@pytest.mark.parametrize("width", [375, 320])
def test_phone_width_does_not_scroll_sideways(page, width):
    page.viewport(width, 812, 2, phone=True)
    page.browser.listen(0.6)
    wide, inner = page.evaluate(WIDTHS)
    assert wide <= inner == width
    page.screenshot(SHOTS / f"phone-{width}-light.png", full=True)
    page.prefer(color_scheme="dark")
    page.browser.listen(0.3)
    page.screenshot(SHOTS / f"phone-{width}-dark.png", full=True)


def test_comes_back_after_a_restart(page, server, serve):
    page.wait_for(f"{POINTS} >= 3")
    server.stop()
    server.may_exit = True
    page.wait_for("document.body.dataset.link === 'lost'")
    assert page.text("#link") == "Reconnecting"
    page.screenshot(SHOTS / "reconnecting.png")
    points = page.evaluate(POINTS)
    serve(FOLDER / "main.py", PORT=server.port)
    page.wait_for(LIVE)
    page.wait_for(f"{POINTS} >= {points + 3}")
    # Chromium itself reports each attempt while nobody listens; the page must add nothing.
    assert [p for p in page.problems if "live" not in p] == []


def take_pictures():
    """docs/images: a minute of the dashboard, then one picture for the desk, one for the phone."""
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        folder = Path(folder)
        port = pick_port()
        argv = [ROOT / "build" / "unix" / "micropython", FOLDER / "main.py"]
        server = Served(argv, port, folder, {**os.environ, "PORT": str(port)})
        try:
            server.wait_until_listening()
            (folder / "holiday.jpg").write_bytes(os.urandom(1_234_567))
            page = browser.page(server.url + "/", 1200, 800)
            page.wait_for(LIVE)
            page.fill("#f-title", "Greenhouse")
            page.fill("#f-interval_ms", "250")
            page.click("#settings button")
            page.evaluate("document.activeElement.blur()")
            browser.listen(50)
            page.choose_files("#file", folder / "holiday.jpg")
            page.click("#burst")
            browser.listen(2.5)
            page.screenshot(IMAGES / "dashboard.png")
            page.viewport(375, 812, 2, phone=True)
            page.prefer(color_scheme="dark")
            browser.listen(1)
            page.screenshot(IMAGES / "dashboard-phone.png")
        finally:
            server.stop()


if __name__ == "__main__":
    if sys.argv[1:] != ["--readme"]:
        sys.exit(__doc__)
    take_pictures()
