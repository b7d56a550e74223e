# lws.json.loads: strict, says where, builds what MicroPython has, and survives without memory.
import gc

from lws import json

GRIN = "\U0001f600"
VALUES = [
    ("null", None),
    (" true ", True),
    ("false\n", False),
    ("0", 0),
    ("-0", 0),
    ("1234567", 1234567),
    ("-1073741825", -1073741825),
    ("9223372036854775807", (1 << 63) - 1),
    ("-9223372036854775808", -(1 << 63)),
    ("9223372036854775808", 1 << 63),
    ("1" + "0" * 40, 10**40),
    ("[-1" + "0" * 40 + "]", [-(10**40)]),
    ("1.5", 1.5),
    ("[-2.5e2, 1E3, 0.0]", [-250.0, 1000.0, 0.0]),
    ('""', ""),
    ('"text"', "text"),
    ('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u0000"', '"\\/\b\f\n\r\tA\0'),
    ('"\\ud83d\\ude00 \\u20ac"', GRIN + " \u20ac"),
    ('"' + GRIN + '"', GRIN),
    ("[]", []),
    ("{}", {}),
    ('{"a": [1, {"b": null}], "c": {}}', {"a": [1, {"b": None}], "c": {}}),
    ('{"a": 1, "a": 2}', {"a": 2}),
    ('{"\\u0061\\n": 1, "": [[]]}', {"a\n": 1, "": [[]]}),
    ("[" * 64 + "]" * 64, None),
]
MALFORMED = [
    ("", "it ends too early at byte 0"),
    ('{"a": }', "a value is expected at byte 6"),
    ('{"a":1]', "a comma or } is expected at byte 6"),
    ("[1}", "a comma or ] is expected at byte 2"),
    ("[1 2]", "a comma or ] is expected at byte 3"),
    ('{"a" 1}', "a colon is expected at byte 5"),
    ("[1,]", "a value is expected at byte 3"),
    ('{"a":1,}', "a name in quotes is expected at byte 7"),
    ("01", "a number begins with 0 at byte 1"),
    ("+1", "a value is expected at byte 0"),
    ("NaN", "a value is expected at byte 0"),
    ("{} x", "something follows the value at byte 3"),
    ('"\\ud83d"', "half of a surrogate pair is missing at byte 7"),
    ('"\\x"', "there is no such escape at byte 2"),
    ('"\n"', "a control character must be escaped at byte 1"),
    (b'"\xff"', "this is no UTF-8 at byte 1"),
    (b"\xef\xbb\xbf{}", "a value is expected at byte 0"),
    ("[" * 65, "nested too deep at byte 64"),
    ("1" * 1025, "this number is too long at byte 1024"),
]


def check_values():
    for text, value in VALUES:
        for given in (text, text.encode(), bytearray(text.encode())):
            found = json.loads(given)
            assert value is None or type(found) is type(value), (text, found)
            if value is not None:
                assert found == value, (text, found)
        assert json.loads(memoryview(text.encode())) == json.loads(text)
    assert json.loads("null") is None


def check_malformed():
    for text, why in MALFORMED:
        try:
            json.loads(text)
        except ValueError as e:
            assert str(e) == "malformed JSON: " + why, (text, e)
        else:
            raise AssertionError(text)
    for other in (None, 5, {}, [b"1"]):
        try:
            json.loads(other)
        except TypeError:
            continue
        raise AssertionError(other)


# All of the heap in blocks of one size: what is let go of is free.
def fill(size):
    blocks = []
    gc.collect()
    try:
        while True:
            blocks.append(bytearray(size))
    except MemoryError:
        return blocks


# However little memory there is, it is the value or a MemoryError.
def check_memory():
    text = '{"name": ["a text with an \\u00e4 in it", 12345678901234567890, {"x": [1.5, null]}]}'
    value = json.loads(text)
    failed = passed = 0
    blocks = fill(64)
    for _ in range(48):
        blocks.pop()
        try:
            found = json.loads(text)
        except MemoryError:
            failed += 1
        else:
            passed += found == value
    blocks = None
    gc.collect()
    assert failed and passed and failed + passed == 48, (failed, passed)
    assert json.loads(text) == value


# A small int is no object.
def check_small_ints():
    loads = json.loads
    for text in ("12345", "-12345"):
        gc.collect()
        before = gc.mem_alloc()
        loads(text)
        assert gc.mem_alloc() == before, text


check_values()
check_malformed()
check_small_ints()
check_memory()
