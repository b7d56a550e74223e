"""deploy.py of tools/board, on a console (fake_board.py): what is copied, refused, and runs."""

import hashlib
import os
import signal
import subprocess
import sys

import pytest
from conftest import ROOT
from desk import stops
from fake_board import FakeBoard

from tools.board import deploy, prompt

SERVES = "print('Hello at http://192.0.2.7:80/ (Ctrl-C stops it)')\nwhile True:\n    pass\n"


@pytest.fixture
def board(firmware):
    started = FakeBoard(firmware)
    yield started
    started.stop()


@pytest.fixture
def app(tmp_path):
    """app(name=text or bytes...): a folder with those files; "__" in a name is a slash."""
    root = tmp_path / "app"

    def write(**files):
        for name, data in files.items():
            path = root / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return root

    return write


def on_board(board, code):
    with prompt.opened(board.port, fresh=False) as repl:
        return repl.exec(code).decode()


# ---- what an app is


def test_files_of_an_app(app):
    root = app(main_py="1", www__index_html="2", lib__a__b_py="3")
    for name in (".git/config", "__pycache__/main.pyc", "www/.DS_Store"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    names = [f.name for f in deploy.files_of(root)]
    assert names == ["lib/a/b.py", "www/index.html", "main.py"]
    assert deploy.parents_of(deploy.files_of(root)) == ["lib", "lib/a", "www"]


def test_one_file_becomes_main(app):
    root = app(blink_py="1")
    assert deploy.files_of(root / "blink.py") == [deploy.File("main.py", b"1")]
    for wrong in (root, root / "none", root / "blink.txt"):
        assert "APP= is a folder with main.py" in stops(deploy.files_of, wrong)


# ---- room


def file(size, old=0):
    return deploy.File("x", bytes(size), old)


@pytest.mark.parametrize(
    ("files", "folders", "free", "short"),
    [
        ([], 0, 0, 0),
        ([file(4096)], 0, 4096, 0),
        ([file(4097)], 0, 4096, 4096),
        ([file(1), file(1)], 0, 4096, 4096),
        ([file(1)], 1, 3 * 4096, 0),
        ([file(1)], 1, 4096, 2 * 4096),
        # the old one makes room only when the new one is there
        ([file(8192, 8192)], 0, 8192, 0),
        ([file(8192, 8192)], 0, 4096, 4096),
        ([file(4096, 8192), file(8192)], 0, 4096, 0),
        ([file(8192), file(4096, 8192)], 0, 8192, 4096),
    ],
)
def test_room(files, folders, free, short):
    assert deploy.missing_bytes(files, folders, 4096, free) == short


def test_app_that_does_not_fit_is_not_begun(board, app):
    root = app(main_py="1", www__big_bin=bytes(2_000_000))
    text = stops(deploy.deploy, root, board.port)
    assert "no room: 1953 KB are to be copied" in text and "Nothing was copied" in text
    assert on_board(board, "import os\nprint(os.listdir('/'))").strip() == "[]"


# ---- on the board


def test_app_is_copied_and_started(board, app, capsys):
    picture = os.urandom(5000)
    root = app(main_py=SERVES, www__a__picture_bin=picture, empty_txt=b"")
    deploy.deploy(root, board.port)
    output = capsys.readouterr().out
    assert "3 of 3 files copied" in output
    assert output.rstrip().endswith("app is at http://192.0.2.7:80/")
    code = "import hashlib\nprint(hashlib.sha256(open('/www/a/picture.bin','rb').read()).digest())"
    assert on_board(board, code).strip() == str(hashlib.sha256(picture).digest())


def test_only_what_changed_is_copied(board, app, capsys):
    root = app(main_py=SERVES, www__one_txt="one", www__two_txt="two")
    deploy.deploy(root, board.port)
    deploy.deploy(root, board.port)
    assert "0 of 3 files copied" in capsys.readouterr().out
    app(www__two_txt="TWO")  # as long as before
    deploy.deploy(root, board.port)
    output = capsys.readouterr().out
    assert "1 of 3 files copied" in output and "two.txt" in output and "one.txt" not in output
    assert on_board(board, "print(open('/www/two.txt').read())").strip() == "TWO"


def test_app_that_ends(board, app, capsys):
    deploy.deploy(app(main_py="print('done')\n"), board.port)
    assert "app ran to its end" in capsys.readouterr().out


def test_app_that_raises(board, app):
    root = app(main_py="def f():\n    raise ValueError('no sensor')\nf()\n")
    text = stops(deploy.deploy, root, board.port)
    assert text == "error: the app ended with ValueError: no sensor"


def test_app_without_network(board, app, capsys):
    deploy.deploy(app(main_py="print('at http://0.0.0.0:80/')\nwhile True: pass\n"), board.port)
    assert "no network (yet)" in capsys.readouterr().out


def test_app_that_says_nothing(board, app, capsys, monkeypatch):
    monkeypatch.setattr(deploy, "STARTS_S", 2)
    monkeypatch.setattr(deploy, "QUIET_S", 1)
    deploy.deploy(app(main_py="while True: pass\n"), board.port)
    output = capsys.readouterr().out
    assert "has printed no address yet" in output and "waiting for one until" in output
    assert "printed no address in 2 s" in output


def test_waiting_is_said_within_5_s():
    assert deploy.QUIET_S < 5 < deploy.STARTS_S


def test_app_that_names_an_address_is_not_waited_for(board, app, capsys, monkeypatch):
    """With the limit beyond that of this test: the address ends the waiting."""
    monkeypatch.setattr(deploy, "STARTS_S", 10_000)
    root = app(main_py="print('sends to mqtt://broker.lan:1883')\nwhile True: pass\n")
    deploy.deploy(root, board.port)
    assert "app runs; it named mqtt://broker.lan:1883" in capsys.readouterr().out


def test_address_in_a_traceback_is_none(board, app):
    root = app(main_py="raise OSError('no answer of 192.0.2.1:80')\n")
    text = stops(deploy.deploy, root, board.port)
    assert text == "error: the app ended with OSError: no answer of 192.0.2.1:80"


def test_stopped_while_it_waits(board, app, monkeypatch):
    def note(text):
        if "Ctrl-C ends only the waiting" in text:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(deploy, "QUIET_S", 0)
    monkeypatch.setattr(deploy.say, "note", note)
    text = stops(deploy.deploy, app(main_py="while True: pass\n"), board.port)
    assert text == "error: stopped; app is on the board, and runs"


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("Hello at http://192.0.2.7:80/ (Ctrl-C stops it)", "http://192.0.2.7:80/"),
        ("HTTPS://pico.local/x?y=1.", "HTTPS://pico.local/x?y=1"),
        ("ws://192.0.2.7/echo", "ws://192.0.2.7/echo"),
        ("broker: mqtts://broker.lan:8883, QoS 1", "mqtts://broker.lan:8883"),
        ("http://[fe80::1]:80/", "http://[fe80::1]:80/"),
        ("('192.168.1.57', '255.255.255.0', '192.168.1.1', '8.8.8.8')", "192.168.1.57"),
        ("IP: 192.168.1.57.", "192.168.1.57"),
        ("echo on 10.0.2.15:7", "10.0.2.15:7"),
        ("serving pico-7.local:8080", "pico-7.local:8080"),
        ("localhost:5000", "localhost:5000"),
        ("listening on pico:8080", "pico:8080"),
        ("temperature:21", None),
        ("12:30:45 started at 12:30", None),
        ("MicroPython v1.25.0 on 2025-04-15", None),
        ('  File "main.py", line 3', None),
        ("main.py:12: odd", None),
        ("{'c': 21.5, 'mac': '28:cd:c1:00:00:01'}", None),
        ("", None),
    ],
)
def test_address_in(line, address):
    assert deploy.address_in(line) == address


def stop_in_the_middle(monkeypatch, pieces):
    """Ctrl-C when so many pieces of a file have been written."""
    shown = []

    def update(*_, **__):
        shown.append(1)
        if len(shown) == pieces:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(deploy.Progress, "update", update)


@pytest.mark.parametrize("before", [None, "print('old')\n"])
def test_stopped_in_the_middle_of_a_file(board, app, monkeypatch, before):
    """A sentence; the board has the file of before or none, and is at its friendly prompt."""
    if before:
        deploy.deploy(app(main_py=before), board.port)
    root = app(main_py=f"{SERVES}#{'x' * 5000}")
    argv = ["deploy.py", "--board", "LWS_RPI_PICO", "--app", str(root), "--port", board.port]
    monkeypatch.setattr(sys, "argv", argv)
    stop_in_the_middle(monkeypatch, pieces=2)
    assert stops(deploy.main).startswith("error: stopped; no file on the board is half")
    monkeypatch.undo()
    names = on_board(board, "import os\nprint(os.listdir('/'))").strip()
    assert names == str(["main.py"] if before else [])
    if before:
        assert on_board(board, "print(open('/main.py').read())").strip() == before.strip()
    deploy.deploy(root, board.port)


def test_program(board, app):
    """As make calls it, with the port in the environment; and what a dead port says."""
    argv = [sys.executable, "-m", "tools.board.deploy", "--board", "LWS_RPI_PICO"]
    argv += ["--app", app(main_py=SERVES)]
    env = {**os.environ, "PORT": board.port}
    done = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "is at http://192.0.2.7:80/" in done.stdout, done
    board.process.kill()
    done = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "brought no raw prompt" in done.stderr, done
    assert "Traceback" not in done.stderr
