"""Instructions per unit of work, ours and the peers', measured in one run (make bench).

A server process runs under callgrind, tests/bench/load.py (outside of it) sends n units:
I/unit = (I(n2) - I(n1)) / (n2 - n1). Start-up and the kernel's work are not in it, and the figure
repeats, however busy the machine is. RAM rows: gc.mem_alloc() with 0, 100 and 200 idle WebSockets.

Rows go to build/bench.json: {unit: {"value", "bar", "peer", "how"}}. It ends with 1 when a figure
of ours is above its bar or missing, or a peer's is missing.
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import concurrent.futures
import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

from tools.base import boards, repo, say
from tools.base.command import Failed, run
from tools.base.ports import free_port
from tools.compile import firmware
from tools.measure import bench_board

SOURCES = repo.ROOT / "tests" / "bench"
WORK = repo.BUILD / "bench"
RESULTS = repo.BUILD / "bench.json"
FILES = WORK / "files"
BODY = "Hello, World!"
START_S = 60
LOAD_S = 600
HEAPS = {"128k": "128 KB heap", "2m": "2 MB heap"}
IDLE = (0, 100, 200)
IDLE_HEAP = "4m"  # microdot's 200 connections do not fit in less


@dataclass(frozen=True)
class Load:
    """What load.py is told; n1 and n2 large enough that single collections do not show."""

    mode: str
    path: str
    size: int = 0
    n: tuple = (2000, 6000)


@dataclass(frozen=True)
class Sample:
    """One figure: which server, with which heap, under which load."""

    server: str
    heap: str
    load: Load

    def __str__(self):
        size = f" {self.load.size} B" if self.load.size else ""
        return f"{self.server} {self.heap} {self.load.mode} {self.load.path}{size}".replace(
            "  ", " "
        )


@dataclass(frozen=True, eq=False)
class Unit:
    """A row. Loads by server: ours is the first one."""

    group: str
    name: str
    bar: int | None
    loads: dict
    heap: str = ""

    def __str__(self):
        return f"{self.group}: {self.name}"

    def samples(self):
        return [
            Sample(s, self.heap if on_micropython(s) else "", ld) for s, ld in self.loads.items()
        ]


class Unmeasured(Exception):
    pass


def on_micropython(server):
    return server in ("firmware", "microdot")


def http(path):
    return Load("http", path)


def new(path, n=(2000, 6000)):
    return Load("new", path, 0, n)


def ws(path, size, n=(2000, 6000)):
    return Load("ws", path, size, n)


SLOW, SLOWER = (200, 600), (20, 60)  # a million and seven million instructions for each unit
STATIC = "/static/hello.txt"
# microdot answers in HTTP/1.0 and closes: its request always takes a new connection.
FIRMWARE = [
    ("HTTP hello, plain function", 10_000, http("/"), new("/", SLOW), http("/")),
    ("HTTP hello, coroutine", 14_000, http("/c"), new("/c", SLOW), http("/")),
    ("HTTP hello, static mount", 8_000, http(STATIC), new(STATIC, SLOW), http(STATIC)),
    ("new connection + request", 20_000, new("/"), new("/", SLOW), new("/")),
    ("WebSocket echo 16 B, callable", 7_000, ws("/echo", 16), ws("/aecho", 16, SLOW), ws("/", 16)),
    (
        "WebSocket echo 4 KiB, callable",
        25_000,
        ws("/echo", 4096),
        ws("/aecho", 4096, SLOWER),
        ws("/", 4096),
    ),
    (
        "WebSocket echo 16 B, async for",
        9_000,
        ws("/aecho", 16),
        ws("/aecho", 16, SLOW),
        ws("/", 16),
    ),
    (
        "WebSocket echo 4 KiB, async for",
        28_000,
        ws("/aecho", 4096),
        ws("/aecho", 4096, SLOWER),
        ws("/", 4096),
    ),
]
POSIX = [
    ("HTTP hello", 3_500, http("/"), http("/")),
    ("HTTP hello, static mount", None, http(STATIC), http(STATIC)),
    ("new connection + request", None, new("/"), new("/")),
    ("WebSocket echo 16 B", 1_200, ws("/echo", 16), ws("/", 16)),
    ("WebSocket echo 4 KiB", 4_500, ws("/echo", 4096), ws("/", 4096)),
]
RAM = [
    ("RAM per idle WebSocket, callable", 300, "/echo"),
    ("RAM per idle WebSocket, coroutine", 600, "/aecho"),
]


def units():
    rows = []
    for heap, words in HEAPS.items():
        for name, bar, ours, microdot, lws in FIRMWARE:
            loads = {"firmware": ours, "microdot": microdot, "libwebsockets": lws}
            rows.append(Unit(f"firmware, {words}", name, bar, loads, heap))
    for name, bar, ours, lws in POSIX:
        rows.append(Unit("posix", name, bar, {"posix": ours, "libwebsockets": lws}))
    for name, bar, path in RAM:
        loads = {"firmware": Load("idle", path), "microdot": Load("idle", "/aecho")}
        rows.append(Unit("firmware, 32 bit", name, bar, loads, IDLE_HEAP))
    return rows


# The servers.


def micropython(bits):
    board = "unix32" if bits == 32 else "unix"
    path = repo.BUILD / board / "micropython"
    if not path.exists():
        raise Unmeasured(f"{path} is missing: make firmware BOARD={board} builds it")
    return path


def argv_of(server, heap, port, bits):
    args = [str(port), str(FILES)]
    if on_micropython(server):
        return [micropython(bits), "-X", f"heapsize={heap}", SOURCES / f"{server}_app.py", *args]
    path = (
        WORK / "lws_peer" if server == "libwebsockets" else repo.BUILD / "posix/lws-bench-server"
    )
    if not path.exists():
        raise Unmeasured(f"{path} is missing")
    return [path, *args]


def compile_microdot():
    """As .mpy: compiling its source takes more than 128 KB of heap."""
    spec = importlib.util.find_spec("microdot")
    if not spec:
        raise Unmeasured("microdot is missing: make setup installs it")
    package = WORK / "lib" / "microdot"
    package.mkdir(parents=True, exist_ok=True)
    cross = repo.BUILD / "mpy-cross" / "mpy-cross"
    for name in ("__init__", "microdot", "helpers", "websocket"):
        source = f"{spec.submodule_search_locations[0]}/{name}.py"
        run([cross, "-o", package / f"{name}.mpy", source], "bench-microdot")


def compile_libwebsockets():
    flags = ["pkg-config", "--cflags", "--libs", "libwebsockets"]
    flags = run(flags, "bench-pkg-config").splitlines()[1].split()  # the first one is the command
    target = WORK / "lws_peer"
    run(["gcc", "-O2", "-Wall", "-o", target, SOURCES / "lws_peer.c", *flags], "bench-lws-peer")


def prepare():
    """What is missing afterwards is said once, and again as rows without figures."""
    shutil.rmtree(WORK, ignore_errors=True)
    FILES.mkdir(parents=True)
    (FILES / "hello.txt").write_text(BODY)
    for compile_peer in (compile_microdot, compile_libwebsockets):
        try:
            compile_peer()
        except (Failed, Unmeasured, OSError) as e:
            say.note(f"{compile_peer.__name__}: {e}")


def wait_until_open(port, proc):
    end = time.monotonic() + START_S
    while time.monotonic() < end and proc.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise Unmeasured(f"it did not listen: exit code {proc.poll()}")


@contextlib.contextmanager
def serving(server, heap, name, before=(), bits=64):
    """Runs a server; its port. It is asked to end, and has ended afterwards."""
    port = free_port()
    log = repo.BUILD / "log" / f"bench-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "MICROPYPATH": f"{WORK / 'lib'}:.frozen"}
    argv = [*before, *map(str, argv_of(server, heap, port, bits))]
    with log.open("w") as out:
        proc = subprocess.Popen(argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=env)
        try:
            wait_until_open(port, proc)
            yield port
            if proc.poll() is not None:
                raise Unmeasured(f"it ended by itself: {proc.returncode}")
            proc.send_signal(signal.SIGTERM)
            proc.wait(START_S)
        except (Unmeasured, subprocess.TimeoutExpired) as e:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
            raise Unmeasured(f"{e} (log: {log})\n{tail}") from None
        finally:
            if proc.poll() is None:
                proc.kill()
                proc.wait()


def send(port, load, n):
    argv = [sys.executable, SOURCES / "load.py", load.mode, port, load.path, n, load.size]
    try:
        done = subprocess.run(map(str, argv), capture_output=True, text=True, timeout=LOAD_S)
    except subprocess.TimeoutExpired:
        raise Unmeasured(f"load.py {load.mode} took more than {LOAD_S} s") from None
    if done.returncode:
        raise Unmeasured(f"load.py {load.mode}: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


# The figures.


def instructions(sample, n):
    name = re.sub(r"[^a-z0-9]+", "-", f"{sample} {n}".lower())
    out = WORK / f"{name}.callgrind"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
    with serving(sample.server, sample.heap, name, valgrind) as port:
        send(port, sample.load, n)
    found = re.search(r"^(?:summary|totals): (\d+)", out.read_text(errors="replace"), re.M)
    if not found:
        raise Unmeasured(f"no total in {out}")
    return int(found[1])


def per_unit(sample):
    n1, n2 = sample.load.n
    return round((instructions(sample, n2) - instructions(sample, n1)) / (n2 - n1))


def bytes_per_idle(sample):
    name = f"idle-{sample.server}{sample.load.path.replace('/', '-')}"
    with serving(sample.server, sample.heap, name, bits=32) as port:
        lines = send(port, sample.load, ",".join(map(str, IDLE))).splitlines()
    held = {int(count): int(size) for count, size in map(str.split, lines)}
    return round((held[IDLE[-1]] - held[IDLE[0]]) / (IDLE[-1] - IDLE[0]))


def measure(sample):
    """The figure, or None and a line that says why."""
    try:
        value = bytes_per_idle(sample) if sample.load.mode == "idle" else per_unit(sample)
    except (Unmeasured, OSError, ValueError) as e:
        say.note(f"{sample}: not measured: {e}")
        return None
    say.note(f"{sample}: {value:,}")
    return value


def how(unit):
    load = next(iter(unit.loads.values()))
    if load.mode == "idle":
        return f"bytes: (gc.mem_alloc() with {IDLE[-1]} - with {IDLE[0]} idle) / {IDLE[-1]}"
    n1, n2 = load.n
    units = f"load.py {load.mode} {load.path} {load.size or ''}".strip()
    return f"callgrind, server process: (I({n2}) - I({n1})) / {n2 - n1}; {units}"


def row_of(unit, figures):
    ours, *peers = unit.samples()
    peer = {s.server: figures.get(s) for s in peers}
    return {"value": figures.get(ours), "bar": unit.bar, "peer": peer, "how": how(unit)}


def save(rows):
    known = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    known.update(rows)
    draft = RESULTS.with_suffix(".tmp")
    draft.write_text(json.dumps(known, indent=1) + "\n")
    draft.replace(RESULTS)


def verdict(row):
    if row["value"] is None:
        return "MISSING"
    if row["bar"] is not None and row["value"] > row["bar"]:
        return "ABOVE"
    return "NO PEER" if None in row["peer"].values() else "ok"


def cell(value):
    return "" if value is None else f"{value:,}"


def show(rows):
    peers = ("microdot", "libwebsockets")
    columns = ("unit", ">ours", ">bar", *(f">{p}" for p in peers), "verdict")
    for group in dict.fromkeys(u.group for u in rows):
        lines = []
        for unit, row in rows.items():
            if unit.group == group:
                others = [cell(row["peer"].get(p)) for p in peers]
                line = (unit.name, cell(row["value"]), cell(row["bar"]), *others, verdict(row))
                lines.append(line)
        say.table(f"{group}: instructions, or bytes of RAM", columns, lines)


def main(args):
    wanted = [u for u in units() if re.search(args.only, str(u), re.I)]
    on_board = any(re.search(args.only, str(u), re.I) for u in bench_board.UNITS)
    if not wanted and not on_board:
        say.stop(f"no unit matches {args.only!r}")
    worst = on_desktop(args, wanted) if wanted else 0
    if on_board and not args.peers and not bench_board.run(args.only, args.update):
        worst = 1
    return worst


def on_desktop(args, wanted):
    if not shutil.which("valgrind"):
        say.stop("valgrind is missing: tools/get/packages.py bench installs it")
    prepare()
    if not args.no_build and any(u.heap == IDLE_HEAP for u in wanted):
        firmware.build(boards.find("unix32"))
    samples = list(dict.fromkeys(s for u in wanted for s in u.samples()))
    if args.peers:
        samples = [s for s in samples if s.server in ("microdot", "libwebsockets")]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        figures = dict(zip(samples, pool.map(measure, samples), strict=True))
    rows = {u: row_of(u, figures) for u in wanted}
    show(rows)
    if args.peers:
        return 1 if None in figures.values() else 0
    save({str(u): row for u, row in rows.items()})
    return 1 if any(verdict(row) != "ok" for row in rows.values()) else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="units whose name matches this expression")
    parser.add_argument("--peers", action="store_true", help="the peers alone, nothing is saved")
    parser.add_argument("--no-build", action="store_true", help="the 32-bit firmware is there")
    parser.add_argument("--update", action="store_true", help="record the board's figures anew")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    sys.exit(main(parser.parse_args()))
