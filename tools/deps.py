"""MicroPython's source tree, with what belongs under its lib/, in build/src.

MPY_DIR= names a checkout of yours and always wins; it is only read. Otherwise the sources that
deps.toml pins are downloaded once and put together. A second run does nothing; an interrupted one
goes on: a tree or a record appears under its name only when it is whole.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import archive
import repo
import say

OLDEST = (1, 25)
SRC = repo.BUILD / "src"


def tree(pins=None, src=SRC, origin=None):
    """Path of a MicroPython tree that is ready to build."""
    if os.environ.get("MPY_DIR"):
        return checked(Path(os.environ["MPY_DIR"]).expanduser().resolve())
    repo.lock("src")
    pins = pins or repo.pins()
    origin = origin or archive.for_machine(src / "apt", pins["suite"]["debian"])
    downloads = src / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    tarballs = {n: tarball(origin, s, downloads) for n, s in pins["source"].items()}
    target = src / f"micropython-{pins['source']['micropython']['version']}"
    compose(target, pins["source"], tarballs)
    return target


def checked(mpy_dir):
    """A user's own tree: refused with a reason rather than with a compiler's error."""
    config = mpy_dir / "py" / "mpconfig.h"
    if not config.is_file():
        say.stop(f"MPY_DIR={mpy_dir} is not a MicroPython checkout (no py/mpconfig.h)")
    found = re.findall(r"#define MICROPY_VERSION_(?:MAJOR|MINOR) (\d+)", config.read_text())
    if tuple(map(int, found[:2])) < OLDEST:
        say.stop(f"MPY_DIR={mpy_dir} is MicroPython {'.'.join(found)}; 1.25 or later is needed")
    if not (mpy_dir / "lib" / "mbedtls" / "library").is_dir():
        say.stop(
            f"MPY_DIR={mpy_dir} lacks mbedTLS: git submodule update --init lib/mbedtls lib/lwip"
        )
    return mpy_dir


def tarball(origin, source, downloads):
    """The record of a downloaded source: {"file", "size", "sha256", "from"}."""
    record = downloads / f"{source['package']}.json"
    wanted = {"origin": type(origin).__name__, **source}
    if record.is_file():
        known = json.loads(record.read_text())
        path = downloads / known["file"]
        if known["from"] == wanted and path.is_file() and path.stat().st_size == known["size"]:
            return known
    with say.step(f"Downloading {source['package']} {source['version']}"):
        path = origin.fetch(source, downloads)
    known = {
        "file": path.name,
        "size": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "from": wanted,
    }
    write(record, known)
    say.note(f"  {path.name}, {known['size'] / 1e6:.1f} MB, sha256 {known['sha256'][:16]}...")
    return known


def compose(target, sources, tarballs):
    """Unpacks every tarball into its place; target appears in one rename."""
    stamp = target / ".lws-deps.json"
    wanted = {name: known["sha256"] for name, known in tarballs.items()}
    if stamp.is_file() and json.loads(stamp.read_text()) == wanted:
        return
    with say.step(f"Unpacking into {target.parent.name}/{target.name}"):
        fresh = target.with_name(target.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        # "" sorts first: MicroPython itself, then what goes inside it
        for name in sorted(sources, key=lambda n: sources[n].get("into", "")):
            place = fresh / sources[name].get("into", "")
            place.mkdir(parents=True, exist_ok=True)
            unpack(target.parent / "downloads" / tarballs[name]["file"], place)
        write(fresh / stamp.name, wanted)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)


def unpack(path, folder):
    argv = ["tar", "-xf", path, "-C", folder, "--strip-components=1", "--no-same-owner"]
    if subprocess.call(argv):
        path.unlink()
        say.stop(f"cannot unpack {path}: run again to download it anew")


def write(path, value):
    partial = path.with_name(path.name + ".part")
    partial.write_text(json.dumps(value, indent=1) + "\n")
    partial.rename(path)


if __name__ == "__main__":
    say.note(f"MicroPython: {tree()}")
