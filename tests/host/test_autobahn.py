"""The Autobahn test suite's fuzzing client: sections 1 to 7 and 10, every case.

Of section 9, messages of up to 16 MB, make soak runs all.
"""

import contextlib
import threading
import warnings
from pathlib import Path

import pytest
import websockets.sync.server
from conftest import NotRun
from effort import either

from tools.check import autobahn

ROOT = Path(__file__).resolve().parents[2]
APP = Path(__file__).parent / "apps" / "strangers.py"
CASES = 247  # that the suite has in these sections
LARGE, LARGE_CASES = either((["9.1.*", "9.2.*"], 12), (["9.*"], 54))

pytestmark = pytest.mark.timeout(autobahn.RUN_S + autobahn.PIP_S + 60)


@pytest.fixture(scope="module", autouse=True)
def suite():
    try:
        autobahn.install()
    except autobahn.NoPython as e:
        warnings.warn(NotRun(str(e)), stacklevel=1)  # conftest.py prints it last, in red
        pytest.skip(str(e))
    except autobahn.Unavailable as e:
        pytest.fail(str(e), pytrace=False)


@contextlib.contextmanager
def reference(change):
    """A server of the websockets package that sends back change(message)."""

    def handle(ws):
        for message in ws:
            ws.send(change(message))

    serve = websockets.sync.server.serve
    with serve(handle, "127.0.0.1", 0, compression=None, max_size=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join(10)


def test_the_judge():
    """The suite runs here, and tells a good server from a bad one."""
    with reference(lambda message: message) as url:
        results = autobahn.fuzz(url, ["1.1.1", "1.1.2"], "judge")
        assert results == {"1.1.1": ("OK", "OK"), "1.1.2": ("OK", "OK")}
        assert not autobahn.bad(results)
    with reference(lambda message: message[:-1]) as url:
        assert list(autobahn.bad(autobahn.fuzz(url, ["1.1.1", "1.1.2"], "judge"))) == ["1.1.2"]


@pytest.mark.parametrize("path", ["/ws", "/wscb"])
def test_autobahn(serve, path):
    server = serve(APP)
    url = f"ws://127.0.0.1:{server.port}{path}"
    results = autobahn.fuzz(url, name=path.strip("/"))
    assert not autobahn.bad(results)
    assert len(results) == CASES


@pytest.mark.parametrize("path", ["/ws", "/wscb"])
def test_large_messages(serve, path):
    server = serve(APP, HEAP="256m", SETTINGS='{"max_message": 20000000, "max_tx": 40000000}')
    results = autobahn.fuzz(f"ws://127.0.0.1:{server.port}{path}", LARGE, name="large")
    assert not autobahn.bad(results)
    assert len(results) == LARGE_CASES
