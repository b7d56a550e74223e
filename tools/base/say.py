"""What the tools print: with rich once the venv has it, plain lines before that."""

import tools.base.interrupt  # noqa: F401

import contextlib
import sys
import time

try:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, emoji=False)
except ImportError:
    console = None


def note(text):
    if console:
        console.print(text, markup=False, soft_wrap=True)
    else:
        print(text, flush=True)


def stop(text):
    """Ends the program: what happened and what to do, without a traceback."""
    sys.stdout.flush()
    raise SystemExit(f"error: {text}")


@contextlib.contextmanager
def step(text):
    """Shows that text is being done, then how long it took. A failure leaves no "done" line."""
    start = time.monotonic()
    live = console and console.is_terminal
    if not live:
        note(f"{text} ...")
    with console.status(text) if live else contextlib.nullcontext():
        yield
    note(f"{text}: {time.monotonic() - start:.1f} s")


def table(title, columns, rows):
    """Columns whose name starts with '>' hold numbers: they are aligned to the right."""
    names = [c.lstrip(">") for c in columns]
    rows = [[str(cell) for cell in row] for row in rows]
    if console:
        t = Table(title=title, title_justify="left")
        for name, column in zip(names, columns, strict=True):
            t.add_column(name, justify="right" if column.startswith(">") else "left")
        for row in rows:
            t.add_row(*row)
        console.print(t)
        return
    widths = [max(len(r[i]) for r in [names, *rows]) for i in range(len(names))]
    print(title)
    for row in [names, *rows]:
        print("  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)))
