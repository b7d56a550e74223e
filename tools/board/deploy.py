"""make deploy: copies an app onto a board and restarts it. Only files that changed are copied.

An app is a folder with main.py, or one file, which becomes main.py.
"""

from tools.base.interrupt import held  # first: Ctrl-C may come at once

import argparse
import contextlib
import hashlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mpremote.transport import TransportError
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

from tools.base import boards, say
from tools.board import prompt, serial_ports

MAIN = "main.py"
HALF = ".new"  # behind the name of a file that is not whole yet
CHUNK = 1024  # bytes a write; each costs a turn to the board and back
STARTS_S = 40  # joining a network alone may take 30
QUIET_S = 4  # then it is said what is waited for
IPV4 = r"(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"
# A name with a port: it has a dot, or a word before it that says it is no "value:21".
NAME = r"localhost|(?:[\w-]+\.)+[a-z]{2,}(?<!py)|(?:(?<=\bat )|(?<=\bon ))[a-z][\w-]*"
ADDRESS = re.compile(
    rf"(?<![\w.])(?:\w+://[^\s\"'<>(),]+|{IPV4}(?::\d+)?|(?:{NAME}):\d{{1,5}}(?![\w:]))", re.I
)
NOWHERE = "0.0.0.0"  # what an app prints that has no network (yet)
TRACEBACK = "Traceback (most recent call last):"


@dataclass(frozen=True)
class File:
    name: str  # on the board, from its root
    data: bytes
    old_size: int = 0  # what is there under this name


def files_of(app):
    """The files of an app in the order in which they are copied.

    main.py comes last: a board that loses its power half way does not start half an app.
    """
    if app.is_file() and app.suffix == ".py":
        return [File(MAIN, app.read_bytes())]
    if not (app / MAIN).is_file():
        say.stop(f"{app} is no app: APP= is a folder with {MAIN} in it, or one .py file")
    paths = [p for p in sorted(app.rglob("*")) if p.is_file() and not hidden(p.relative_to(app))]
    files = [File(p.relative_to(app).as_posix(), p.read_bytes()) for p in paths]
    return sorted(files, key=lambda f: f.name == MAIN)


def hidden(path):
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def parents_of(files):
    """Folders that must be there, outer ones first."""
    return sorted({str(d) for f in files for d in PurePosixPath(f.name).parents} - {"."})


def blocks(size, block):
    return -(-size // block)


def missing_bytes(files, folders, block, free):
    """How many bytes the board has too few of, 0 when all fits.

    A file system that survives power cuts keeps the old file until the new one is whole, so the
    tightest moment counts. A new folder takes a pair of blocks.
    """
    room = tightest = free // block - 2 * folders
    for f in files:
        tightest = min(tightest, room - blocks(len(f.data), block))
        room += blocks(f.old_size, block) - blocks(len(f.data), block)
    return -min(0, tightest) * block


def changed(board, files):
    """Those that the board does not have like this, by size, then by SHA-256."""
    found = []
    for f in files:
        try:
            size = board.fs_stat(f.name).st_size
        except OSError:
            found.append(f)
            continue
        if size != len(f.data) or not arrived(board, f.name, f):
            found.append(File(f.name, f.data, size))
    return found


def arrived(board, name, f):
    """Whether the board has under this name what f has."""
    digest = board.fs_hashfile(name, "sha256", chunk_size=CHUNK)
    return digest == hashlib.sha256(f.data).digest()


def check_room(board, files, folders):
    board.exec("import os")
    block, _, _, free = board.eval("os.statvfs('/')[:4]")
    short = missing_bytes(files, folders, block, free * block)
    if short:
        need = sum(len(f.data) for f in files)
        say.stop(
            f"the board has no room: {need / 1024:.0f} KB are to be copied,"
            f" {free * block / 1024:.0f} KB are free, {short / 1024:.0f} KB too few. Nothing was"
            " copied; delete files with make shell (os.remove), or make the app smaller"
        )


def copy(board, f):
    """Under another name first: a copy that breaks off leaves what was there, and no half file."""
    half = f.name + HALF
    with held() as came, bar() as progress:
        task = progress.add_task(f"  {f.name}", total=len(f.data))

        def show(done, _):
            progress.update(task, completed=done)
            if came:  # between two pieces the board listens
                raise KeyboardInterrupt

        try:
            board.fs_writefile(half, f.data, CHUNK, show)
            if not arrived(board, half, f):
                say.stop(f"{f.name} did not arrive as it was sent: check the cable, deploy again")
            board.exec(f"import os\nos.rename({half!r}, {f.name!r})")
        except BaseException:
            with contextlib.suppress(TransportError, OSError):
                board.exec(f"import os\nf.close()\nos.remove({half!r})")
            raise


def bar():
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, console=say.console)


def put(board, files):
    """Brings the files onto the board; how many were copied."""
    fresh = changed(board, files)
    folders = [d for d in parents_of(fresh) if not board.fs_isdir(d)]
    check_room(board, fresh, len(folders))
    for folder in folders:
        board.fs_mkdir(folder)
    for f in fresh:
        copy(board, f)
    return len(fresh)


def address_in(line):
    """An address of any form in what an app printed: a URL, host:port, a bare IPv4 address."""
    found = ADDRESS.search(line)
    return found and found[0].rstrip(".:;")


def started(board):
    """Waits for the address that the app prints; (address or None, whether the app still runs)."""
    raised, in_traceback = "", False
    for line in told(prompt.lines_after_restart(board, STARTS_S)):
        if line == prompt.READY.decode():
            if raised:
                say.stop(f"the app ended with {raised}")
            return None, False
        say.note(f"  | {line}")
        if in_traceback:
            in_traceback = line.startswith(" ")
            raised = raised if in_traceback else line
        elif line == TRACEBACK:
            in_traceback = True
        elif address := address_in(line):
            return address, True
    return None, True


def told(lines):
    """The lines that came; when no address is among them soon, what is waited for is said."""
    start, is_said = time.monotonic(), False
    for line in lines:
        if line is not None:
            yield line
        if not is_said and time.monotonic() - start >= QUIET_S:
            is_said = True
            until = time.strftime("%H:%M:%S", time.localtime(time.time() + STARTS_S - QUIET_S))
            say.note(
                "it has printed no address yet (joining a network may take 30 s): waiting for"
                f" one until {until}; Ctrl-C ends only the waiting"
            )


def deploy(app, port):
    files = files_of(app)
    with prompt.opened(port) as board:
        try:
            count = put(board, files)
        except (TransportError, OSError) as e:
            say.stop(f"{port}: copying failed: {e}")
        say.note(f"{count} of {len(files)} files copied; restarting")
        try:
            address, runs = started(board)
        except KeyboardInterrupt:
            say.stop(f"stopped; {app.name} is on the board, and runs")
    if address and NOWHERE in address:
        say.note(f"{app.name} runs, but the board has no network (yet): see what it said above")
    elif address and address.startswith("http"):
        say.note(f"{app.name} is at {address}")
    elif address:
        say.note(f"{app.name} runs; it named {address}")
    elif runs:
        say.note(f"{app.name} runs; it printed no address in {STARTS_S} s: make shell shows more")
    else:
        say.note(f"{app.name} ran to its end")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", required=True)
    parser.add_argument("--app", required=True, type=Path)
    parser.add_argument("--port", default=os.environ.get("PORT", ""))
    args = parser.parse_args()
    port = serial_ports.find(boards.find(args.board), args.port)
    try:
        deploy(args.app, port)
    except prompt.NoAnswer as e:
        say.stop(e)
    except KeyboardInterrupt:
        say.stop("stopped; no file on the board is half: make deploy again copies what is missing")


if __name__ == "__main__":
    main()
