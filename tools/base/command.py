"""Running other programs quietly: output goes to a log, its end is shown when they fail."""

import subprocess

from tools.base.repo import BUILD

TAIL = 30  # lines of the log that are shown


class Failed(Exception):
    def __init__(self, argv, code, log, output):
        self.code = code
        self.output = output
        tail = "\n".join(output.splitlines()[-TAIL:])
        super().__init__(f"{argv[0]} ended with {code} (whole log: {log})\n{tail}")


def run(argv, log, **kwargs):
    """Runs argv with its output in build/log/<log>.log; returns the output or raises Failed."""
    path = BUILD / "log" / f"{log}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    argv = [str(a) for a in argv]
    with path.open("w") as f:
        f.write(" ".join(argv) + "\n")
        f.flush()
        code = subprocess.call(
            argv, stdout=f, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **kwargs
        )
    output = path.read_text(errors="replace")
    if code:
        raise Failed(argv, code, path, output)
    return output
