"""The boot ROM's functions, called on the emulated core: floats against this machine's own."""

import itertools
import json
import math
import random
import struct
import subprocess

import pytest

from tools.emulate import rp2040_parts

INF, NAN = math.inf, math.nan
ADD, SUBTRACT, MULTIPLY, DIVIDE, COMPARE, _, ROOT = range(7)
TO_INT, TO_FIX, TO_UINT, TO_UFIX, FROM_INT, FROM_FIX, FROM_UINT, FROM_UFIX = range(7, 15)
COMPARE_TOO = 21
FROM_INT64, FROM_FIX64, FROM_UINT64, FROM_UFIX64 = range(23, 27)
TO_INT64, TO_FIX64, TO_UINT64, TO_UFIX64, TO_OTHER = range(27, 32)
SIZES = {"SF": 1, "SD": 2}


def words(table, value):
    code = "<f" if table == "SF" else "<d"
    return list(struct.unpack(f"<{SIZES[table]}I", struct.pack(code, value)))


def value(table, found):
    code = "<f" if table == "SF" else "<d"
    return struct.unpack(code, struct.pack(f"<{len(found)}I", *found))[0]


def rounded(table, x):
    """x, a float of this machine, as the table's format has it."""
    if table == "SD" or math.isnan(x):
        return x
    try:
        return struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        return math.copysign(INF, x)


def same(a, b):
    return (math.isnan(a) and math.isnan(b)) or struct.pack("<d", a) == struct.pack("<d", b)


@pytest.fixture(scope="module")
def call():
    """call([(table, index, words, words of the result)]) -> the results' words"""
    program, _ = rp2040_parts.prepare()
    runner = (
        rp2040_parts.repo.ROOT / "tests" / "host" / "fixtures" / "rp2040_models" / "call_rom.mjs"
    )

    def run(calls):
        lines = "".join(json.dumps(c) + "\n" for c in calls)
        argv = ["node", runner, program.parent]
        done = subprocess.run(argv, input=lines, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def samples(table, count):
    """Ordinary numbers, edges, and patterns of bits that may be anything."""
    rng = random.Random(table)
    least = 2.0**-149 if table == "SF" else 5e-324
    most = rounded(table, 3.4028234663852886e38) if table == "SF" else 1.7976931348623157e308
    edges = [0.0, 1.0, 1.5, 2.0, 3.0, least, least * 3, most, INF, 0.1, 1e-30, 1e30, 16777217.0]
    edges = [rounded(table, x) for x in edges]
    edges += [-x for x in edges] + [NAN]
    bits = 32 * SIZES[table]
    code = ("<I", "<f") if table == "SF" else ("<Q", "<d")
    wild = [
        struct.unpack(code[1], struct.pack(code[0], rng.getrandbits(bits)))[0]
        for _ in range(count)
    ]
    tame = [rounded(table, rng.uniform(-1000, 1000)) for _ in range(count)]
    return edges, wild + tame


def divide(a, b):
    if b:
        return a / b
    return NAN if math.isnan(a) or a == 0 else math.copysign(INF, a) * math.copysign(1, b)


OPERATIONS = {
    ADD: lambda a, b: a + b,
    SUBTRACT: lambda a, b: a - b,
    MULTIPLY: lambda a, b: a * b,
    DIVIDE: divide,
}


@pytest.mark.parametrize("table", SIZES)
def test_arithmetic(call, table):
    # Two singles in double precision, then rounded, is what IEEE 754 wants of single precision.
    edges, others = samples(table, 300)
    pairs = [*itertools.product(edges, edges), *zip(others, reversed(others), strict=True)]
    asked = [(op, a, b) for op in OPERATIONS for a, b in pairs]
    size = SIZES[table]
    found = call([(table, op, words(table, a) + words(table, b), size) for op, a, b in asked])
    for (op, a, b), got in zip(asked, found, strict=True):
        wanted = rounded(table, OPERATIONS[op](a, b))
        assert same(value(table, got), wanted), (table, op, a, b, value(table, got), wanted)


@pytest.mark.parametrize("table", SIZES)
def test_comparison(call, table):
    edges, _ = samples(table, 0)
    pairs = [(a, b) for a, b in itertools.product(edges, edges) if a == a and b == b]
    for index in (COMPARE, COMPARE_TOO):
        found = call([(table, index, words(table, a) + words(table, b), 1) for a, b in pairs])
        for (a, b), (got,) in zip(pairs, found, strict=True):
            assert got == ((a > b) - (a < b)) % 2**32, (a, b, got)


@pytest.mark.parametrize("table", SIZES)
def test_square_root(call, table):
    edges, others = samples(table, 500)
    xs = edges + others
    found = call([(table, ROOT, words(table, x), SIZES[table]) for x in xs])
    for x, got in zip(xs, found, strict=True):
        wanted = x if x == 0 else NAN if x != x or x < 0 else rounded(table, math.sqrt(x))
        assert same(value(table, got), wanted), (x, value(table, got), wanted)


def whole(x, shift, low, high):
    """floor(x * 2^shift) between low and high; NaN is taken for the infinity of its sign."""
    if math.isnan(x) or math.isinf(x):
        return low if math.copysign(1, x) < 0 else high
    top, bottom = x.as_integer_ratio()
    exact = (top << shift) // bottom if shift >= 0 else top // (bottom << -shift)
    return max(low, min(high, exact))


@pytest.mark.parametrize("table", SIZES)
def test_to_integers(call, table):
    edges, others = samples(table, 200)
    rng = random.Random(5)
    near = [2.0**n + d for n in (31, 32, 63, 64) for d in (-1, -0.5, 0, 1)]
    near += [rng.uniform(-1, 1) * 2.0 ** rng.randrange(70) for _ in range(300)]
    xs = edges + others + [rounded(table, x * s) for x in near for s in (1, -1)]
    kinds = [
        (TO_INT, TO_FIX, 1, -(2**31), 2**31 - 1),
        (TO_UINT, TO_UFIX, 1, 0, 2**32 - 1),
        (TO_INT64, TO_FIX64, 2, -(2**63), 2**63 - 1),
        (TO_UINT64, TO_UFIX64, 2, 0, 2**64 - 1),
    ]
    for plain, fixed, size, low, high in kinds:
        asked = [(plain, x, 0, []) for x in xs]
        asked += [(fixed, x, s, [s % 2**32]) for x in xs for s in (-40, -1, 3, 20, 2000)]
        found = call([(table, index, words(table, x) + more, size) for index, x, _, more in asked])
        for (index, x, shift, _), got in zip(asked, found, strict=True):
            number = int.from_bytes(struct.pack(f"<{size}I", *got), "little", signed=low < 0)
            assert number == whole(x, shift, low, high), (index, x, shift, number)


def scaled(table, number, shift):
    """number / 2^shift, rounded once: from an exact fraction."""
    top, bottom = (number, 1 << shift) if shift >= 0 else (number << -shift, 1)
    if table == "SD":
        try:
            return top / bottom  # Python rounds a quotient of integers correctly
        except OverflowError:
            return math.copysign(INF, number)
    return nearest_single(top, bottom)


def nearest_single(top, bottom):
    sign, top = (-1, -top) if top < 0 else (1, top)
    if not top:
        return 0.0
    exponent = max(top.bit_length() - bottom.bit_length() - 24, -149)
    while True:
        up, down = (top << -exponent, bottom) if exponent < 0 else (top, bottom << exponent)
        digits, rest = divmod(up, down)
        if digits < 1 << 24 or exponent == -149:
            break
        exponent += 1
    digits += 2 * rest > down or (2 * rest == down and digits & 1)
    return sign * rounded("SF", math.ldexp(digits, exponent) if exponent < 200 else INF)


@pytest.mark.parametrize("table", SIZES)
def test_from_integers(call, table):
    rng = random.Random(6)
    kinds = [
        (FROM_INT, FROM_FIX, 32, True),
        (FROM_UINT, FROM_UFIX, 32, False),
        (FROM_INT64, FROM_FIX64, 64, True),
        (FROM_UINT64, FROM_UFIX64, 64, False),
    ]
    for plain, fixed, bits, signed in kinds:
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        numbers = [low, high, 0, 1, 2**24 + 1, high - 1, high >> 7]
        numbers += [rng.randint(low, high) >> rng.randrange(bits) for _ in range(200)]
        asked = [(plain, n, 0, []) for n in numbers]
        asked += [(fixed, n, s, [s % 2**32]) for n in numbers for s in (-80, -1, 5, 60, 140, 200)]
        calls = []
        for index, n, _, more in asked:
            raw = (n % (1 << bits)).to_bytes(bits // 8, "little")
            calls.append(
                (table, index, [*struct.unpack(f"<{bits // 32}I", raw), *more], SIZES[table])
            )
        for (index, n, shift, _), got in zip(asked, call(calls), strict=True):
            wanted = scaled(table, n, shift)
            assert same(value(table, got), wanted), (index, n, shift, value(table, got), wanted)


def test_between_the_formats(call):
    edges, others = samples("SF", 300)
    found = call([("SF", TO_OTHER, words("SF", x), 2) for x in edges + others])
    for x, got in zip(edges + others, found, strict=True):
        assert same(value("SD", got), x)
    edges, others = samples("SD", 300)
    found = call([("SD", TO_OTHER, words("SD", x), 1) for x in edges + others])
    for x, got in zip(edges + others, found, strict=True):
        assert same(value("SF", got), rounded("SF", x))


def test_bits(call):
    rng = random.Random(7)
    numbers = [0, 1, 2**31, 2**32 - 1, *(rng.getrandbits(32) for _ in range(50))]
    wanted = {
        "P3": lambda n: n.bit_count(),
        "R3": lambda n: int(f"{n:032b}"[::-1], 2),
        "L3": lambda n: 32 - n.bit_length(),
        "T3": lambda n: (n & -n).bit_length() - 1 if n else 32,
    }
    for name, right in wanted.items():
        found = call([("functions", name, [n], 1) for n in numbers])
        assert [got for (got,) in found] == [right(n) for n in numbers], name


def test_our_core_against_the_other():
    program, _ = rp2040_parts.prepare()
    tests = rp2040_parts.repo.ROOT / "tests" / "host" / "fixtures" / "rp2040_models"
    argv = ["node", tests / "thumb_against_rp2040js.mjs", program.parent, "100000"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100000 instructions agree" in done.stdout
