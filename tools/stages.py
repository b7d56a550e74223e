"""make test: every stage in order, none hides the next one; pytest's summary comes last.

Ends with 1 when any stage failed.
"""

import os
import platform
import subprocess
import sys
import time

import repo
import say

SECONDS = os.environ.get("FUZZ_S", "5")
# Every board that builds from Debian's packages, and the test firmwares that emulators run.
EMULATED = ["LWS_QEMU_MPS2", "LWS_QEMU_RV32", "LWS_RPI_PICO"]
BOARDS = ["unix", *EMULATED, "LWS_QEMU_MPS2_M7", "LWS_RPI_PICO2"]
if platform.machine() == "x86_64":
    BOARDS.insert(1, "unix32")
STAGES = {
    **{f"firmware {b}": ["firmware.py", "--board", b] for b in BOARDS},
    **{f"firmware {b}, tests": ["firmware.py", "--board", b, "--tests"] for b in EMULATED},
    "style": ["style.py"],
    "unit": ["unit.py"],
    "valgrind": ["unit.py", "--valgrind"],
    "fuzz": ["fuzz.py", "--seconds", SECONDS],
    "cross": ["cross.py"],
    "size": ["size.py"],
}


def main():
    rows, failed = [], False
    for name, (program, *args) in STAGES.items():
        say.note(f"\n== {name}")
        start = time.monotonic()
        argv = [sys.executable, repo.ROOT / "tools" / program, *args]
        code = subprocess.call(argv, cwd=repo.ROOT)
        failed |= code != 0
        rows.append([name, f"{time.monotonic() - start:.0f}", "FAILED" if code else "ok"])
    say.note("")
    say.table("Stages before pytest", ["stage", ">seconds", "result"], rows)
    say.note("\n== pytest")
    code = subprocess.call([sys.executable, "-m", "pytest"], cwd=repo.ROOT)
    sys.exit(code or failed)


if __name__ == "__main__":
    main()
