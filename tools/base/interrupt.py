"""Ctrl-C ends a tool with a sentence, wherever it is. Every tool has this by way of say.py.

A program that was started with SIGINT ignored (a background job, some CI supervisors) passes that
on to whatever it starts, and Python then leaves it ignored: here it is not.
"""

import sys


def report(kind, value, trace):
    if issubclass(kind, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
    else:
        sys.__excepthook__(kind, value, trace)


sys.excepthook = report  # before the other imports, which take their time

import contextlib  # noqa: E402
import signal  # noqa: E402
import threading  # noqa: E402

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def arm():
    """Both signals raise KeyboardInterrupt; one that nobody catches gives no traceback."""
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler)


@contextlib.contextmanager
def held():
    """Ctrl-C waits until the end of the block: who starts a process there will know it.

    Gives the list of those that came, for a long block that looks where it may end earlier.
    """
    came = []
    if threading.current_thread() is not threading.main_thread():
        yield came  # signals are the main thread's
        return
    before = {n: signal.signal(n, lambda number, _: came.append(number)) for n in SIGNALS}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


arm()
