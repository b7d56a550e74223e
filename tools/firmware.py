"""Builds the unix firmware: build/unix/micropython, or build/unix32 with --bits 32.

MicroPython's tree is only read: objects, mpy-cross and generated files go to build/.
"""

import argparse
import hashlib
import os
import shutil
import sys

import deps
import repo
import say
from command import Failed, run

VARIANT = repo.ROOT / "ports" / "unix"
JOBS = os.environ.get("JOBS", str(os.cpu_count() or 2))


def make(folder, args, log):
    # git must not take our repository's tags for MicroPython's version
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    env["GIT_CEILING_DIRECTORIES"] = str(deps.SRC)
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "BUILD", "BITS"):
        env.pop(name, None)
    try:
        run(["make", "-C", folder, f"-j{JOBS}", f"PYTHON={sys.executable}", *args], log, env=env)
    except Failed as e:
        say.stop(e)


def forget_stale(build, mpy):
    """make sees changed files, but not changed flags nor files that are gone.

    Other flags or another tree: build anew. A C file is gone: so must be its qstrs and modules.
    """
    flags = [VARIANT / "mpconfigvariant.mk", repo.ROOT / "cmodules" / "micropython.mk"]
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in flags) + str(mpy).encode())
    digest.update((mpy / ".lws-deps.json").read_bytes() if mpy.is_relative_to(deps.SRC) else b"")
    stamp, listing = build / ".flags", build / ".sources"
    if stamp.is_file() and stamp.read_text() != digest.hexdigest():
        shutil.rmtree(build)
    sources = {str(p) for p in (repo.ROOT / "cmodules").glob("**/*.c")}
    if listing.is_file() and not sources.issuperset(listing.read_text().splitlines()):
        shutil.rmtree(build / "genhdr", ignore_errors=True)
        (build / "micropython").unlink(missing_ok=True)
    build.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())
    listing.write_text("\n".join(sorted(sources)))


def build_unix(bits):
    mpy = deps.tree()
    name = "unix32" if bits == 32 else "unix"
    build = repo.BUILD / name
    cross = repo.BUILD / "mpy-cross"
    repo.lock("firmware")
    forget_stale(build, mpy)
    with say.step(f"Building build/{name}/micropython"):
        make(mpy / "mpy-cross", [f"BUILD={cross}"], "mpy-cross")
        args = [f"VARIANT_DIR={VARIANT}", f"BUILD={build}", "STRIP="]
        args.append(f"MICROPY_MPYCROSS={cross / 'mpy-cross'}")
        if bits == 32:
            args.append("MICROPY_FORCE_32BIT=1")
        make(mpy / "ports" / "unix", args, f"firmware-{name}")
    return build / "micropython"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bits", type=int, choices=(32, 64), default=64)
    build_unix(parser.parse_args().bits)
