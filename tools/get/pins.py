"""The exact Python packages of the .venv: constraints.txt, which every install holds to.

usage: pins.py   takes the newest versions that pyproject.toml allows, in a venv of their own, and
writes them down (make pins). Nothing but names and versions is written: no address.
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import subprocess
import sys
import tempfile
from pathlib import Path

from tools.base import repo, say

FILE = Path(__file__).with_name("constraints.txt")
HEAD = "# Written by make pins: a run today and one in a year use the same packages.\n"


def wanted():
    """Everything that pyproject.toml names, in every group."""
    project = repo.project()
    groups = project["optional-dependencies"].values()
    return sorted({*project["dependencies"], *(name for group in groups for name in group)})


def newest(names):
    """What pip chooses for them and for all that they need: lines "name==version"."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [Path(folder) / "bin" / "python", "-m", "pip", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", *names], check=True)
        frozen = subprocess.run([*pip, "freeze"], check=True, stdout=subprocess.PIPE, text=True)
    return sorted(line for line in frozen.stdout.splitlines() if "==" in line)


def main():
    names = wanted()
    with say.step(f"Choosing versions for {' '.join(names)}"):
        lines = newest(names)
    FILE.write_text(HEAD + "".join(f"{line}\n" for line in lines))
    say.note(f"{len(lines)} packages in {FILE.relative_to(repo.ROOT)}; make test says if they do")


if __name__ == "__main__":
    main()
