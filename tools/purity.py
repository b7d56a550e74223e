"""Rule 9 of the core: no writable data, nothing of libc but mem* and strlen, no floating point.

A file that includes a TLS library's headers is a backend: it lives by that library's rules.
"""

import platform
import re
import subprocess

import repo
from cbuild import Folder

ALLOWED = re.compile(r"lws_\w+|mem\w+|strlen|_GLOBAL_OFFSET_TABLE_")
BACKEND = re.compile(r'^#include [<"](mbedtls|psa|openssl|wolfssl)/', re.M)
# makes any use of a floating-point register a compiler error
NO_FLOAT = {"x86_64": ["-mgeneral-regs-only"], "aarch64": ["-mgeneral-regs-only"]}


def problems(nm, name):
    """What is wrong with one object, from nm's listing of it."""
    found = []
    for line in nm.splitlines():
        kind, symbol = line.split()[-2:]
        if kind in "bBdDCsSgG":
            found.append(f"{name}: writable data: {symbol}")
        elif kind in "uUwv" and not ALLOWED.fullmatch(symbol):
            found.append(f"{name}: uses {symbol}, which is not lws_*, mem* or strlen")
    return found


def check(sources=None):
    """Problems of the whole core, as lines of text."""
    flags = ["-Os", "-fno-pic", "-fno-stack-protector", *NO_FLOAT.get(platform.machine(), [])]
    folder = Folder("purity", "gcc", flags)
    sources = [s for s in sources or repo.core_sources() if not BACKEND.search(s.read_text())]
    found = []
    for o in folder.objects(sources, "c99"):
        name = o.relative_to(folder.path).with_suffix(".c")
        nm = subprocess.run(["nm", o], capture_output=True, text=True, check=True).stdout
        found += problems(nm, name)
    return found + folder.errors
