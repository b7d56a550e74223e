"""The emulated Pico as a board: its console, its flash, its resets, its clocks."""

import contextlib
import hashlib
import os
import random
import select
import shutil
import signal
import socket
import time

import pytest

from tools.emulate import emulated_pico, uf2_drive

pytest_plugins = ["rp2040"]
pytestmark = pytest.mark.timeout(300)


def test_prompt(pico):
    assert "MicroPython" in pico.mpremote("exec", "import sys; print(sys.version)")
    assert pico.run("print(6 * 7)") == "42\n"


def test_mpremote_runs_a_script(pico, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import os\nprint(os.uname().sysname)\n")
    assert pico.mpremote("run", script).strip() == "rp2"


@pytest.mark.timeout(400)  # 800 lines of Python are compiled by the board
def test_a_file_of_200_kb_makes_the_round_trip(pico, tmp_path):
    there, back = tmp_path / "there.bin", tmp_path / "back.bin"
    there.write_bytes(random.Random(1).randbytes(200 * 1024))
    pico.mpremote("fs", "cp", there, ":big.bin", timeout=250)
    pico.mpremote("fs", "cp", ":big.bin", back, timeout=120)
    assert back.read_bytes() == there.read_bytes()
    pico.mpremote("fs", "rm", ":big.bin")


def test_100_kb_are_pasted_without_loss(pico):
    # Faster than the board reads: what does not fit waits in the pty.
    total = 100 * 1024
    data = random.Random(2).randbytes(total)
    code = f"""
import sys, hashlib
print('ready')
h = hashlib.sha256(); left = {total}; buf = bytearray(512)
import micropython; micropython.kbd_intr(-1)
while left:
    n = sys.stdin.buffer.readinto(memoryview(buf)[:min(512, left)])
    h.update(memoryview(buf)[:n]); left -= n
micropython.kbd_intr(3)
print(h.digest().hex())
"""
    with pico.running(code) as script:
        for at in range(0, total, 4 * 1024):
            script.port.write(data[at : at + 4 * 1024])
        assert hashlib.sha256(data).hexdigest() in script.result()


def test_a_reader_that_stops_holds_the_board_back(pico):
    # MicroPython drops what nobody takes for 0.5 s of its time, and the reader stops for longer.
    lines = 4000
    code = f"""
import time
begin = time.ticks_ms()
for i in range({lines}): print('%06d' % i, 'x' * 40)
print('end', time.ticks_diff(time.ticks_ms(), begin))
"""
    begin = time.monotonic()
    with pico.console() as transport:
        transport.exec_raw_no_follow(code)
        slowly = b""
        for pause in (2, 0.1, 1, 0.3, 1):
            time.sleep(pause)
            slowly += transport.serial.read(1000)
        pauses = time.monotonic() - begin
        output, errors = transport.follow(pico.RUN_S)
    assert not errors
    *printed, end = (slowly + output).decode().replace("\r\n", "\n").splitlines()
    assert printed == [f"{i:06} {'x' * 40}" for i in range(lines)]
    assert end.startswith("end ") and int(end[4:]) < 1000 * (time.monotonic() - begin - pauses / 2)


def test_who_leaves_without_reading_frees_the_board(pico):
    fd = os.open(pico.path, os.O_RDWR | os.O_NOCTTY)
    try:
        os.write(fd, b"\r\x03for i in range(2000): print('x' * 40)\r\r\r")
        time.sleep(1)
        os.set_blocking(fd, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(fd, b"#" * 4096)  # the board does not read this: it waits, too
    finally:
        os.close(fd)
    assert pico.run("print('free')") == "free\n"


def test_time_does_not_leap_when_the_machine_is_stopped(own_pico, monkeypatch):
    monkeypatch.delenv("LWS_SHAKE", raising=False)  # it would end these stops
    machine = own_pico(network=False).machine
    begin, guest = time.monotonic(), machine.figures()["guest_s"]
    for _ in range(3):
        machine.process.send_signal(signal.SIGSTOP)
        time.sleep(1)
        machine.process.send_signal(signal.SIGCONT)
        time.sleep(0.2)
    passed = machine.figures()["guest_s"] - guest
    assert passed < time.monotonic() - begin - 2.5


def test_what_nobody_reads_is_gone_when_the_next_one_connects(pico):
    pico.run("import machine; t = machine.Timer(-1)")
    pico.run("t.init(mode=machine.Timer.PERIODIC, period=50, callback=lambda t: print('tick'))")
    time.sleep(1)
    fd = os.open(pico.path, os.O_RDWR | os.O_NOCTTY)
    try:
        readable, _, _ = select.select([fd], [], [], pico.RUN_S)
        assert readable
        # what is printed now, not the last second's (the prompt may be among it)
        assert os.read(fd, 4096).count(b"tick") < 5
    finally:
        os.close(fd)
    pico.run("t.deinit()")


def test_soft_reset_keeps_files_and_forgets_variables(pico):
    pico.run("f = open('kept.txt', 'w'); f.write('here'); f.close(); x = 1")
    assert pico.run("print(open('kept.txt').read(), 'x' in globals())", soft_reset=True) == (
        "here False\n"
    )


def test_entropy_and_identity(pico):
    code = "import os, machine; print(os.urandom(16).hex(), machine.unique_id().hex())"
    first, second = pico.run(code).split(), pico.run(code).split()
    assert first[0] != second[0]
    assert first[1] == second[1] == "e660583883000001"


def test_floats(pico):
    code = """
print(1 / 3, 2.5 ** 0.5, int(-3.7), -3.7 // 1, round(2.5), 1e38 * 10, float('nan') == 0)
print(int(3e9), int(-3e9), (1 << 40) / 3)
"""
    out = pico.run(code).split()
    assert out[:4] == ["0.3333333", "1.581139", "-3", "-4.0"]
    assert out[4:7] == ["2", "inf", "False"]
    assert out[7:] == ["3000000000", "-3000000000", "3.665039e+11"]


def test_time_passes_as_on_the_wall(pico):
    begin = time.monotonic()
    guest = int(
        pico.run(
            "import time; t = time.ticks_ms(); time.sleep(2); "
            "print(time.ticks_diff(time.ticks_ms(), t))"
        )
    )
    assert 2000 <= guest < 2100
    assert time.monotonic() - begin >= 1.9  # never faster than the wall's
    out = pico.run(
        "import machine, time; r = machine.RTC(); r.datetime((2026, 2, 28, 5, 23, 59, 58, 0));"
        "time.sleep(3); print(r.datetime()[:3], r.datetime()[4:6])"
    )
    assert out == "(2026, 3, 1) (0, 0)\n"


def test_an_idle_board_costs_nothing(pico):
    time.sleep(0.3)
    before = pico.machine.cpu_seconds()
    time.sleep(2)
    assert pico.machine.cpu_seconds() - before < 0.2


def test_uart_echo(own_pico):
    mine = own_pico(network=False)
    far, _ = mine.machine.uarts
    far.setblocking(True)
    far.settimeout(mine.RUN_S)
    code = """
from machine import UART, Pin
u = UART(0, 115200, tx=Pin(0), rx=Pin(1), rxbuf=2048, txbuf=512)
print('ready')
n = 0
while n < 6000:
    if u.any():
        d = u.read(min(u.any(), 256))  # all there is would be what the next ones wait behind
        n += len(d)
        u.write(d)
u.flush()
print('echoed', n)
"""
    data = random.Random(3).randbytes(6000)
    with mine.running(code) as script:
        far.sendall(data)
        back = b""
        while len(back) < len(data):
            back += far.recv(4096)
        assert "echoed 6000" in script.result()
    assert back == data


def fill(sock):
    """Sends until nobody takes more."""
    sock.setblocking(False)
    idle = 0
    while idle < 5:
        try:
            sock.send(b"." * 1024)
            idle = 0
        except BlockingIOError:
            idle += 1
            time.sleep(0.1)
    sock.setblocking(True)


def test_a_reset_opens_an_input_that_was_held_back(own_pico):
    mine = own_pico(network=False)
    far, _ = mine.machine.uarts
    far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    fill(far)  # no UART is open on the board
    fd = os.open(mine.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        os.write(fd, b"\r\x03while True: pass\r\r\r")
        with contextlib.suppress(BlockingIOError):
            for _ in range(100):
                os.write(fd, b" " * 1024)
                time.sleep(0.01)
        mine.machine.reset()
    finally:
        os.close(fd)
    code = """
from machine import UART, Pin
import time
u = UART(0, 921600, tx=Pin(0), rx=Pin(1), rxbuf=2048)
print('ready')
while not (u.any() and b'end' in u.read(min(u.any(), 256))): pass
print('heard')
"""
    with mine.running(code) as script:
        far.sendall(b"." * 20000 + b"end" * 20)
        assert "heard" in script.result()


def causes(mine):
    return [e["cause"] for e in mine.machine.events if e["event"] == "reset"]


def test_hard_reset_keeps_the_file_system(own_pico, tmp_path):
    flash = tmp_path / "flash.bin"
    mine = own_pico(flash=flash)
    mine.run("f = open('a.txt', 'w'); f.write('kept'); f.close()")
    assert mine.run("import machine; print(machine.reset_cause())") == "1\n"  # power on
    with mine.console() as transport:
        transport.exec_raw_no_follow("import machine; machine.reset()")
        assert mine.machine.wait_for("ready")
    assert causes(mine) == ["software"]
    out = mine.run("import machine; print(open('a.txt').read(), machine.reset_cause())")
    assert out == "kept 3\n"  # the watchdog's
    mine.machine.reset()
    assert mine.run("print(open('a.txt').read())") == "kept\n"
    mine.machine.stop()  # and over a power cycle
    again = own_pico(flash=flash)
    assert again.run("print(open('a.txt').read())") == "kept\n"


def test_a_watchdog_that_is_not_fed(own_pico):
    mine = own_pico()
    with mine.console() as transport:
        transport.exec_raw_no_follow("import machine; machine.WDT(timeout=200)\nwhile 1: pass")
        mine.machine.wait_for("ready")
    assert causes(mine) == ["watchdog"]
    assert mine.run("import machine; print(machine.reset_cause())") == "3\n"


def test_bootloader_shows_a_drive(own_pico, tmp_path):
    mine = own_pico()
    folder = tmp_path / "drive"
    with uf2_drive.shown(mine.machine, folder):
        with mine.console() as transport:
            transport.exec_raw_no_follow("import machine; machine.bootloader()")
            mine.machine.wait_for("bootloader")
        deadline = time.monotonic() + mine.RUN_S
        while not (folder / "INFO_UF2.TXT").is_file():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert "Board-ID: RPI-RP2" in (folder / "INFO_UF2.TXT").read_text()
        shutil.copy(mine.uf2, folder)
        deadline = time.monotonic() + mine.RUN_S
        while folder.exists():
            assert time.monotonic() < deadline, "the drive did not go away"
            time.sleep(0.05)
        assert mine.run("print('back')") == "back\n"


def test_a_uf2_for_another_chip_is_refused(pico, tmp_path):
    wrong = bytearray(pico.uf2.read_bytes())
    for at in range(0, len(wrong), 512):
        wrong[at + 28 : at + 32] = (0xE48BFF59).to_bytes(4, "little")
    path = tmp_path / "pico2.uf2"
    path.write_bytes(wrong)
    with pytest.raises(emulated_pico.Failed, match="another chip"):
        pico.machine.load(path)
    assert pico.run("print('still here')") == "still here\n"


def test_what_is_no_uf2_stops_with_a_sentence(tmp_path):
    noise = tmp_path / "noise.uf2"
    noise.write_bytes(b"noise" * 1000)
    with pytest.raises(emulated_pico.Failed, match="^not a UF2: 5000 bytes"):
        emulated_pico.Pico(noise).start()


def test_fast_skips_waiting(own_pico):
    mine = own_pico(fast=True, network=False)
    begin = time.monotonic()
    code = "import time; t = time.ticks_ms(); time.sleep(600); print(time.ticks_ms() - t)"
    assert 600_000 <= int(mine.run(code)) < 600_100
    assert time.monotonic() - begin < 300


def test_a_script_that_raises_ends_its_test(pico):
    begin = time.monotonic()
    with pytest.raises(pico.Failed, match="ValueError: the board's words"):
        with pico.running("print('ready')\nraise ValueError('the board\\'s words')"):
            time.sleep(100)
    assert time.monotonic() - begin < 90
    assert pico.run("print('still here')") == "still here\n"


def test_a_ctrl_c_that_is_swallowed_is_repeated(pico):
    code = """
print('ready')
try:
    while True: pass
except KeyboardInterrupt: pass
while True: pass
"""
    with pico.running(code):
        pass
    assert pico.run("print('still here')") == "still here\n"
