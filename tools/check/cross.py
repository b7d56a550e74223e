"""Compiles all C of cmodules for the boards' CPUs, boards or not: warnings are errors.

The core is also looked through for what a small CPU has no instruction for (purity.py).
Xtensa (ESP32, ESP32-S3) has no compiler in any package archive; rv32imc stands in for it.
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import subprocess
import sys

from tools.base import repo, say
from tools.compile import binding, cpus, purity


def listing(objects):
    """[(name, nm's lines)]: any nm reads any ELF's symbols."""
    if not objects:
        return []
    argv = ["nm", "-A", *objects]
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    found = {str(o): [] for o in objects}
    for line in out.splitlines():
        path, _, row = line.partition(":")
        found[path].append(row)
    return [(path, "\n".join(rows)) for path, rows in found.items()]


def core(cpu):
    """(number of files, problems)."""
    objects, errors = cpu.objects()
    found = [line for path, nm in listing(objects) for line in purity.calls(nm, path)]
    return len(objects), [line.removeprefix(f"{repo.BUILD}/") for line in found] + errors


def main():
    rows, troubles = [], purity.varargs(repo.core_sources())
    for cpu in cpus.EVERY:
        with say.step(f"Compiling cmodules for {cpu.name}"):
            n, trouble = core(cpu)
            bound, errors = binding.objects(cpu) if binding.sources() else ([], [])
        troubles += trouble + errors
        compiled = cpus.compiler(cpu.cc)
        rows.append([cpu.name, compiled, n, len(bound), len(trouble + errors)])
    columns = ["CPU", "compiler", ">core", ">binding", ">problems"]
    say.table("Files of cmodules, -Os -Wall -Wextra -Werror", columns, rows)
    for line in troubles:
        say.note(line)
    say.note(
        f"cross: {len(cpus.EVERY)} CPUs, {len(troubles)} problems; Xtensa has no compiler here"
    )
    sys.exit(1 if troubles else 0)


if __name__ == "__main__":
    main()
