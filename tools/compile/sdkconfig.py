"""ESP-IDF's sdkconfig files: NAME=value lines, of which the last one wins."""

import re

SET = re.compile(r"CONFIG_(\w+)=(.*)")
UNSET = re.compile(r"# CONFIG_(\w+) is not set")


def values(text):
    """{name: value} without CONFIG_; what is off is "n", however it is written."""
    found = {}
    for line in text.splitlines():
        unset, pair = UNSET.fullmatch(line.strip()), SET.fullmatch(line.strip())
        if unset:
            found[unset[1]] = "n"
        elif pair:
            found[pair[1]] = pair[2] or "n"
    return found


def strays(text):
    """Lines that are neither a setting nor a comment: (number, line)."""
    numbered = ((i, line.strip()) for i, line in enumerate(text.splitlines(), 1))
    return [(i, s) for i, s in numbered if s and not s.startswith("#") and not SET.fullmatch(s)]


def dropped(wanted, final):
    """What of wanted ESP-IDF did not take: ["CONFIG_NAME=value (it has other)"].

    It says nothing when a name is unknown to it or when what the option depends on is off.
    """
    found = []
    for name, value in wanted.items():
        has = final.get(name, "n")
        if has != value:
            found.append(f"CONFIG_{name}={value} (it has {has})")
    return found
