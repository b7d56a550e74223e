"""The binding on the firmware that the sanitizers watch: no crash and no report. The peer sees an
answer, an error or the end, and nothing is left over.
"""

import asan
from effort import either

FIRMWARES = ["unix-asan"]


def test_every_allocation_fails(firmware, tmp_path):
    said = asan.run(firmware, "allocations_fail", tmp_path, MOST=either(40, 0))
    assert said.count("swept") > 20
