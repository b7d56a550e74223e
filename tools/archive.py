"""Where a source's tarball comes from: Debian's archive through apt, or upstream's git tag.

Both give the same thing, <folder>/<file>.tar*, so all that follows is one code path.
"""

import os
import re
import shutil
import subprocess
from urllib.parse import unquote, urlsplit

import apt_sources
import say
from command import Failed, run

OFFLINE = "cannot reach {}: check the network or give MPY_DIR=<a MicroPython checkout>"

# Nothing of the machine's apt is touched: lists, caches and sources are ours. Its hooks after an
# update are not run (they are about the machine's own lists); its proxy settings still count.
APT_CONF = """\
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{0}/parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::Lists "{0}/lists";
Dir::Cache "{0}/cache";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


class Apt:
    """A private apt that reads the sources of one Debian release."""

    def __init__(self, entries, folder):
        self.entries = entries
        self.conf = folder / "apt.conf"
        self.updated = False
        for name in ("parts", "lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        stanzas = "\n".join(e.deb822() for e in entries)
        (folder / "parts" / "debian.sources").write_text(stanzas)
        self.conf.write_text(APT_CONF.format(folder))

    def fetch(self, source, folder):
        """Downloads the upstream tarball of source's package and returns its path."""
        if not self.updated:
            self.get("update")
            self.updated = True
        package, version = source["package"], source["version"]
        output = self.get("source", "--print-uris", "--tar-only", package)
        name = next(iter(re.findall(r"^'\S+' (\S+\.orig\.tar\.\S+) ", output, re.M)), "")
        if not re.match(rf"{re.escape(f'{package}_{version}')}(?!\d)", name):
            say.stop(f"deps.toml wants {package} {version}, Debian now has {name or 'none'}")
        # apt goes on with a partial file and checks its hash against the signed index
        self.get("source", "--download-only", "--tar-only", package, cwd=folder)
        return folder / name

    def get(self, *args, cwd=None):
        env = {**os.environ, "LC_ALL": "C"}
        argv = ["apt-get", "-c", self.conf, "-q", "-y", *args]
        try:
            return run(argv, f"apt-{args[0]}", cwd=cwd, env=env)
        except Failed as e:
            if "NO_PUBKEY" in e.output:
                say.stop(f"install a newer debian-archive-keyring\n{e}")
            if re.search(r"resolv|[Cc]ould not connect|Failed to fetch|timed out", e.output):
                hosts = {urlsplit(u).netloc for entry in self.entries for u in entry.uris}
                say.stop(f"{OFFLINE.format(', '.join(sorted(hosts)))}\n{e}")
            say.stop(e)


class Git:
    """Upstream's repositories: a shallow clone of one tag, kept as a tarball."""

    def fetch(self, source, folder):
        name = f"{source['package']}-{source['tag']}"
        clone, tarball = folder / f"{name}.git", folder / f"{name}.tar"
        shutil.rmtree(clone, ignore_errors=True)  # what an interrupted clone left
        argv = ["git", "clone", "-q", "--bare", "--depth=1", "--branch", source["tag"]]
        try:
            run([*argv, source["git"], clone], f"git-{source['package']}")
        except Failed as e:
            if "not found" in e.output:
                say.stop(f"{source['git']} has no tag {source['tag']}\n{e}")
            say.stop(f"{OFFLINE.format(unquote(source['git']))}\n{e}")
        partial = folder / f"{name}.part"
        with partial.open("wb") as f:
            argv = ["git", "-C", clone, "archive", f"--prefix={name}/", "HEAD"]
            subprocess.run(argv, stdout=f, check=True)
        partial.rename(tarball)
        shutil.rmtree(clone)
        return tarball


def for_machine(folder, suite):
    """Debian's archive where the machine has an entry for it, else upstream's git."""
    system, codename = apt_sources.machine()
    if system == "debian" and shutil.which("apt-get"):
        entries = apt_sources.for_suite(apt_sources.read(), codename, suite)
        if entries:
            return Apt(entries, folder)
    return Git()
