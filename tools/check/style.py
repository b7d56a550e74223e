"""Checks format (uncrustify, ruff), lengths and layers.

usage: style.py [--fix]   --fix repairs what the formatters can, and wraps long comments
"""

import tools.base.interrupt  # noqa: F401  first: Ctrl-C may come at once

import argparse
import difflib
import re
import subprocess
import sys
from pathlib import Path

from tools.base import repo, say
from tools.check import comments, layers, lengths
from tools.compile.cbuild import each

STYLE = repo.ROOT / "tools" / "check" / "style"
KINDS = {".c", ".h", ".S", ".ld", ".mjs", ".py", ".pyi", ".mk", ".cmake", ".sh", ".toml", ".yml"}
NOT_OURS = {"build", ".venv", ".git", ".pytest_cache", ".ruff_cache", "__pycache__"}
REFERENCE = (0, 72)  # MicroPython's uncrustify, the one of Debian 12
SHOWN = 20  # lines of a difference


def files(root=repo.ROOT):
    """{path relative to root: text} of everything that is held to the style."""
    found = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.suffix in KINDS and not NOT_OURS.intersection(relative.parts) and path.is_file():
            found[relative] = path.read_text()
    return found


def uncrustify_config():
    """The options for the uncrustify that is here. Newer ones need more to format as 0.72 does."""
    try:
        out = subprocess.run(["uncrustify", "--version"], capture_output=True, text=True).stdout
    except FileNotFoundError:
        say.stop("uncrustify is missing: run make setup")
    version = tuple(map(int, re.findall(r"\d+", out)[:2]))
    text = (STYLE / "uncrustify.cfg").read_text()
    if version != REFERENCE:
        text += (STYLE / "uncrustify-newer.cfg").read_text()
        say.note(f"uncrustify {version[0]}.{version[1]}: where it differs, 0.72 decides")
    config = repo.BUILD / "uncrustify.cfg"
    config.parent.mkdir(exist_ok=True)
    config.write_text(text)
    return config


def c_format(sources, fix):
    config = uncrustify_config()

    def one(path):
        text = sources[path]
        argv = ["uncrustify", "-q", "-l", "C", "-c", config]
        done = subprocess.run(argv, input=text, capture_output=True, text=True)
        if done.returncode:
            return [f"{path}: uncrustify: {done.stderr.strip()}"]
        if fix:
            (repo.ROOT / path).write_text(comments.wrap(done.stdout))
        if fix or done.stdout == text:
            return []
        diff = difflib.unified_diff(
            text.splitlines(), done.stdout.splitlines(), str(path), "formatted", "", "", 0, ""
        )
        return [f"{path}: not in format (make style FIX=1)", *list(diff)[2 : SHOWN + 2]]

    return sum(each(one, [p for p in sources if p.suffix in (".c", ".h")]), [])


def ruff(*args):
    argv = [Path(sys.executable).with_name("ruff"), *args]
    argv += ["--no-cache", "--output-format=concise", "."]
    done = subprocess.run(argv, cwd=repo.ROOT, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip().splitlines() if done.returncode else []


def python_format(fix):
    if fix:
        ruff("format", "-q")
        return ruff("check", "-q", "--fix")
    return ruff("format", "-q", "--check") + ruff("check", "-q")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true")
    fix = parser.parse_args().fix
    sources = files()
    found = c_format(sources, fix) + python_format(fix)
    sources = files()
    found += lengths.check(sources) + layers.check(sources)
    for line in found:
        say.note(line)
    say.note(f"style: {len(sources)} files, {len(found)} lines of trouble")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
