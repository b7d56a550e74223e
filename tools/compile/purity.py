"""Rule 9 of the core: no writable data, nothing of libc but mem* and strlen, no floating point.

A file that includes a TLS library's headers is a backend: it lives by that library's rules.
What the host's compiler does inline, a smaller CPU's calls from libgcc: tools/check/cross.py looks
for 64-bit division and floating point there.
"""

import platform
import re
import subprocess

from tools.base import repo
from tools.compile.cbuild import Folder

ALLOWED = re.compile(r"lws_\w+|mem\w+|strlen|_GLOBAL_OFFSET_TABLE_")
BACKEND = re.compile(r'^#include [<"](mbedtls|psa|openssl|wolfssl)/', re.M)
# The names of both that libgcc has (GNU's, ARM's). Of these Xtensa has none in a clang build, and
# each costs a Cortex-M0+ thousands of cycles. 64-bit sums, products and shifts are small.
DIVISION = re.compile(r"__u?(div|mod|divmod)[dt]i\d|__aeabi_u?ldivmod")
FLOAT = re.compile(r"__(aeabi_c?[df]\w+|aeabi_u?[il]2[df]|[a-z]+[sdt]f\w*|[a-z]+[sdt]i[sdt]f)")
# A function that takes what it is given: clang's Xtensa backend makes wrong code of it.
VARARGS = re.compile(r"\.\.\.\s*\)\s*\{")
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


def calls(nm, name):
    """The calls of libgcc's division and floating point in one object, from nm's listing."""
    symbols = [line.split()[-1] for line in nm.splitlines() if line.split()[-2:-1] == ["U"]]
    kinds = {"divides 64-bit numbers": DIVISION, "uses floating point": FLOAT}
    return [
        f"{name}: {does}: {symbol}"
        for symbol in symbols
        for does, names in kinds.items()
        if names.fullmatch(symbol)
    ]


def varargs(sources):
    found = [s for s in sources if VARARGS.search(s.read_text())]
    return [f"{s.relative_to(repo.ROOT)}: defines a function with ..." for s in found]


def check(sources=None):
    """Problems of the whole core, as lines of text."""
    flags = ["-Os", "-fno-pic", "-fno-stack-protector", *NO_FLOAT.get(platform.machine(), [])]
    folder = Folder("purity", "gcc", flags)
    sources = [s for s in sources or repo.core_sources() if not BACKEND.search(s.read_text())]
    found = varargs(sources)
    for o in folder.objects(sources, "c99"):
        name = o.relative_to(folder.path).with_suffix(".c")
        nm = subprocess.run(["nm", o], capture_output=True, text=True, check=True).stdout
        found += problems(nm, name)
    return found + folder.errors
