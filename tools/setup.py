"""A machine that can build (and test): Debian packages, the .venv, the sources.

usage: setup.py [GROUP...]   groups of deps.toml; building is always included
"""

import sys

import deps
import environment
import packages

if __name__ == "__main__":
    groups = sys.argv[1:]
    packages.install(["build", *groups])
    environment.install(["test"] if "test" in groups else [])
    deps.tree()
