"""MicroPython's source tree, with what belongs under its lib/, in build/src.

MPY_DIR= names a checkout of yours and always wins; it is only read. Otherwise the sources that
deps.toml pins are downloaded once and put together. A second run does nothing; an interrupted one
goes on: a tree or a record appears under its name only when it is whole. Parts are what only some
ports need: they are fetched when the first of their boards is built.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.base import repo, say
from tools.get import archive

OLDEST = (1, 25)
STAMP = ".lws-deps.json"
SRC = repo.BUILD / "src"


def tree(pins=None, src=SRC, origin=None):
    """Path of a MicroPython tree that is ready to build."""
    if os.environ.get("MPY_DIR"):
        return checked(Path(os.environ["MPY_DIR"]).expanduser().resolve())
    pins = pins or repo.pins()
    origin = origin or archive.for_machine(src / "apt", pins["suite"]["debian"], "deb-src")
    target = src / f"micropython-{pins['source']['micropython']['version']}"
    return fetched(target, pins["source"], origin, src / "downloads")


def part(name, folder=None, pins=None, src=SRC, origin=None):
    """Path of a part: folder, or where there is none one of its own in build/src."""
    pins = pins or repo.pins()
    origin = origin or archive.for_machine(src / "apt-deb", pins["suite"]["debian"], "deb")
    source = pins["part"][name]
    target = folder or src / f"{name}-{source['version']}"
    return fetched(target, {name: source}, origin, src / "downloads")


def fetched(target, sources, origin, downloads):
    """target, downloaded and put together where that was not done yet."""
    known = {n: record(origin, s, downloads) for n, s in sources.items()}
    if not whole(target, known):
        repo.lock("src")
        downloads.mkdir(parents=True, exist_ok=True)
        known = {n: tarball(origin, s, downloads) for n, s in sources.items()}
        compose(target, sources, known, downloads)
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


def wanted(origin, source):
    return {"origin": type(origin).__name__, **source}


def record(origin, source, downloads):
    """Of a source that was downloaded: {"file", "size", "sha256", "from"}; {} when it was not."""
    path = downloads / f"{source['package']}.json"
    known = json.loads(path.read_text()) if path.is_file() else {}
    file = downloads / known.get("file", "")
    right = known.get("from") == wanted(origin, source) and file.is_file()
    return known if right and file.stat().st_size == known["size"] else {}


def tarball(origin, source, downloads):
    """The record of a source, downloaded now where it was not before."""
    known = record(origin, source, downloads)
    if known:
        return known
    with say.step(f"Downloading {source['package']} {source['version']}"):
        path = origin.fetch(source, downloads)
    known = {
        "file": path.name,
        "size": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "from": wanted(origin, source),
    }
    write(downloads / f"{source['package']}.json", known)
    say.note(f"  {path.name}, {known['size'] / 1e6:.1f} MB, sha256 {known['sha256'][:16]}...")
    return known


def digests(known):
    return {name: one.get("sha256") for name, one in known.items()}


def whole(target, known):
    stamp = target / STAMP
    return stamp.is_file() and json.loads(stamp.read_text()) == digests(known)


def compose(target, sources, known, downloads):
    """Unpacks every tarball into its place; target appears in one rename."""
    if whole(target, known):
        return
    with say.step(f"Unpacking into {target.parent.name}/{target.name}"):
        fresh = target.with_name(target.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        # "" sorts first: MicroPython itself, then what goes inside it
        for name in sorted(sources, key=lambda n: sources[n].get("into", "")):
            place = fresh / sources[name].get("into", "")
            place.mkdir(parents=True, exist_ok=True)
            unpack(downloads / known[name]["file"], place)
        write(fresh / STAMP, digests(known))
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
