"""LWS_SHAKE=seed: the processes of emulated machines are stopped at random, as a busy host does.

A machine whose time is the guest's, and a test that does not race, notice nothing.
"""

import atexit
import os
import random
import select
import signal
import subprocess
import sys

SHORTEST_S, LONGEST_S = 0.05, 0.5  # of a stop, and of the time to the next one

shakers = []


def shaken(process):
    """Shakes the Popen until it ends, if the environment says so. Returns it."""
    if seed := os.environ.get("LWS_SHAKE"):
        argv = [sys.executable, __file__, str(process.pid), seed]
        # A Ctrl-C is not for it: it ends with its input, which closes when this program ends.
        shakers.append(subprocess.Popen(argv, stdin=subprocess.PIPE, process_group=0))
    return process


@atexit.register
def end():
    for shaker in shakers:
        shaker.stdin.close()
        shaker.wait()


def shake(pid, seed):
    """Until that process ends, or the one that holds the other end of our stdin.

    A process of its own: whatever becomes of the tests, it leaves nothing that stands still.
    """
    rng = random.Random(seed)
    target = os.pidfd_open(pid)
    number = signal.SIGCONT
    while not select.select([sys.stdin, target], [], [], rng.uniform(SHORTEST_S, LONGEST_S))[0]:
        number = signal.SIGSTOP if number == signal.SIGCONT else signal.SIGCONT
        signal.pidfd_send_signal(target, number)
    try:
        signal.pidfd_send_signal(target, signal.SIGCONT)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        shake(int(sys.argv[1]), sys.argv[2])
    except ProcessLookupError:  # it has ended
        pass
