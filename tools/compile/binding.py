"""cmodules/mod_lws compiled for a CPU without a board's build: MicroPython's headers and the port
that tests/cross pretends to be. What a build generates (qstrs, root pointers) is made here.
rv32imc gets what ESP32 does: sockets that are descriptors, by lwIP's own headers.
"""

import re
import subprocess

from tools.base import repo, say
from tools.compile import cbuild, cpus
from tools.get import deps

PORT = repo.ROOT / "tests" / "cross"
# MicroPython's own headers are not held to -Wextra; its callbacks have arguments that go unused.
RELAXED = ["-Wno-unused-parameter", "-Wno-missing-field-initializers"]


def sources():
    return sorted((repo.ROOT / "cmodules" / "mod_lws").rglob("*.c"))


def preprocessed(argv):
    """All sources after the preprocessor, with qstrs and registrations left as they are."""
    argv = [*argv, *cbuild.INCLUDES, "-DNO_QSTR", "-E", *map(str, sources())]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=repo.ROOT)
    if done.returncode:
        say.stop(f"cmodules/mod_lws: {argv[0]} cannot read it\n{done.stderr}")
    return done.stdout


def put(path, lines):
    """Writes only what is new: objects are made again when a header is."""
    text = "".join(f"{line}\n" for line in lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def objects(cpu):
    """(objects of the binding, what the compiler said of files that failed)."""
    tree, made = deps.tree(), repo.BUILD / f"binding-{cpu.name}" / "include"
    flags = [*cpu.flags, *RELAXED, f"-I{PORT}", f"-I{made}", "-isystem", str(tree)]
    flags.append('-DFFCONF_H="lib/oofatfs/ffconf.h"')
    if cpu is cpus.RV32:
        lwip = tree / "lib" / "lwip" / "src" / "include"
        flags += ["-DESP_PLATFORM", f"-I{PORT / 'esp32'}", "-isystem", str(lwip)]
    folder = cbuild.Folder(f"binding-{cpu.name}", cpu.cc, flags)
    text = preprocessed(folder.cc)
    names = sorted(set(re.findall(r"\bMP_QSTR_(\w*)", text)))
    qstrs = [f'QDEF1(MP_QSTR_{name}, 0, 0, "{name}")' for name in names]
    put(made / "genhdr" / "qstrdefs.generated.h", qstrs)
    roots = sorted(set(re.findall(r"MP_REGISTER_ROOT_POINTER\((.*?)\);", text)))
    put(made / "genhdr" / "root_pointers.h", [f"{root};" for root in roots])
    return folder.objects(sources(), "gnu99"), folder.errors
