"""make stress: the host tests over and over, on a machine that is made busy or stands still.

--busy N     so many loops that do nothing but take time beside them
--shake S    stops and continues every emulator at random (a seed; another one each round)
--rounds N   how often; what fails is counted by test
Everything else goes to pytest: -k name, -m emulated
"""

from tools.base.interrupt import held

import argparse
import contextlib
import os
import re
import subprocess
import sys
import time

from tools.base import repo, say

FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.M)


@contextlib.contextmanager
def busy(loops):
    running = []
    try:
        for _ in range(loops):
            with held():
                running.append(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def run(words, environ):
    """One round: (failed tests, whether pytest ended well, its last line)."""
    argv = [sys.executable, "-m", "pytest", "-q", *words]
    done = subprocess.run(
        argv, cwd=repo.ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output = done.stdout.decode(errors="replace")
    path = repo.BUILD / "log" / f"stress-{int(time.time())}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(output)
    return set(FAILED.findall(output)), done.returncode == 0, f"{output.splitlines()[-1]}  {path}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--shake", type=int)
    args, words = parser.parse_known_args()
    counts, well = {}, True
    with busy(args.busy):
        for number in range(args.rounds):
            shake = {"LWS_SHAKE": str(args.shake + number)} if args.shake is not None else {}
            failed, ended_well, last = run(words, {**os.environ, **shake})
            well &= ended_well
            say.note(f"round {number + 1} of {args.rounds}: {last}")
            for test in failed:
                counts[test] = counts.get(test, 0) + 1
    for test, n in sorted(counts.items(), key=lambda item: -item[1]):
        say.note(f"{n} of {args.rounds} failed: {test}")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
