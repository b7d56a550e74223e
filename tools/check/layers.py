"""Who may include whom in cmodules/ (the layer rule of CONTRIBUTING.md).

base <- protocol folders <- jose cose dlo <- core <- ss <- mod_lws; a protocol folder includes no
other one. Includes are written "lws/folder/file.h"; of libc the core sees only these headers.

What all protocols share in core/ includes none of them: a role's own words are in its header.

In mod_lws: what lies beside the rooms <- loop <- a room for each protocol <- module.c; such a room
includes no other one, and loop/ no protocol, of the core neither. Nothing but module.c
includes upwards, so no circle of includes runs through two rooms.
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
# Of core/: what all protocols share, and what that may include of core/.
SHARED = {"event.h", "conn.h", "vhost.h", "role.h"}
SHARE = {f"lws/core/{name}" for name in SHARED | {"context.h", "txq.h"}}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')

HERE = "mod_lws"  # the room of what lies beside the rooms
ALL = "module.c"  # puts the rooms together


def core_problem(folder, file, quote, name):
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
    if folder == "core" and file in SHARED and target[1] != "base" and name not in SHARE:
        return f"{file} must not include {name}: it knows no protocol"
    return None


def binding_problem(room, name):
    """Why a file of cmodules/mod_lws/<room> may not include name; None when it may."""
    if room not in {HERE, "loop"} | PROTOCOLS:
        return f"folder mod_lws/{room} has no place in the layer rule (tools/check/layers.py)"
    core = re.match(r"lws/(\w+)/", name)
    if core and room == "loop" and core[1] not in ("base", "core"):
        return f"loop must not include lws/{core[1]}: it knows no protocol"
    target = re.fullmatch(r"mod_lws/(?:(\w+)/)?\w+\.h", name)
    if not target:
        return f'"{name}" is not written as "mod_lws/room/file.h"' if "/" not in name else None
    other = target[1] or HERE
    below = {HERE: {HERE}, "loop": {HERE, "loop"}}.get(room, {HERE, "loop", room})
    return None if other in below else f"{room} must not include {other}"


def problem_of(path, quote, name):
    if path.parts[1] == "lws":
        return core_problem(path.parts[2], path.name, quote, name)
    if path.name == ALL or quote == "<":
        return None
    return binding_problem(path.parts[2] if len(path.parts) > 3 else HERE, name)


def check(files):
    """Problems of {path: text}; paths are relative to the repository."""
    found = []
    for path, text in files.items():
        if path.suffix not in (".c", ".h") or path.parts[:1] != ("cmodules",):
            continue
        for i, line in enumerate(text.splitlines(), 1):
            include = INCLUDE.match(line)
            problem = include and problem_of(path, *include.groups())
            if problem:
                found.append(f"{path}:{i}: {problem}")
    return found
