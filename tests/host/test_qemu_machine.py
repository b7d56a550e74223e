"""The emulated machine: exit codes, arguments, heap, clock, files, network interface, sleep."""

import calendar
import hashlib
import os
import time

import pytest
from qemu import machine, run

from tools.base import boards
from tools.emulate import qemu_machine

EPOCHS = {"LWS_QEMU_MPS2": 1970, "LWS_QEMU_MPS2_M7": 1970, "LWS_QEMU_RV32": 2000}
BOARDS = list(EPOCHS)
WAIT_S = 60


@pytest.fixture(params=BOARDS)
def board(request):
    return request.param


@pytest.fixture
def script(tmp_path):
    """script(source) -> its path"""

    def write(source, name="app.py"):
        path = tmp_path / name
        path.write_text(source)
        return path

    return write


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("print('x')", 0, "x\n"),
        ("import sys; sys.exit()", 0, ""),
        ("import sys; sys.exit(7)", 7, ""),
        ("raise SystemExit('because')", 1, "because\n"),
        ("1 / 0", 1, "ZeroDivisionError: divide by zero\n"),
        ("def broken(:", 1, "SyntaxError: invalid syntax\n"),
        ("def f(): f()\nf()", 1, "RuntimeError: maximum recursion depth exceeded\n"),
    ],
)
def test_exit_codes(board, script, source, code, words):
    result, output = run(board, script(source))
    assert (result, output[-len(words) :] if words else output) == (code, words), output


def test_missing_script(board, tmp_path):
    code, output = run(board, tmp_path / "nothing.py")
    assert code == 1 and "ENOENT" in output


def test_arguments_and_heap(board, script):
    source = "import gc, sys\nprint(sys.argv[1:], gc.mem_free() // 1024, __file__, __name__)"
    path = script(source)
    code, output = run(board, path, "a", "b=c,d", heap="96k")
    words, kb, file, name = output.rsplit(maxsplit=3)
    assert (code, words, file, name) == (0, "['a', 'b=c,d']", f"/host{path}", "__main__")
    assert 85 <= int(kb) <= 95
    with pytest.raises(ValueError, match="space"):
        machine(board, script=path, args=["a b"])


def test_imports_from_its_folder(board, script):
    script("word = 'found'", "neighbour.py")
    code, output = run(board, script("import neighbour\nprint(neighbour.word)"))
    assert (code, output) == (0, "found\n")


def test_host_files(board, script, tmp_path):
    data = os.urandom(70000)
    (tmp_path / "data").write_bytes(data)
    (tmp_path / "text").write_text("one\ntwo\n")
    source = f"""
import os, hashlib, binascii
folder = "/host{tmp_path}"
with open(folder + "/data", "rb") as f:
    print(binascii.hexlify(hashlib.sha256(f.read()).digest()).decode())
    f.seek(-3, 2); print(f.tell(), len(f.read(10)), f.read(1))
    f.seek(5); print(f.read(2) == open(folder + "/data", "rb").read(7)[5:])
print(open(folder + "/text").read().split(), [line for line in open(folder + "/text")])
print(os.stat(folder + "/data")[6], os.stat(folder)[0] == 0x4000)
for what in (lambda: open(folder + "/new", "w"), lambda: os.stat(folder + "/no"),
             lambda: open(folder).read(), lambda: os.listdir(folder)):
    try:
        print("no error", what())
    except OSError as e:
        print("OSError")
"""
    code, output = run(board, script(source))
    want = [hashlib.sha256(data).hexdigest(), "69997 3 b''", "True"]
    want += ["['one', 'two'] ['one\\n', 'two\\n']", "70000 True", *["OSError"] * 4]
    assert (code, output.splitlines()) == (0, want)


def test_ramdisk_and_modules(board, script):
    source = """
import binascii, cryptolib, deflate, hashlib, io, json, os, random, select, socket, tls, vfs
import machine, network
os.mkdir("/d")
for i in range(20):
    with open("/d/%d" % i, "wb") as f:
        f.write(bytes(20000))
assert sum(os.stat("/d/%d" % i)[6] for i in range(20)) == 400000
vfs.VfsFat, vfs.VfsRom, vfs.VfsLfs2, tls.SSLContext, select.poll
out = io.BytesIO()
with deflate.DeflateIO(out, deflate.ZLIB) as d:
    d.write(b"abc" * 100)
assert deflate.DeflateIO(io.BytesIO(out.getvalue())).read() == b"abc" * 100
assert len({random.getrandbits(30) for _ in range(9)}) == 9 and len(os.urandom(33)) == 33
import micropython; micropython.mem_info()
@micropython.native
def native(n):
    return sum(range(n))
assert native(10) == 45
"""
    code, output = run(board, script(source))
    assert code == 0 and "GC: total" in output, output


def test_wall_clock(board, script):
    source = "import time\nprint(time.time(), time.localtime()[:5], time.gmtime(0)[:3])"
    before = int(time.time())
    code, output = run(board, script(source))
    assert code == 0, output
    now = int(output.split()[0]) + calendar.timegm((EPOCHS[board], 1, 1, 0, 0, 0))
    assert before <= now <= time.time() + 1
    day = time.strftime("(%Y, %-m, %-d,", time.gmtime(now))
    assert day in output and f"({EPOCHS[board]}, 1, 1)" in output


def test_sleeps(board, script):
    """By the guest's clock alone, which a busy machine does not hurry."""
    source = """
import time
start = time.ticks_us()
for _ in range(10):
    a = time.ticks_ms(); time.sleep_ms(20); assert 20 <= time.ticks_diff(time.ticks_ms(), a) < 60
print(time.ticks_diff(time.ticks_us(), start))
"""
    code, output = run(board, script(source), icount=qemu_machine.ICOUNT)
    assert code == 0, output
    assert 200_000 <= int(output) < 600_000


def test_lan(board, script):
    source = """
import network, socket, time
lan = network.LAN()
print(lan.active(), lan.isconnected(), lan.status(), lan.ifconfig()[0], lan.config("mac")[:3])
print(lan.config("hostname"), network.hostname())
end = time.ticks_add(time.ticks_ms(), 60000)    # IPv6 comes by router advertisement
while len(lan.ipconfig("addr6")) < 2 and time.ticks_diff(end, time.ticks_ms()) > 0:
    time.sleep_ms(20)
print(sorted(a[0][:6] for a in lan.ipconfig("addr6")))
for _ in range(2):
    lan.active(False)
    print(lan.active(), lan.isconnected(), lan.status())
    lan.active(True)
    while not lan.isconnected():
        time.sleep_ms(5)
print(lan.ifconfig()[0])
"""
    code, output = run(board, script(source))
    lines = output.splitlines()
    assert code == 0, output
    assert lines[0] == "True True 3 10.0.2.15 b'RT\\x00'"
    assert lines[1] == "lws-qemu lws-qemu"
    assert lines[2] == "['FE80::', 'FEC0::']", output
    assert lines[3:] == ["False False 0"] * 2 + ["10.0.2.15"]


def test_without_a_network(script):
    name = "LWS_QEMU_RV32"
    m = machine(name, script=script("import network\nprint(network.LAN().active())"))
    m.network = list
    with m:
        assert m.wait(WAIT_S) == 0
        assert m.output == "no network: [Errno 19] ENODEV\nFalse\n"


@pytest.mark.parametrize("legacy", ["on", "off"])
def test_both_versions_of_virtio(script, legacy):
    source = "import network\nprint(network.LAN().ifconfig()[0])"
    more = ["-global", f"virtio-mmio.force-legacy={legacy}"]
    code, output = run("LWS_QEMU_RV32", script(source), more=more)
    assert (code, output) == (0, "10.0.2.15\n")


def test_idle_costs_nothing(board, script):
    """Asleep, the guest takes next to no time of this machine."""
    source = "import time\nprint('asleep'); time.sleep(3); print('awake'); time.sleep(1000)"
    with machine(board, script=script(source)) as m:
        wait_for_word(m, "asleep")
        before = cpu_s(m.proc.pid)
        wait_for_word(m, "awake")
        spent = cpu_s(m.proc.pid) - before
    assert spent < 0.3, f"{spent} s of 3 s"


def wait_for_word(m, word):
    end = time.monotonic() + WAIT_S
    while word not in m.output:
        assert m.running and time.monotonic() < end, m.output
        time.sleep(0.01)


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_port_that_is_taken(script):
    with machine("LWS_QEMU_MPS2", ports=(80,)) as first:
        second = qemu_machine.Machine(
            boards.find("LWS_QEMU_MPS2"), elf=first.elf, forwards={80: first.ports[80]}
        )
        with pytest.raises(qemu_machine.NotStarted, match="in use"), second:
            pass
