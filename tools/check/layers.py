"""Who may include whom in cmodules/ (the layer rule of CONTRIBUTING.md).

base <- protocol folders <- jose cose dlo <- core <- ss <- mod_lws; a protocol folder includes no
other one. Includes are written "lws/folder/file.h"; of libc the core sees only these headers.
"""

import re

PROTOCOLS = {"tls", "http", "ws", "mqtt", "parse", "image", "net", "crypto", "smd"}
UPPER = {"jose", "cose", "dlo"}
BELOW = {
    "base": set(),
    **{name: {"base"} for name in PROTOCOLS},
    **{name: {"base"} | PROTOCOLS for name in UPPER},
    "core": {"base"} | PROTOCOLS | UPPER,
    "ss": {"base", "core"} | PROTOCOLS | UPPER,
}
LIBC = {"stdbool.h", "stddef.h", "stdint.h", "string.h", "limits.h"}
BACKENDS = {"tls": ("mbedtls/", "psa/", "openssl/", "wolfssl/"), "crypto": ("mbedtls/", "psa/")}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def core_problem(folder, quote, name):
    """Why a file of cmodules/lws/<folder> may not include name; None when it may."""
    if folder not in BELOW:
        return f"folder lws/{folder} has no place in the layer rule (tools/check/layers.py)"
    if name.startswith(BACKENDS.get(folder, ("\0",))):
        return None
    if quote == "<":
        return None if name in LIBC else f"<{name}> is not for the core"
    target = re.fullmatch(r"lws/(\w+)/\w+\.h", name)
    if not target:
        return f'"{name}" is not written as "lws/folder/file.h"'
    if target[1] != folder and target[1] not in BELOW[folder]:
        return f"{folder} must not include {target[1]}"
    return None


def check(files):
    """Problems of {path: text}; paths are relative to the repository."""
    found = []
    for path, text in files.items():
        if path.suffix not in (".c", ".h") or path.parts[:2] != ("cmodules", "lws"):
            continue
        for i, line in enumerate(text.splitlines(), 1):
            include = INCLUDE.match(line)
            problem = include and core_problem(path.parts[2], *include.groups())
            if problem:
                found.append(f"{path}:{i}: {problem}")
    return found
