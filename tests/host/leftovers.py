"""No test leaves a process behind, not even one whose parent it has killed.

Orphans become children of whoever declares itself their reaper: of this process.
"""

import ctypes
import os
import signal
import time
from pathlib import Path

from tools.emulate import shake

PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 60  # for what is about to end by itself
lasting = set()  # ids of processes that session fixtures end


def adopt_orphans():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def children():
    """{id: command line} of this process's children that have not ended."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rsplit(")", 1)[1].split()[:2]
            words = stat.with_name("cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended just now
        if int(parent) == os.getpid() and state != "Z":
            found[int(stat.parent.name)] = b" ".join(words).decode(errors="replace")
    return found


def end(before):
    """Kills what was started since; its command lines."""
    deadline = time.monotonic() + PATIENCE_S
    may_stay = {*before, *lasting, *(s.pid for s in shake.shakers)}  # those end with the shaken
    while True:
        left = {p: c for p, c in children().items() if p not in may_stay}
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return list(left.values())
