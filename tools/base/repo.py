"""Where things are: the repository, its build folder, its pins."""

import fcntl
import tomllib
from pathlib import Path

from tools.base import say

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"


def pins(path=ROOT / "deps.toml"):
    return tomllib.loads(path.read_text())


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def core_sources():
    """The portable core, the same list as cmodules/micropython.mk's."""
    return sorted((ROOT / "cmodules" / "lws").glob("*/*.c"))


_locks = {}


def lock(name):
    """Until this program ends, nobody else builds in build/<name>."""
    if name in _locks:
        return
    BUILD.mkdir(exist_ok=True)
    _locks[name] = (BUILD / f".{name}.lock").open("w")
    try:
        fcntl.flock(_locks[name], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say.note(f"another program builds in build/{name}: waiting until it has done so")
        fcntl.flock(_locks[name], fcntl.LOCK_EX)
