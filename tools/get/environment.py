"""The .venv of pyproject.toml, in the versions of constraints.txt.

usage: environment.py [GROUP...]   the project's dependencies, and those of optional groups; names
that are groups of Debian packages alone are passed over
"""

import hashlib
import json
import shutil
import subprocess
import sys

from tools.base import repo, say
from tools.base.command import Failed, run
from tools.get import pins

VENV = repo.ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def create():
    """A venv whose Python is gone (upgraded, moved) is made again."""
    if PYTHON.exists() and not subprocess.call([PYTHON, "-c", ""]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    with say.step("Creating .venv"):
        run([sys.executable, "-m", "venv", VENV], "venv")


def install(groups):
    create()
    project = repo.project()
    exact = pins.FILE.read_bytes()
    for group in ["", *(g for g in groups if g in project["optional-dependencies"])]:
        names = project["optional-dependencies"][group] if group else project["dependencies"]
        digest = hashlib.sha256(json.dumps(names).encode() + exact).hexdigest()
        stamp = VENV / f".installed-{group or 'base'}"
        if stamp.is_file() and stamp.read_text() == digest:
            continue
        with say.step(f"Installing Python packages: {' '.join(names)}"):
            try:
                pip = [PYTHON, "-m", "pip", "install", "-q", "-c", pins.FILE]
                run([*pip, *names], f"pip-{group or 'base'}")
            except Failed as e:
                say.stop(f"pip could not install them: check the network\n{e}")
        stamp.write_text(digest)


if __name__ == "__main__":
    install(sys.argv[1:])
