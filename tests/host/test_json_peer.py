"""lws.json.loads against CPython's json: the same verdict and value for generated and mutated
texts. SEED=n repeats a run."""

import json
import os
import random
import re
import subprocess
from pathlib import Path

from effort import either

APP = Path(__file__).parent / "apps" / "json_values.py"
SEED = int(os.environ.get("SEED", "20261128"))
TEXTS = either(6000, 100000)
MAX_DEPTH, MAX_NUMBER = 64, 1024
CHARACTERS = 'aZ0 "\\/\b\f\n\r\t\0\x1f\x7fé€😀\u2028\ud7ff\ue000\U0010ffff'
PIECES = b'{}[],:"\\ \t\n\r0123456789-+.eEutrfalsn/#'
PIECES += b"'\x00\x0b\x1f\xc3\xa9\xed\xa0\xbd\xff\xef\xbb\xbf"
SCRAPS = (b"\\ud83d", b"\\ude00", b"NaN", b"-Infinity", b"null", b"01", b"1.", b"1e5", b"[" * 40)


def number(rng):
    return rng.choice(
        (
            rng.randrange(-100, 100),
            rng.randrange(-(1 << 65), 1 << 65),
            rng.randrange(1 << 30, 1 << 32),
            (1 << 63) - rng.randrange(-2, 3),
            10 ** rng.randrange(60),
            round(rng.uniform(-1e6, 1e6), 3),
            rng.uniform(-1, 1) * 10.0 ** rng.randrange(-30, 30),
        )
    )


def string(rng):
    return "".join(rng.choice(CHARACTERS) for _ in range(rng.randrange(12)))


def value(rng, depth=0):
    kind = rng.randrange(7 if depth < 5 else 5)
    if kind < 2:
        return number(rng)
    if kind < 4:
        return string(rng)
    if kind == 4:
        return rng.choice((True, False, None))
    if kind == 5:
        return [value(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {string(rng): value(rng, depth + 1) for _ in range(rng.randrange(5))}


def text(rng):
    return json.dumps(
        value(rng),
        ensure_ascii=rng.random() < 0.5,
        indent=rng.choice((None, None, 1, "\t")),
        separators=rng.choice((None, (",", ":"), (" , ", " : "))),
    ).encode()


def mutated(rng, data):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(data) + 1)
        how = rng.randrange(5)
        if how == 0:
            del data[at : at + rng.randrange(1, 4)]
        elif how == 1:
            data[at:at] = bytes([rng.choice(PIECES)])
        elif how == 2:
            data[at:at] = rng.choice(SCRAPS)
        elif how == 3:
            data[at : at + 1] = bytes([rng.choice(PIECES)])
        else:
            other = rng.randrange(len(data) + 1)
            data[at:at] = data[other : other + rng.randrange(1, 8)]
    return bytes(data)


def has_surrogate(found):
    if isinstance(found, dict):
        return any(has_surrogate(k) or has_surrogate(v) for k, v in found.items())
    if isinstance(found, list):
        return any(map(has_surrogate, found))
    return isinstance(found, str) and any("\ud800" <= c <= "\udfff" for c in found)


def depth_of(found):
    if isinstance(found, dict):
        found = list(found.values())
    return 1 + max(map(depth_of, found), default=0) if isinstance(found, list) else 0


def limited(digits):
    if len(digits) > MAX_NUMBER:
        raise ValueError("a number is too long for us")
    return digits


def refuse(word):
    raise ValueError(f"{word} is no JSON")


def peer(data):
    """What CPython finds; ValueError also where its json takes more than RFC 8259 has, and for
    our limits."""
    found = json.loads(
        data.decode(),
        parse_constant=refuse,
        parse_int=lambda digits: int(limited(digits)),
        parse_float=lambda digits: float(limited(digits)),
    )
    # Names that were overwritten count too.
    everything = json.loads(data.decode(), object_pairs_hook=lambda pairs: [*map(list, pairs)])
    if has_surrogate(everything):
        raise ValueError("half of a surrogate pair")
    if depth_of(found) > MAX_DEPTH:
        raise ValueError("nested too deep for us")
    return found


def show(found):
    """As apps/json_values.py does."""
    if isinstance(found, dict):
        return "{" + ",".join(sorted(show(k) + ":" + show(v) for k, v in found.items())) + "}"
    if isinstance(found, list):
        return "[" + ",".join(map(show, found)) + "]"
    if isinstance(found, str):
        return f"'{found.encode().hex()}'"
    return f"{found:.13e}" if isinstance(found, float) else repr(found)


def firmware_values(firmware, texts):
    done = subprocess.run(
        [firmware, "-X", "heapsize=4m", APP],
        input="".join(t.hex() + "\n" for t in texts),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    return done.stdout.splitlines()


def same(ours, theirs):
    """Floats may differ in the last digits: MicroPython's own conversion rounds differently."""
    return ours == theirs or floats_near(ours, theirs)


def floats_near(ours, theirs):
    a, b = (re.split(r"[][{}:,]", t) for t in (ours, theirs))
    return len(a) == len(b) and all(
        x == y or ("e" in x and "e" in y and abs(float(x) - float(y)) <= 1e-11 * abs(float(y)))
        for x, y in zip(a, b, strict=True)
    )


def check(firmware, texts):
    taken = 0
    for data, ours in zip(texts, firmware_values(firmware, texts), strict=True):
        try:
            theirs = show(peer(data))
        except (ValueError, RecursionError) as e:
            assert ours.startswith("! malformed JSON"), (SEED, data, ours, e)
        else:
            assert same(ours, theirs), (SEED, data, ours, theirs)
            taken += 1
    return taken


def test_generated_texts(firmware):
    rng = random.Random(SEED)
    texts = [text(rng) for _ in range(TEXTS)]
    assert check(firmware, texts) == TEXTS


def test_mutated_texts(firmware):
    rng = random.Random(SEED + 1)
    texts = [mutated(rng, text(rng)) for _ in range(TEXTS)]
    taken = check(firmware, texts)
    assert TEXTS / 20 < taken < TEXTS / 2, taken
