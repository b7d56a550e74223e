"""Runs the Autobahn test suite's fuzzing client against a WebSocket echo server.

usage: autobahn.py [--install] [ws://HOST:PORT/PATH [CASES...]]     CASES as in 1.* 7.9.3

The suite (PyPI autobahntestsuite) exists only for CPython 2.7. It is installed into a virtualenv
of its own, build/autobahn/venv, which this Python makes (CPython 2.7 needs no pip for that).
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tools.base import repo, say
from tools.base.command import Failed, run

SUITE = "autobahntestsuite==25.10.1"
VIRTUALENV = "virtualenv==20.21.1"  # the last release that makes environments for CPython 2.7
HOME = repo.BUILD / "autobahn"
WSTEST = HOME / "venv" / "bin" / "wstest"
CASES = [f"{section}.*" for section in (1, 2, 3, 4, 5, 6, 7, 10)]
GOOD = {"OK", "INFORMATIONAL"}
RUN_S = 900  # the reference run takes 15 s
PIP_S = 600


class Unavailable(Exception):
    pass


class NoPython(Unavailable):
    """This machine has no CPython 2.7, and no registry that we use has one."""


def pyenv_roots():
    roots = [
        os.environ.get("PYENV_ROOT"),
        Path.home() / ".pyenv",
        "/opt/pyenv",
        "/usr/local/pyenv",
    ]
    return [Path(r) for r in roots if r]


def runs_python27(path):
    """pyenv's shim of python2.7 exists, but fails unless that version is switched on."""
    code = "import sys, ssl, ctypes; sys.exit(sys.version_info[:2] != (2, 7))"
    try:
        return subprocess.run([path, "-c", code], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def python27():
    """A CPython 2.7 that works, or None."""
    found = [shutil.which("python2.7"), shutil.which("python2")]
    for root in pyenv_roots():
        found += sorted(root.glob("versions/2.7*/bin/python2.7"), reverse=True)
    return next((str(p) for p in found if p and runs_python27(p)), None)


def install():
    """The path of wstest, installed when it is not there yet."""
    stamp = HOME / "installed"
    if stamp.is_file() and stamp.read_text() == SUITE and WSTEST.is_file():
        return WSTEST
    python = python27()
    if not python:
        raise NoPython(
            f"the Autobahn suite did NOT run: {SUITE} needs CPython 2.7, and there is neither a "
            "python2.7 on PATH nor one of pyenv's (pyenv install 2.7.18)"
        )
    shutil.rmtree(HOME, ignore_errors=True)
    maker = HOME / "maker"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--target", maker, VIRTUALENV]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUALENV"))}
    with say.step(f"Installing {SUITE} for {python}"):
        try:
            run(pip, "autobahn-virtualenv", timeout=PIP_S)
            make = [sys.executable, "-m", "virtualenv", "-q", "-p", python, HOME / "venv"]
            run(make, "autobahn-venv", env={**env, "PYTHONPATH": str(maker)}, timeout=PIP_S)
            pip27 = [HOME / "venv" / "bin" / "python", "-m", "pip", "install", "-q", SUITE]
            run(pip27, "autobahn-pip", env=env, timeout=PIP_S)
        except (Failed, subprocess.TimeoutExpired) as e:
            raise Unavailable(
                f"the Autobahn suite did NOT run: it cannot be installed: {e}"
            ) from e
    stamp.write_text(SUITE)
    return WSTEST


def write_spec(url, cases, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spec = {
        "outdir": str(folder / "report"),
        "servers": [{"agent": "server", "url": url}],
        "cases": cases,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    path = folder / "spec.json"
    path.write_text(json.dumps(spec))
    return path


def fuzz(url, cases=CASES, name="server", timeout=RUN_S):
    """{case: (behaviour, that of the closing handshake)}; the report is in build/autobahn/NAME."""
    wstest = install()
    folder = HOME / name
    spec = write_spec(url, list(cases), folder)
    log = folder / "wstest.log"
    with log.open("w") as out:
        argv = [wstest, "-m", "fuzzingclient", "-s", spec]
        client = subprocess.Popen(argv, stdout=out, stderr=out, cwd=folder, start_new_session=True)
        try:
            client.wait(timeout)
        except subprocess.TimeoutExpired:
            last = log.read_text().splitlines()[-1:]
            raise Unavailable(
                f"wstest did not end in {timeout} s; its last words: {last}"
            ) from None
        finally:
            if client.poll() is None:
                os.killpg(client.pid, signal.SIGKILL)
                client.wait()
    index = folder / "report" / "index.json"
    if not index.is_file():
        raise Unavailable(f"wstest wrote no report (see {log}):\n{log.read_text()[-2000:]}")
    report = json.loads(index.read_text())["server"]
    return {case: (r["behavior"], r["behaviorClose"]) for case, r in report.items()}


def bad(results):
    """The cases that are neither OK nor INFORMATIONAL: NON-STRICT does not pass here."""
    return {case: r for case, r in results.items() if not GOOD.issuperset(r)}


def order(case):
    return [int(n) for n in case.split(".")]


def main(args):
    if args.install:
        say.note(str(install()))
    if not args.url:
        return 0
    results = fuzz(args.url, args.cases or CASES)
    failures = bad(results)
    if failures:
        rows = [(case, *failures[case]) for case in sorted(failures, key=order)]
        say.table("Autobahn", ["case", "behaviour", "closing"], rows)
    say.note(f"{len(results)} cases, {len(failures)} not OK; {HOME / 'server/report/index.html'}")
    return 1 if failures or not results else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true")
    parser.add_argument("url", nargs="?")
    parser.add_argument("cases", nargs="*")
    try:
        sys.exit(main(parser.parse_args()))
    except Unavailable as e:
        say.stop(e)
