"""The machine's own Debian entries in /etc/apt, and the same entries for another release.

Both of apt's forms are read, deb822 (*.sources) and one line per entry (*.list).
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ALIASES = {"oldstable", "stable", "testing", "unstable", "sid"}
SUFFIXES = ("", "-updates", "-security")  # not -backports: it may carry another version


@dataclass(frozen=True)
class Entry:
    uris: tuple
    suites: tuple
    components: tuple
    signed_by: str = ""  # a path, a fingerprint, or a whole key as deb822 writes it

    def deb822(self, types):
        """types: "deb-src" for source packages, "deb" for binary ones."""
        fields = {
            "Types": types,
            "URIs": " ".join(self.uris),
            "Suites": " ".join(self.suites),
            "Components": " ".join(self.components),
            "Signed-By": self.signed_by,
        }
        return "".join(f"{k}: {v}\n" for k, v in fields.items() if v)


def parse_sources(text):
    """deb822: stanzas of fields, continued lines start with a blank, '#' lines are comments."""
    entries = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in re.split(r"\n[ \t]*\n", "\n".join(lines)):
        found = re.findall(r"^([A-Za-z0-9-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, re.M)
        fields = {k.lower(): v.strip() for k, v in found}
        if "uris" not in fields or fields.get("enabled", "yes").lower() in ("no", "false", "0"):
            continue
        signed_by = fields.get("signed-by", "")
        if "\n" in signed_by:
            signed_by = "\n " + "\n ".join(line.strip() for line in signed_by.splitlines())
        entries.append(
            Entry(
                tuple(fields["uris"].split()),
                tuple(fields.get("suites", "").split()),
                tuple(fields.get("components", "").split()),
                signed_by,
            )
        )
    return entries


def parse_list(text):
    """One line: deb [option=value ...] uri suite component ..."""
    entries = []
    for line in text.splitlines():
        m = re.match(r"deb(?:-src)?\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)", line.strip())
        if not m:
            continue
        options = dict(o.split("=", 1) for o in (m[1] or "").split() if "=" in o)
        entries.append(
            Entry(
                (m[2],),
                (m[3],),
                tuple(m[4].split()),
                options.get("signed-by", "").replace(",", " "),
            )
        )
    return entries


def read(etc_apt=Path("/etc/apt")):
    entries = []
    for path in [etc_apt / "sources.list", *sorted((etc_apt / "sources.list.d").glob("*"))]:
        parse = {".sources": parse_sources, ".list": parse_list}.get(path.suffix)
        if parse and path.is_file():
            entries += parse(path.read_text())
    return entries


def machine(os_release=Path("/etc/os-release")):
    """(ID, VERSION_CODENAME) of the system."""
    text = os_release.read_text() if os_release.is_file() else ""
    fields = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', text, re.M))
    return fields.get("ID", ""), fields.get("VERSION_CODENAME", "")


def for_suite(entries, codename, suite):
    """Debian's own entries among these, pointed at another release; [] when there is none.

    Others (a vendor's repository for this release) name the same suite: Debian's own have
    "debian" or "debian-security" as a folder of the address and a component "main".
    """
    ours = [retarget(e, {codename, *ALIASES}, suite) for e in entries if "main" in e.components]
    ours = [e for e in ours if e.suites and e.uris]
    named = [e for e in ours if any(re.search(r"/debian(-security)?(/|$)", u) for u in e.uris)]
    return list(dict.fromkeys(named or ours))


def retarget(entry, releases, suite):
    suites = []
    for name in entry.suites:
        release, dash, rest = name.partition("-")
        if release in releases and dash + rest in SUFFIXES:
            suites.append(suite + dash + rest)
    return replace(
        entry,
        uris=tuple(u for u in entry.uris if not u.startswith("cdrom:")),
        suites=tuple(dict.fromkeys(suites)),
        components=("main",),
        signed_by=entry.signed_by or (str(KEYRING) if KEYRING.is_file() else ""),
    )
