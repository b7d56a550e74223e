"""What the host tests share: the firmware, free ports, and servers that run on the firmware.

A missing firmware or peer is a failure, never a skip.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import leftovers
import pytest
from slow import pytest_runtest_logreport, pytest_sessionfinish  # noqa: F401

from tools.base.ports import free_port as pick_port

ROOT = Path(__file__).resolve().parents[2]
START_S = 60

# What starts the tests may ignore SIGINT, and all that they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
leftovers.adopt_orphans()


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left():
    """A module that leaves a process behind fails."""
    before = leftovers.children()
    yield
    left = leftovers.end(before)
    assert not left, f"processes left behind: {left}"


@pytest.fixture(scope="session")
def firmware(request):
    """Path of the unix firmware; of several in turn where a module names FIRMWARES."""
    build = getattr(request, "param", "unix")
    path = ROOT / "build" / build / "micropython"
    if not path.is_file():
        pytest.fail(f"{path.relative_to(ROOT)} is missing: make firmware BOARD={build}")
    return path


def pytest_generate_tests(metafunc):
    builds = getattr(metafunc.module, "FIRMWARES", None)
    if builds and "firmware" in metafunc.fixturenames:
        metafunc.parametrize("firmware", builds, indirect=True, scope="session")


@pytest.fixture
def house(tmp_path):
    """A repository with our tools and nothing else, for tests of the tools."""
    root = tmp_path / "house"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tools", root / "tools", ignore=ignore)
    shutil.copytree(ROOT / "tests" / "unit" / "support", root / "tests" / "unit" / "support")
    shutil.copy(ROOT / "tests" / "unit" / "unity.h", root / "tests" / "unit")
    for name in ("pyproject.toml", "deps.toml"):
        shutil.copy(ROOT / name, root)
    return root


@pytest.fixture
def free_port():
    return pick_port()


# By these imports a module gets at an emulated board.
EMULATES = re.compile(
    r"^(from|import) (qemu|board|board_soak|served_board|tested_board)\b"
    r"|^from tools\.emulate(\.| import .*\b)(qemu_machine|emulated_pico)\b"
    r"|^from unit_suites "
    r"|^pytest_plugins = .*rp2040",
    re.M,
)


FIRST = ("test_scripts_on_pico_1", "test_scripts_on_pico_2")


def pytest_collection_modifyitems(items):
    """What takes long begins first: it shall not be all that is left at the end."""
    for item in items:
        needs_its_firmware = "firmware_folder" in item.fixturenames
        if needs_its_firmware or EMULATES.search(item.path.read_text()):
            item.add_marker("emulated")
    items.sort(key=lambda i: (i.path.stem not in FIRST, not i.get_closest_marker("emulated")))


class Served:
    """A script on the firmware that listens on .port (its PORT in the environment)."""

    def __init__(self, argv, port, folder, env):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.may_exit = False  # a test whose server ends by itself says so
        self._out, self._err = folder / "stdout", folder / "stderr"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.proc = subprocess.Popen(argv, stdout=out, stderr=err, env=env, cwd=ROOT)

    @property
    def stdout(self):
        return self._out.read_text(errors="replace")

    @property
    def stderr(self):
        return self._err.read_text(errors="replace")

    def wait_until_listening(self):
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if self.proc.poll() is not None:
                break
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.01)
        self.may_exit = True  # one report is enough
        pytest.fail(f"no server on port {self.port}: {self.describe()}")

    def describe(self):
        code = self.proc.poll()
        state = "running" if code is None else f"ended with {code}"
        return f"{state}\n-- stdout\n{self.stdout}\n-- stderr\n{self.stderr}"

    def stop(self):
        """Ends the process; what it printed goes into the report of a failed test."""
        code = self.proc.poll()
        if code is None:
            self.proc.send_signal(signal.SIGTERM)
            try:
                self.proc.wait(60)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
        print(f"server on port {self.port}: {self.describe()}")
        assert code in (None, 0) or self.may_exit, f"the server ended by itself with {code}"


class NotRun(UserWarning):
    """Of a part of the proof that this machine cannot give."""


not_run = set()


def pytest_warning_recorded(warning_message):
    if issubclass(warning_message.category, NotRun):
        not_run.add(str(warning_message.message))


def pytest_terminal_summary(terminalreporter):
    for text in sorted(not_run):
        terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.write_line(text, red=True, bold=True)


@pytest.fixture
def serve(firmware, tmp_path):
    """serve(path of an app or its source, NAME=value for its environment ...) -> Served.

    HEAP= is for the firmware: "256m".
    """
    started = []

    def start(app, *args, **env):
        folder = tmp_path / f"server{len(started)}"
        folder.mkdir()
        if "\n" in str(app):
            path = folder / "app.py"
            path.write_text(app)
        else:
            path = ROOT / app
        port = int(env.setdefault("PORT", str(pick_port())))
        environ = {**os.environ, **{k: str(v) for k, v in env.items()}}
        heap = ["-X", f"heapsize={env['HEAP']}"] if "HEAP" in env else []
        server = Served([firmware, *heap, path, *map(str, args)], port, folder, environ)
        started.append(server)
        server.wait_until_listening()
        return server

    yield start
    for server in reversed(started):
        server.stop()
