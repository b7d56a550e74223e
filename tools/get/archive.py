"""Where a source's tarball comes from: Debian's archive through apt, or upstream's git tag.

In Debian that is a source package's tarball, or a binary package that holds nothing but sources.

Both give the same thing, <folder>/<file>.tar*, so all that follows is one code path.
"""

import os
import re
import shutil
import subprocess
from urllib.parse import unquote, urlsplit

from tools.base import say
from tools.base.command import Failed, run
from tools.get import apt_sources

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
Acquire::Retries "{1}";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


class Apt:
    """A private apt that reads one Debian release: "deb-src" its sources, "deb" its packages."""

    RETRIES = 3

    def __init__(self, entries, folder, types):
        self.entries = entries
        self.folder = folder
        self.types = types
        self.updated = False

    def update(self):
        for name in ("parts", "lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        stanzas = "\n".join(e.deb822(self.types) for e in self.entries)
        (self.folder / "parts" / "debian.sources").write_text(stanzas)
        conf = APT_CONF.format(self.folder, self.RETRIES)
        (self.folder / "apt.conf").write_text(conf)
        self.get("update")
        self.updated = True

    def fetch(self, source, folder):
        """Downloads the sources that a package holds and returns their tarball's path."""
        if not self.updated:
            self.update()
        # apt goes on with a partial file and checks its hash against the signed index
        if "deb" in source:
            name = self.name_of(source["deb"], source, r"_all\.deb", "download")
            self.get("download", source["deb"], cwd=folder)
            return repacked(folder / name)
        package = source["package"]
        name = self.name_of(package, source, r"\.orig\.tar\.\S+", "source", "--tar-only")
        self.get("source", "--download-only", "--tar-only", package, cwd=folder)
        return folder / name

    def name_of(self, package, source, ending, *command):
        """The file that apt would download, refused when it is another version."""
        output = self.get(*command, "--print-uris", package)
        name = next(iter(re.findall(rf"^'\S+' (\S+{ending}) ", output, re.M)), "")
        version = source["version"]
        if not re.match(rf"{re.escape(f'{package}_{version}')}(?!\d)", name):
            say.stop(f"deps.toml wants {package} {version}, Debian now has {name or 'none'}")
        return name

    def get(self, *args, cwd=None):
        env = {**os.environ, "LC_ALL": "C"}
        argv = ["apt-get", "-c", self.folder / "apt.conf", "-q", "-y", *args]
        try:
            return run(argv, f"apt-{args[0]}", cwd=cwd, env=env)
        except Failed as e:
            if "NO_PUBKEY" in e.output:
                say.stop(f"install a newer debian-archive-keyring\n{e}")
            if re.search(r"resolv|[Cc]ould not connect|Failed to fetch|timed out", e.output):
                hosts = {urlsplit(u).netloc for entry in self.entries for u in entry.uris}
                say.stop(f"{OFFLINE.format(', '.join(sorted(hosts)))}\n{e}")
            say.stop(e)


def repacked(package):
    """A tarball of the one folder that a package of sources puts into /usr/src."""
    tree, tarball = package.with_suffix(".tree"), package.with_suffix(".tar")
    shutil.rmtree(tree, ignore_errors=True)  # what an interrupted run left
    run(["dpkg-deb", "-x", package, tree], f"deb-{package.stem}")
    partial = tarball.with_suffix(".part")
    (folder,) = (tree / "usr" / "src").iterdir()
    argv = ["tar", "-cf", partial, "--sort=name", "-C", folder.parent, folder.name]
    run(argv, f"deb-{package.stem}")
    partial.rename(tarball)
    shutil.rmtree(tree)
    package.unlink()
    return tarball


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


def for_machine(folder, suite, types):
    """Debian's archive where the machine has an entry for it, else upstream's git."""
    system, codename = apt_sources.machine()
    if system == "debian" and shutil.which("apt-get"):
        entries = apt_sources.for_suite(apt_sources.read(), codename, suite)
        if entries:
            return Apt(entries, folder, types)
    return Git()
