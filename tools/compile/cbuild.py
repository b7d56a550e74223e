"""A small incremental C build: objects, archives and programs in one folder of build/.

An object is made again when its source, a header it includes, or its command changes.
"""

import os
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tools.base import repo, say

JOBS = int(os.environ.get("JOBS", os.cpu_count() or 2))
STRICT = ["-Wall", "-Wextra", "-Werror"]
INCLUDES = ["-Icmodules", "-Itests/unit"]


def each(function, items):
    """[function(item)] with JOBS of them under way at once."""
    with ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(function, items))


class Folder:
    """build/<name>, where one compiler with one set of flags works."""

    def __init__(self, name, cc, flags):
        if not shutil.which(cc):
            say.stop(f"{cc} is missing: run make setup (deps.toml names the package)")
        repo.lock(name)
        self.path = repo.BUILD / name
        self.cc = [cc, *flags]
        self.errors = []  # what the compiler said of the files that did not build

    def objects(self, sources, std):
        """Compiles sources; files that fail are left out and their messages kept in errors."""
        found = each(lambda s: self.object(s, std), sources)
        return [o for o in found if o]

    def object(self, source, std):
        relative = source.relative_to(repo.ROOT)
        target = self.path / relative.with_suffix(".o")
        argv = [*self.cc, f"-std={std}", *STRICT, *INCLUDES, "-MMD", "-c", relative, "-o", target]
        return target if self.make(target, argv, dependencies(target, source)) else None

    def program(self, name, objects, archive):
        target = self.path / name
        argv = [*self.cc, *objects, archive, "-o", target]
        return target if self.make(target, argv, [*objects, archive]) else None

    def archive(self, name, objects):
        target = self.path / f"{name}.a"
        argv = ["ar", "rcsD", target, *objects]
        if not fresh(target, argv, objects):
            target.unlink(missing_ok=True)  # ar would keep members whose source is gone
        self.make(target, argv, objects)
        return target

    def make(self, target, argv, inputs):
        argv = [str(a) for a in argv]
        if fresh(target, argv, inputs):
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(argv, capture_output=True, text=True, cwd=repo.ROOT)
        if done.returncode:
            self.errors.append(done.stderr or done.stdout)
            target.unlink(missing_ok=True)
            return False
        target.with_name(target.name + ".cmd").write_text(shlex.join(argv))
        return True


def fresh(target, argv, inputs):
    """target was made by this very command and no input is newer."""
    argv = [str(a) for a in argv]
    command = target.with_name(target.name + ".cmd")
    if not target.is_file() or not command.is_file() or command.read_text() != shlex.join(argv):
        return False
    made = target.stat().st_mtime_ns
    return all(i.is_file() and i.stat().st_mtime_ns <= made for i in inputs)


def dependencies(target, source):
    """What the compiler read last time (its -MMD file); at least the source."""
    listing = target.with_suffix(".d")
    if not listing.is_file():
        return [source]
    words = listing.read_text().replace("\\\n", " ").split()
    return [source, *(repo.ROOT / w for w in words[1:] if not w.endswith(":"))]
