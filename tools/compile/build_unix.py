"""Builds the unix firmware, and what all make-based ports of MicroPython share for theirs.

MicroPython's tree is only read: objects, mpy-cross and generated files go to build/.
"""

import hashlib
import os
import shutil
import sys

from tools.base import repo, say
from tools.base.boards import Built
from tools.base.command import Failed, run
from tools.get import deps

VARIANT = repo.ROOT / "ports" / "unix"
JOBS = os.environ.get("JOBS", str(os.cpu_count() or 2))
OURS = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "BUILD", "BOARD", "BITS", "TESTS")


def environment():
    """For builds of MicroPython: nothing of our own make, and its version is not our git tag."""
    env = {k: v for k, v in os.environ.items() if k not in OURS}
    return {**env, "PYTHONDONTWRITEBYTECODE": "1", "GIT_CEILING_DIRECTORIES": str(deps.SRC)}


def make(folder, args, log):
    try:
        argv = ["make", "-C", folder, f"-j{JOBS}", f"PYTHON={sys.executable}", *args]
        run(argv, log, env=environment())
    except Failed as e:
        say.stop(e)


def cross():
    """mpy-cross of the same tree, built once."""
    folder = repo.BUILD / "mpy-cross"
    repo.lock("mpy-cross")
    make(deps.tree() / "mpy-cross", [f"BUILD={folder}"], "mpy-cross")
    return folder / "mpy-cross"


def sources():
    """Every C file that a firmware with or without tests may hold."""
    folders = ("cmodules", "ports", "tests/unit", "tests/asan")
    return {str(p) for f in folders for p in (repo.ROOT / f).glob("**/*.[cS]")}


def forget_stale(build, mpy, flags):
    """make sees changed files, but not changed flags nor files that are gone.

    Other flags (the text of these files) or another tree: build anew. A C file is gone: so must
    be its qstrs and modules.
    """
    flags = [*flags, *sorted((repo.ROOT / "cmodules").glob("micropython.*"))]
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in flags) + str(mpy).encode())
    digest.update((mpy / ".lws-deps.json").read_bytes() if mpy.is_relative_to(deps.SRC) else b"")
    stamp, listing = build / ".flags", build / ".sources"
    if stamp.is_file() and stamp.read_text() != digest.hexdigest():
        shutil.rmtree(build)
    if listing.is_file() and not sources().issuperset(listing.read_text().splitlines()):
        shutil.rmtree(build / "genhdr", ignore_errors=True)
        for linked in [build / "micropython", *build.glob("*.elf")]:
            linked.unlink(missing_ok=True)
    build.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())
    listing.write_text("\n".join(sorted(sources())))


def build(board, tests=False):
    mpy = deps.tree()
    folder = board.build_folder(tests)
    repo.lock(folder.name)
    forget_stale(folder, mpy, [VARIANT / "mpconfigvariant.mk"])
    with say.step(f"Building build/{folder.name}/micropython"):
        args = [f"VARIANT_DIR={VARIANT}", f"BUILD={folder}", "STRIP="]
        args.append(f"MICROPY_MPYCROSS={cross()}")
        if board.name == "unix32":
            args.append("MICROPY_FORCE_32BIT=1")
        if board.name == "unix-select":
            args.append("CFLAGS_EXTRA=-DMLWS_POLL_SELECT=1")
        if board.name == "unix-asan":
            args += ["LWS_ASAN=1", "CC=clang"]
        if tests:
            args.append("LWS_TESTS=1")
        make(mpy / "ports" / "unix", args, f"firmware-{folder.name}")
    binary = folder / "micropython"
    return Built(board, binary, [binary], flash_hint=f"build/{folder.name}/micropython app.py")
