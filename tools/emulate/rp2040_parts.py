"""What the emulated RP2040 is made of, built into build/rp2040: npm's rp2040js, our modules for
it, and our boot ROM."""

import fcntl
import shutil

from tools.base import repo, say
from tools.base.command import Failed, run

SOURCES = repo.ROOT / "tools" / "emulate" / "rp2040"
FOLDER = repo.BUILD / "rp2040"
CFLAGS = ["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-std=c11", "-Wall", "-Wextra", "-Werror"]
CFLAGS += ["-Wno-unused-const-variable", "-ffreestanding", "-nostdlib", "-static"]


def need(program, package):
    if not shutil.which(program):
        say.stop(f"{program} is missing: install Debian's {package} (make setup does)")


def same(copy, original):
    return copy.is_file() and copy.read_bytes() == original.read_bytes()


def modules():
    """rp2040js as the lock file has it, and our modules beside it."""
    need("npm", "npm")
    lock = SOURCES / "package-lock.json"
    if not same(FOLDER / lock.name, lock) or not (FOLDER / "node_modules").is_dir():
        (FOLDER / lock.name).unlink(missing_ok=True)
        shutil.copy(SOURCES / "package.json", FOLDER)
        shutil.copy(lock, FOLDER / "npm-shrinkwrap.json")
        with say.step("Installing rp2040js"):
            run(["npm", "ci", "--no-audit", "--no-fund"], "rp2040-npm", cwd=FOLDER)
        shutil.copy(lock, FOLDER)
    for module in SOURCES.glob("*.mjs"):
        if not same(FOLDER / module.name, module):
            shutil.copy(module, FOLDER)


def rom():
    need("arm-none-eabi-gcc", "gcc-arm-none-eabi")
    folder = SOURCES / "rom"
    image, elf = FOLDER / "rom.bin", FOLDER / "rom.elf"
    newest = max(f.stat().st_mtime for f in folder.iterdir())
    if image.is_file() and image.stat().st_mtime > newest:
        return image
    argv = ["arm-none-eabi-gcc", *CFLAGS, "-T", folder / "rom.ld", "-o", elf]
    run([*argv, *sorted(folder.glob("*.c")), "-lgcc"], "rp2040-rom")
    run(["arm-none-eabi-objcopy", "-O", "binary", elf, image], "rp2040-objcopy")
    return image


def prepare():
    """Path of the program and of its boot ROM."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        try:
            modules()
            return FOLDER / "main.mjs", rom()
        except Failed as e:
            say.stop(e)
