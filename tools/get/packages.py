"""Debian packages: installs those of the given groups of deps.toml that are missing.

usage: packages.py GROUP...
"""

import os
import re
import shutil
import subprocess
import sys

from tools.base import repo, say
from tools.base.command import Failed, run


def wanted(groups, arch):
    """[["a"], ["b", "c"]]: each item's alternatives."""
    table = repo.pins()["packages"]
    items = dict.fromkeys(item for g in groups for item in table.get(g, []))
    form = r"([^[<]+?)\s*(?:\[(\w+)\])?\s*(?:<(\w+)>)?"
    matches = [re.fullmatch(form, item) for item in items]
    rows = [m for m in matches if m[2] in (None, arch) and not (m[3] and shutil.which(m[3]))]
    return [[a.strip() for a in m[1].split("|")] for m in rows]


def installed():
    fmt = "${db:Status-Status} ${Package}\n"
    out = subprocess.run(["dpkg-query", "-W", "-f", fmt], capture_output=True, text=True).stdout
    return {line.split()[1] for line in out.splitlines() if line.startswith("installed ")}


def known(package):
    out = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True).stdout
    return bool(re.search(r"Candidate: (?!\(none\))", out))


def apt_get(*args):
    argv = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", "-q", "-y", *args]
    if os.geteuid():
        argv = ["sudo", *argv]
    try:
        run(argv, f"packages-{args[0]}")
    except Failed as e:
        hint = ""
        if re.search(r"resolv|[Cc]ould not connect|Failed to fetch", e.output):
            hint = "cannot reach Debian's archive: check the network\n"
        say.stop(f"{hint}{e}")


def install(groups):
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return by_hand(groups)
    arch = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    have = installed()
    missing = [names for names in wanted(groups, arch) if not have.intersection(names)]
    if not missing:
        return
    listed = " ".join(names[0] for names in missing)
    if os.geteuid() and not shutil.which("sudo"):
        say.stop(f"not root and no sudo; as root: apt-get install {listed}")
    if os.geteuid():
        subprocess.call(["sudo", "-v"])  # asks for the password before the progress line is up
    with say.step(f"Installing {listed}"):
        apt_get("update")
        names = [next((n for n in names if known(n)), names[0]) for names in missing]
        apt_get("install", "--no-install-recommends", *names)


def by_hand(groups):
    """Not Debian: what only can be checked is that the compiler is there."""
    for tool in ("gcc", "make", "git", "tar"):
        if not shutil.which(tool):
            names = " ".join(names[0] for names in wanted(groups, "amd64"))
            say.stop(f"{tool} is missing. Install what Debian calls: {names}")


if __name__ == "__main__":
    install(sys.argv[1:])
