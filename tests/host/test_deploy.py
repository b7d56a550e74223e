"""tools/deploy.py on a board's console (fake_board.py): what is copied, refused, and runs."""

import hashlib
import os
import signal
import subprocess
import sys

import deploy
import prompt
import pytest
from conftest import ROOT
from desk import stops
from fake_board import FakeBoard

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
    deploy.deploy(app(main_py="while True: pass\n"), board.port)
    assert "printed no address in 2 s" in capsys.readouterr().out


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
    argv = [sys.executable, ROOT / "tools" / "deploy.py", "--board", "LWS_RPI_PICO"]
    argv += ["--app", app(main_py=SERVES)]
    env = {**os.environ, "PORT": board.port}
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "is at http://192.0.2.7:80/" in done.stdout, done
    board.process.kill()
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "brought no raw prompt" in done.stderr, done
    assert "Traceback" not in done.stderr
