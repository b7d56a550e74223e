"""Headless Chromium over the DevTools protocol: just what the page tests need.

with Browser() as browser:
    page = browser.page("http://127.0.0.1:8080/")
    page.wait_for("document.body.dataset.link === 'live'")
    page.screenshot("page.png")
    assert not page.problems
"""

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from websockets.sync.client import connect

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
START_S = 60
CALL_S = 60
CLOSE_S = 10


class BrowserError(Exception):
    pass


def find_chromium():
    """The path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One Chromium with a profile of its own; ends only the processes that it started."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        self.process = None
        self.socket = None
        self.profile = None
        self.pages = {}
        self.last_id = 0

    def __enter__(self):
        path = find_chromium()
        if path is None:
            raise BrowserError("no Chromium here: apt-get install chromium")
        self.profile = tempfile.mkdtemp(prefix="lws-chromium-")
        try:
            with open(Path(self.profile, "log"), "wb") as log:
                self.process = subprocess.Popen(
                    [path, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            devtools = connect(self._devtools_url(), max_size=None, max_queue=None)
            self.socket = self.stack.enter_context(devtools)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def page(self, url=None, width=1200, height=800):
        """A new tab; its console, exceptions and requests are watched from the start."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attach = {"targetId": target, "flatten": True}
        session = self.call("Target.attachToTarget", attach)["sessionId"]
        page = self.pages[session] = Page(self, target, session)
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            page.call(domain + ".enable")
        page.viewport(width, height)
        if url:
            page.goto(url)
        return page

    def call(self, method, params=None, session=None, timeout=CALL_S):
        """One DevTools command; what happens meanwhile is noted by the page it concerns."""
        self.last_id += 1
        wanted = self.last_id
        command = {"id": wanted, "method": method, "params": params or {}}
        if session:
            command["sessionId"] = session
        self.socket.send(json.dumps(command))
        end = time.monotonic() + timeout
        while True:
            message = self._receive(end, method)
            if message.get("id") != wanted:
                continue
            if "error" in message:
                raise BrowserError(f"{method}: {message['error']['message']}")
            return message["result"]

    def listen(self, seconds):
        """Take in events for a while."""
        end = time.monotonic() + seconds
        with contextlib.suppress(TimeoutError):
            while True:
                self._receive(end, "listen")

    def close(self):
        if self.socket is not None:
            with contextlib.suppress(Exception):
                self.call("Browser.close", timeout=CLOSE_S)
            with contextlib.suppress(Exception):
                self.stack.close()
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(CLOSE_S)
            # Its session is its own, so this reaches its children and nobody else.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
        self.socket = self.process = None

    def _receive(self, end, what):
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"the browser did not answer {what} in time")
        message = json.loads(self.socket.recv(timeout=left))
        page = self.pages.get(message.get("sessionId"))
        if page is not None and "method" in message:
            page.note(message["method"], message["params"])
        return message

    def _devtools_url(self):
        log = Path(self.profile, "log")
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            found = re.search(
                r"DevTools listening on (ws://\S+)", log.read_text("utf8", "replace")
            )
            if found:
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise BrowserError("Chromium did not start:\n" + log.read_text("utf8", "replace")[-2000:])


class Page:
    """A tab. `problems` holds every console error, uncaught exception and failed request."""

    def __init__(self, browser, target, session):
        self.browser = browser
        self.target = target
        self.session = session
        self.console = []
        self.problems = []
        self.loads = 0
        self.urls = {}

    def call(self, method, params=None, timeout=CALL_S):
        return self.browser.call(method, params, self.session, timeout)

    def note(self, method, params):
        take = getattr(self, "_on_" + method.replace(".", "_"), None)
        if take:
            take(params)

    def goto(self, url, timeout=CALL_S):
        loads = self.loads
        error = self.call("Page.navigate", {"url": url}, timeout).get("errorText")
        if error:
            raise BrowserError(f"{url}: {error}")
        end = time.monotonic() + timeout
        while self.loads == loads:
            self.browser._receive(end, "navigate to " + url)

    def evaluate(self, script, timeout=CALL_S):
        """The value of a JavaScript expression; a promise is awaited."""
        params = {"expression": script, "returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", params, timeout)
        if "exceptionDetails" in answer:
            raise BrowserError(f"{script}: {_exception_text(answer['exceptionDetails'])}")
        return answer["result"].get("value")

    def wait_for(self, script, timeout=CALL_S):
        """Wait until the expression is true; returns its value."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            value = self.evaluate(script)
            if value:
                return value
            self.browser.listen(0.05)
        raise TimeoutError(f"after {timeout} s still not: {script}\n{self.problems}")

    def viewport(self, width, height, scale=1, phone=False):
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone}
        self.call("Emulation.setDeviceMetricsOverride", size)
        self.call("Emulation.setTouchEmulationEnabled", {"enabled": phone})

    def prefer(self, **features):
        """page.prefer(color_scheme="dark", reduced_motion="reduce")"""
        features = [
            {"name": "prefers-" + name.replace("_", "-"), "value": value}
            for name, value in features.items()
        ]
        self.call("Emulation.setEmulatedMedia", {"features": features})

    def screenshot(self, path, full=False):
        shot = {"format": "png", "captureBeyondViewport": full}
        if full:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            shot["clip"] = {**size, "scale": 1}
        data = self.call("Page.captureScreenshot", shot)["data"]
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(base64.b64decode(data))

    def click(self, selector):
        self._on_element(selector, "element.click()")

    def fill(self, selector, value):
        """Put text into a field as a user would, with its input event."""
        event = "element.dispatchEvent(new InputEvent('input', {bubbles: true}));"
        self._on_element(selector, f"element.value = {json.dumps(str(value))}; {event}")

    def text(self, selector):
        return self._on_element(selector, "return element.textContent.trim()")

    def choose_files(self, selector, *paths):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        query = {"nodeId": root, "selector": selector}
        node = self.call("DOM.querySelector", query)["nodeId"]
        if not node:
            raise BrowserError(f"nothing matches {selector}")
        files = [str(Path(path).resolve()) for path in paths]
        self.call("DOM.setFileInputFiles", {"nodeId": node, "files": files})

    def close(self):
        self.browser.call("Target.closeTarget", {"targetId": self.target})
        self.browser.pages.pop(self.session, None)

    def _on_element(self, selector, body):
        return self.evaluate(f"""(() => {{
            const element = document.querySelector({json.dumps(selector)});
            if (!element) throw new Error("nothing matches " + {json.dumps(selector)});
            {body}
        }})()""")

    def _on_Page_loadEventFired(self, _):
        self.loads += 1

    def _on_Runtime_consoleAPICalled(self, params):
        words = " ".join(str(a.get("value", a.get("description"))) for a in params["args"])
        self.console.append((params["type"], words))
        if params["type"] in ("error", "assert"):
            self.problems.append("console: " + words)

    def _on_Runtime_exceptionThrown(self, params):
        self.problems.append("exception: " + _exception_text(params["exceptionDetails"]))

    def _on_Log_entryAdded(self, params):
        entry = params["entry"]
        self.console.append((entry["level"], entry["text"]))
        if entry["level"] == "error":
            self.problems.append(f"log: {entry['text']} {entry.get('url', '')}")

    def _on_Network_requestWillBeSent(self, params):
        self.urls[params["requestId"]] = params["request"]["url"]

    def _on_Network_loadingFailed(self, params):
        if not params.get("canceled"):
            url = self.urls.get(params["requestId"], "")
            self.problems.append(f"request: {params['errorText']} {url}")


def _exception_text(details):
    return details.get("exception", {}).get("description") or details["text"]
