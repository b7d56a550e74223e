"""Runs every tests/mp/test_*.py on the unix firmware: 64-bit, where possible 32-bit, and with
select(), as on ESP32.

A script passes when it ends with 0; it raises where something is wrong.
"""

import os
import platform
import subprocess

import pytest
from conftest import ROOT

SCRIPTS = sorted((ROOT / "tests" / "mp").glob("test_*.py"))
BUILDS = ["unix", "unix-select", *(["unix32"] if platform.machine() == "x86_64" else [])]
HEAP = "heapsize=2m"  # the same for both; a 32-bit build would take half of it
TIMEOUT_S = 150  # a script ends its own waits after 60


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_script(script, build, tmp_path):
    binary = ROOT / "build" / build / "micropython"
    assert binary.is_file(), f"build/{build}/micropython is missing: make firmware BOARD={build}"
    done = subprocess.run(
        [binary, "-X", HEAP, script],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT_S,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, f"{script.name} ended with {done.returncode}\n{done.stdout}"
