"""tools/get/deps.py and what it stands on, without a network."""

import hashlib
import os
import re
import shutil
import subprocess

import pytest

from tools.get import apt_sources, archive, deps

DEBIAN_12_SOURCES = """\
Types: deb
# a comment inside a stanza
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://vendor.example/apt
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""

INLINE_KEY = """\
Types: deb
URIs:
  http://one.example/debian
  http://two.example/debian
Suites: sid
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEZ
 -----END PGP PUBLIC KEY BLOCK-----
"""

LIST = """\
# deb http://commented.example/debian bookworm main
deb cdrom:[Debian GNU/Linux 12.5.0 _Bookworm_ - Official amd64 DVD]/ bookworm main
deb [arch=amd64 signed-by=/keys/a.gpg,/keys/b.gpg] http://mirror.example/debian/ bookworm main # x
deb-src http://mirror.example/debian/ bookworm main
deb http://security.example/debian-security bookworm-security main contrib
deb https://vendor.example/linux/debian bookworm stable
"""


def uris(entries):
    return [u for e in entries for u in e.uris]


def test_deb822_entries_for_another_release():
    entries = apt_sources.parse_sources(DEBIAN_12_SOURCES)
    assert "http://off.example/debian" not in uris(entries)
    ours = apt_sources.for_suite(entries, "bookworm", "trixie")
    assert [(e.uris[0], e.suites) for e in ours] == [
        ("http://mirror.example/debian", ("trixie", "trixie-updates")),
        ("http://mirror.example/debian-security", ("trixie-security",)),
    ]
    assert ours[0].deb822("deb-src") == (
        "Types: deb-src\nURIs: http://mirror.example/debian\nSuites: trixie trixie-updates\n"
        "Components: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )


def test_key_in_the_entry_is_kept():
    (entry,) = apt_sources.parse_sources(INLINE_KEY)
    assert entry.uris == ("http://one.example/debian", "http://two.example/debian")
    (ours,) = apt_sources.for_suite([entry], "trixie", "trixie")
    again = apt_sources.parse_sources(ours.deb822("deb-src"))
    assert again == [ours]
    assert "\n .\n mDMEZ\n" in ours.deb822("deb-src")


def test_one_line_entries():
    entries = apt_sources.parse_list(LIST)
    ours = apt_sources.for_suite(entries, "bookworm", "trixie")
    assert [(e.uris, e.suites) for e in ours][:2] == [
        (("http://mirror.example/debian/",), ("trixie",)),
        (("http://mirror.example/debian/",), ("trixie",)),
    ]
    assert ours[0].signed_by == "/keys/a.gpg /keys/b.gpg"
    assert ours[-1].suites == ("trixie-security",)
    assert not {"cdrom", "vendor", "commented"} & {u.split(":")[0] for u in uris(ours)}
    assert "https://vendor.example/linux/debian" not in uris(ours)


def test_a_mirror_with_another_folder_name_is_taken_when_it_is_all_there_is():
    (entry,) = apt_sources.parse_list("deb http://intranet.example/deb12 bookworm main\n")
    assert apt_sources.for_suite([entry], "bookworm", "trixie")


def test_no_debian_entry(tmp_path):
    entries = apt_sources.parse_list("deb http://archive.example/ubuntu noble main universe\n")
    assert apt_sources.for_suite(entries, "noble-not-debian", "trixie") == []
    assert apt_sources.read(tmp_path) == []


def test_files_of_both_forms_are_read(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(LIST)
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEBIAN_12_SOURCES)
    (tmp_path / "sources.list.d" / "off.sources.disabled").write_text(DEBIAN_12_SOURCES)
    assert len(apt_sources.read(tmp_path)) == 5 + 3


@pytest.mark.skipif(not shutil.which("apt-get"), reason="a machine without apt uses git")
@pytest.mark.parametrize("types", ["deb-src", "deb"])
def test_apt_offline(tmp_path, monkeypatch, types):
    entry = apt_sources.Entry(("http://127.0.0.1:1/debian",), ("trixie",), ("main",))
    monkeypatch.setattr(archive.Apt, "RETRIES", 0)
    apt = archive.Apt([entry], tmp_path, types)
    with pytest.raises(
        SystemExit, match="cannot reach 127.0.0.1:1: check the network or give MPY"
    ):
        apt.fetch({"package": "micropython", "version": "1.25.0"}, tmp_path)


@pytest.mark.skipif(not shutil.which("apt-get"), reason="a machine without apt uses git")
def test_apt_refuses_an_unsigned_archive(tmp_path):
    dist = tmp_path / "archive" / "dists" / "trixie"
    (dist / "main" / "source").mkdir(parents=True)
    listing = b"Package: micropython\nVersion: 1.25.0-1\n"
    (dist / "main" / "source" / "Sources").write_bytes(listing)
    digest = hashlib.sha256(listing).hexdigest()
    (dist / "Release").write_text(
        f"Suite: trixie\nSHA256:\n {digest} {len(listing)} main/source/Sources\n"
    )
    entry = apt_sources.Entry((f"file:{tmp_path}/archive",), ("trixie",), ("main",))
    apt = archive.Apt([entry], tmp_path / "apt", "deb-src")
    with pytest.raises(SystemExit, match="is not signed"):
        apt.fetch({"package": "micropython", "version": "1.25.0"}, tmp_path)


def answer(apt, monkeypatch, name):
    """apt-get that has one file to offer and whose update always works."""

    def get(*args, cwd=None):
        if "--print-uris" in args:
            return f"'http://mirror.example/pool/{name}' {name} 1234 SHA256:0123\n"
        return ""

    monkeypatch.setattr(apt, "get", get)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ({}, "part_1.2.3+dfsg.orig.tar.xz"),
        ({"deb": "part-source"}, "part-source_1.2.3+dfsg-1_all.deb"),
    ],
)
def test_another_version_in_debian(tmp_path, monkeypatch, wanted, name):
    apt = archive.Apt([], tmp_path, "deb")
    answer(apt, monkeypatch, name)
    source = {"package": "part", "version": "1.2", **wanted}
    with pytest.raises(SystemExit, match=f"Debian now has {re.escape(name)}"):
        apt.fetch({**source, "version": "1.3"}, tmp_path)
    with pytest.raises(SystemExit, match="Debian now has part"):
        apt.fetch({**source, "version": "1.2.30"}, tmp_path)


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="a machine without dpkg uses git")
def test_package_of_sources_becomes_a_tarball(tmp_path, monkeypatch):
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    control = "Package: part-source\nVersion: 1.2-1\nArchitecture: all\nMaintainer: t <t@t>\n"
    (tree / "DEBIAN" / "control").write_text(control + "Description: t\n")
    (tree / "usr" / "src" / "part" / "src").mkdir(parents=True)
    (tree / "usr" / "src" / "part" / "src" / "part.h").write_text("// part\n")
    (tree / "usr" / "share" / "doc").mkdir(parents=True)
    downloads = tmp_path / "src" / "downloads"
    downloads.mkdir(parents=True)
    package = downloads / "part-source_1.2-1_all.deb"
    subprocess.run(["dpkg-deb", "-b", tree, package], check=True, capture_output=True)
    apt = archive.Apt([], tmp_path / "apt", "deb")
    answer(apt, monkeypatch, package.name)
    source = {"package": "part", "version": "1.2", "deb": "part-source"}
    pins = {"suite": {"debian": "trixie"}, "part": {"part": source}}
    folder = deps.part("part", pins=pins, src=tmp_path / "src", origin=apt)
    assert folder == tmp_path / "src" / "part-1.2"
    assert (folder / "src" / "part.h").read_text() == "// part\n"
    assert {p.suffix for p in downloads.iterdir()} == {".json", ".tar"}


def test_part_inside_the_tree(upstream, tmp_path):
    tree = fetch(upstream, tmp_path)
    stamp = (tree / deps.STAMP).read_bytes()
    part = {k: v for k, v in upstream["source"]["mbedtls"].items() if k != "into"}
    pins = {"suite": upstream["suite"], "part": {"aes": part}}
    place = tree / "lib" / "aes"
    place.mkdir(parents=True)  # the empty folder of a submodule
    assert deps.part("aes", place, pins, tmp_path / "src", archive.Git()) == place
    assert (place / "library" / "aes.c").is_file()
    assert (tree / deps.STAMP).read_bytes() == stamp  # other boards' builds stay as they are
    for bare in tmp_path.glob("*.git"):
        bare.rename(bare.with_suffix(".gone"))
    assert deps.part("aes", place, pins, tmp_path / "src", archive.Git()) == place


def git(folder, *args):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", folder, *identity, *args], check=True, capture_output=True)


@pytest.fixture
def upstream(tmp_path):
    """Two bare repositories with a tag each, and the pins that name them."""
    sources = {}
    for name, into, file in (
        ("micropython", "", "py/mpconfig.h"),
        ("mbedtls", "lib/mbedtls", "library/aes.c"),
    ):
        work = tmp_path / f"work-{name}"
        (work / file).parent.mkdir(parents=True)
        (work / file).write_text(f"// {name}\n")
        git(work, "init", "-q")
        git(work, "add", ".")
        git(work, "commit", "-q", "-m", "one")
        git(work, "tag", "v1")
        (work / file).write_text("// later\n")
        git(work, "commit", "-q", "-a", "-m", "two")
        git(work, "clone", "-q", "--bare", ".", tmp_path / f"{name}.git")
        url = f"file://{tmp_path}/{name}.git"
        sources[name] = {"version": "1", "package": name, "git": url, "tag": "v1", "into": into}
    return {"suite": {"debian": "trixie"}, "source": sources}


def fetch(pins, tmp_path):
    return deps.tree(pins, tmp_path / "src", archive.Git())


@pytest.fixture(autouse=True)
def no_mpy_dir(monkeypatch):
    monkeypatch.delenv("MPY_DIR", raising=False)


def test_git_tags_are_put_together(upstream, tmp_path):
    tree = fetch(upstream, tmp_path)
    assert (tree / "py" / "mpconfig.h").read_text() == "// micropython\n"
    assert (tree / "lib" / "mbedtls" / "library" / "aes.c").read_text() == "// mbedtls\n"


def test_second_run_needs_no_network(upstream, tmp_path):
    tree = fetch(upstream, tmp_path)
    before = tree.stat().st_ino
    for bare in tmp_path.glob("*.git"):
        bare.rename(bare.with_suffix(".gone"))
    assert fetch(upstream, tmp_path).stat().st_ino == before
    shutil.rmtree(tree)  # unpacked anew from what was downloaded
    assert (fetch(upstream, tmp_path) / "py" / "mpconfig.h").is_file()


def test_interrupted_run_goes_on(upstream, tmp_path):
    downloads = tmp_path / "src" / "downloads"
    (downloads / "micropython-v1.git").mkdir(parents=True)  # half a clone
    (downloads / "mbedtls-v1.tar.part").write_bytes(b"half an archive")
    (tmp_path / "src" / "micropython-1.new" / "py").mkdir(parents=True)  # half a tree
    (tmp_path / "src" / "micropython-1.new" / "py" / "half.c").touch()
    tree = fetch(upstream, tmp_path)
    assert (tree / "py" / "mpconfig.h").is_file()
    assert not (tree / "py" / "half.c").exists()


def test_damaged_download_is_fetched_again(upstream, tmp_path):
    tree = fetch(upstream, tmp_path)
    tar = tmp_path / "src" / "downloads" / "mbedtls-v1.tar"
    tar.write_bytes(tar.read_bytes()[:600])
    shutil.rmtree(tree)
    assert (fetch(upstream, tmp_path) / "lib" / "mbedtls" / "library" / "aes.c").is_file()


def test_another_pin_replaces_the_tree(upstream, tmp_path):
    fetch(upstream, tmp_path)
    git(tmp_path / "work-mbedtls", "tag", "v2")
    git(tmp_path / "work-mbedtls", "push", "-q", tmp_path / "mbedtls.git", "v2")
    upstream["source"]["mbedtls"]["tag"] = "v2"
    tree = fetch(upstream, tmp_path)
    assert (tree / "lib" / "mbedtls" / "library" / "aes.c").read_text() == "// later\n"


def test_git_offline_and_wrong_tag(upstream, tmp_path):
    upstream["source"]["mbedtls"]["tag"] = "v9"
    with pytest.raises(SystemExit, match="has no tag v9"):
        fetch(upstream, tmp_path)
    upstream["source"]["mbedtls"]["git"] = "git://127.0.0.1:1/mbedtls.git"
    with pytest.raises(
        SystemExit, match="cannot reach git://127.0.0.1:1/mbedtls.git: check the n"
    ):
        fetch(upstream, tmp_path)


def checkout(folder, minor):
    (folder / "py").mkdir(parents=True)
    config = f"#define MICROPY_VERSION_MAJOR 1\n#define MICROPY_VERSION_MINOR {minor}\n"
    (folder / "py" / "mpconfig.h").write_text(config)
    return folder


def test_mpy_dir_always_wins_and_is_only_read(upstream, tmp_path, monkeypatch):
    mine = checkout(tmp_path / "mine", 26)
    (mine / "lib" / "mbedtls" / "library").mkdir(parents=True)
    before = sorted(os.walk(mine))
    monkeypatch.setenv("MPY_DIR", str(mine))
    assert fetch(upstream, tmp_path) == mine
    assert not (tmp_path / "src").exists()
    assert sorted(os.walk(mine)) == before


@pytest.mark.parametrize(
    ("minor", "why"), [(24, "1.25 or later is needed"), (25, "git submodule update --init")]
)
def test_mpy_dir_that_cannot_work(tmp_path, monkeypatch, minor, why):
    monkeypatch.setenv("MPY_DIR", str(checkout(tmp_path / "mine", minor)))
    with pytest.raises(SystemExit, match=why):
        deps.tree()
    monkeypatch.setenv("MPY_DIR", str(tmp_path))
    with pytest.raises(SystemExit, match="is not a MicroPython checkout"):
        deps.tree()
