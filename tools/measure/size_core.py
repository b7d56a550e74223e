"""What the C of cmodules takes on small CPUs: flash of each folder, static RAM of the core."""

import re
import subprocess
from dataclasses import dataclass

from tools.base.command import run
from tools.compile import binding, cpus, elf
from tools.compile.cbuild import Folder

SMALL_BAR, ALL_BAR = 30 * 1024, 120 * 1024
ROLES = {"role_h1", "role_ws", "role_mqtt"}  # of the h1+ws+mqtt firmware
LIBWEBSOCKETS = "libwebsockets, ARM32 -Os: 461 KB"


@dataclass(frozen=True)
class Figure:
    unit: str
    value: int | None  # bytes; None: not measured here
    how: str
    compiler: str | None = None  # whose version the figure depends on
    bar: int | None = None
    peer: str | None = None
    more_is_better: bool = False


def flash(objects):
    """Bytes that go to flash: code, constants and what initialises data."""
    rows = [row for o in objects for row in elf.sections(o)]
    return sum(size for _, kind, size, flags in rows if "A" in flags and kind != "NOBITS")


def static_ram(objects):
    return sum(size for o in objects for _, _, size, flags in elf.sections(o) if "W" in flags)


def small(objects):
    """The engine with three roles, and what these need of the other folders: one partial link.

    Roots are all functions of core/; helpers that only an application calls do not count.
    """
    core = [o for o in objects if o.parent.name == "core"]
    core = [o for o in core if not o.stem.startswith("role_") or o.stem in ROLES]
    if not core:
        return 0
    folder = Folder(f"cpu-{cpus.M0.name}", cpus.M0.cc, cpus.M0.flags)
    nm = subprocess.run(["nm", "-g", *core], capture_output=True, text=True, check=True).stdout
    roots = [f"-u{m}" for m in re.findall(r" [TR] (\w+)$", nm, re.M)]
    library = folder.archive("rest", [o for o in objects if o.parent.name != "core"])
    target = folder.path / "small.o"
    run(["arm-none-eabi-ld", "-r", "--gc-sections", *roots, *core, library, "-o", target], "size")
    return flash([target])


def of_cpu(cpu, mark=""):
    """(figures of one CPU, errors); mark ends their names."""
    objects, errors = cpu.objects()
    how = f"code and constants, {cpu.command}"
    found = []
    for name in sorted({o.parent.name for o in objects}):
        here = [o for o in objects if o.parent.name == name]
        found.append(Figure(f"flash lws/{name}{mark}", flash(here), how, cpu.cc))
    bar, peer = (None, None) if mark else (ALL_BAR, LIBWEBSOCKETS)
    whole = f"flash whole core{mark}"
    found.append(Figure(whole, flash(objects), how, cpu.cc, bar, peer))
    if not mark:
        what = f"{how}; core with these roles and all that they link"
        found.append(Figure("flash h1+ws+mqtt", small(objects), what, cpu.cc, SMALL_BAR))
    ram = f"static RAM of the core{mark}"
    found.append(Figure(ram, static_ram(objects), f"data and bss, {cpu.command}", cpu.cc, 0))
    if binding.sources():
        bound, more = binding.objects(cpu)
        errors = errors + more
        found.append(Figure(f"flash mod_lws{mark}", flash(bound), how, cpu.cc))
    return found, errors


def figures():
    arm, arm_errors = of_cpu(cpus.M0)
    riscv, riscv_errors = of_cpu(cpus.RV32, f", {cpus.RV32.name}")
    return arm + riscv, arm_errors + riscv_errors
