"""The binding on the firmware that the sanitizers watch: no crash and no report. The peer sees an
answer, an error or the end, and nothing is left over.
"""

import os

import asan
from effort import either

FIRMWARES = ["unix-asan"]


def test_every_allocation_fails(firmware, tmp_path):
    said = asan.run(firmware, "allocations_fail", tmp_path, MOST=either(40, 0))
    assert said.count("swept") > 20


def test_collection_at_every_allocation(firmware, tmp_path):
    said = asan.run(firmware, "collects", tmp_path, ROUNDS=either(1, 20))
    assert said.count("collected") > 20


def test_random_bytes(firmware, tmp_path):
    """The fuzz target of the binding: about 10,000 connections a second."""
    count = either(20000, 2000000)
    env = {"CONNECTIONS": count, "SEED": either(1, os.getpid())}
    said = asan.run(firmware, "random_bytes", tmp_path, timeout=3600, **env)
    assert f"fed {count} connections" in said


def test_clock_wraps(firmware, tmp_path):
    assert "wrapped" in asan.run(firmware, "clock_wraps", tmp_path)
