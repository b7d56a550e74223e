"""The C tests in firmware on emulated Cortex-M3 and RV32: each suite on a machine of its own."""

import shutil
import subprocess

import pytest
from unit_suites import CODE, SUITES, check, firmware

# With a network, though no test needs one: a board without waits for it when it starts.
BOARDS = {
    "LWS_QEMU_MPS2": "qemu-system-arm -M mps2-an385 -nic user",
    "LWS_QEMU_RV32": "qemu-system-riscv32 -M virt -bios none -netdev user,id=lan"
    " -device virtio-net-device,netdev=lan",
}
PLAIN = "-nographic -monitor none -serial stdio".split()
# As much as a Pico has: what fits here fits there. RV32's heap is in pieces, as ESP32's: some
# tests want a block of 64 KB, which only a later one has.
HEAPS = {"LWS_QEMU_MPS2": "heap=160k", "LWS_QEMU_RV32": "heap=320k"}
TIMEOUT_S = 300


@pytest.mark.timeout(2 * TIMEOUT_S)
@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("board", BOARDS)
def test_suite(board, suite, tmp_path):
    program, *machine = BOARDS[board].split()
    assert shutil.which(program), f"{program} is missing: make setup"
    script = tmp_path / "suite.py"
    script.write_text(CODE.format(suite))
    words = ["firmware", HEAPS[board], str(script)]
    semihosting = ",".join(["enable=on,target=native", *(f"arg={w}" for w in words)])
    done = subprocess.run(
        [program, *machine, *PLAIN, "-kernel", firmware(board, "firmware.elf")]
        + ["-semihosting-config", semihosting],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT_S,
    )
    check(suite, done.stdout.decode(errors="replace"))
    assert done.returncode == 0
