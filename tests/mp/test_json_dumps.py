# lws.json.dumps: what it writes can be read again; what JSON has not is refused, never written.
import gc
from collections import OrderedDict, namedtuple

from lws import json


class Dict(dict):
    pass


class List(list):
    pass


class Text(str):
    pass


class Number(int):
    pass


Point = namedtuple("Point", ("x", "y"))
LONG = 10**40
VALUES = [
    (None, "null"),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (-5, "-5"),
    (1 << 40, "1099511627776"),
    (-LONG, str(-LONG)),
    (1.5, "1.5"),
    (-2.0, "-2.0"),
    ("", '""'),
    ("text", '"text"'),
    ('"\\/\b\f\n\r\t\0\x1f\x7f', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"'),
    ("\xe4\u20ac\U0001f600", '"\xe4\u20ac\U0001f600"'),
    (b"0a1b", '"0a1b"'),
    ([], "[]"),
    ((), "[]"),
    ({}, "{}"),
    ([1, [2, []], "3"], '[1, [2, []], "3"]'),
    ((1, (2,)), "[1, [2]]"),
    (OrderedDict((("b", 1), ("a", [{}]))), '{"b": 1, "a": [{}]}'),
    ({1: 2}, '{"1": 2}'),
    ({None: 1}, '{"null": 1}'),
    ({True: 1}, '{"true": 1}'),
    ({2.5: 1}, '{"2.5": 1}'),
    ({b"a": 1}, '{"a": 1}'),
    ({'"\n': 1}, '{"\\"\\n": 1}'),
    (Dict(a=1), '{"a": 1}'),
    (List([1, Dict()]), "[1, {}]"),
    (Text("x"), '"x"'),
    ({Text("x"): Number(7)}, '{"x": 7}'),
    (Point(1, [2]), "[1, [2]]"),
]


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value


def itself():
    value = {}
    value["a"] = [value]
    return value


REFUSED = [
    (ValueError, float("nan")),
    (ValueError, [float("inf")]),
    (ValueError, {"a": -float("inf")}),
    (ValueError, {float("nan"): 1}),
    (ValueError, "a\ud83d"),
    (ValueError, ["\ude00\ud83d"]),
    (ValueError, {"\ud83d": 1}),
    (ValueError, b"\xff"),
    (ValueError, b"cut \xe2\x82"),
    (ValueError, nested(65)),
    (ValueError, itself()),
    (TypeError, object()),
    (TypeError, [Dict]),
    (TypeError, {1, 2}),
    (TypeError, bytearray(b"x")),
    (TypeError, iter([])),
    (TypeError, {(1, 2): 3}),
    (TypeError, {"a": lambda: 1}),
]


def check_values():
    for value, text in VALUES:
        assert json.dumps(value) == text, (value, json.dumps(value))
        json.loads(text)
    deep = nested(64)
    assert json.loads(json.dumps(deep)) == deep
    big = {"n%d" % i: [i, str(i), {"x": i / 4}] for i in range(60)}
    assert json.loads(json.dumps(big)) == big
    assert json.dumps({"a": 1, "b": 2}).count(", ") == 1


def check_ints():
    for bits in (7, 30, 31, 62, 63, 64):  # small ones end at one of these
        for n in range((1 << bits) - 2, (1 << bits) + 3):
            assert json.dumps([n, -n]) == "[%d, -%d]" % (n, n), n


def check_refused():
    for kind, value in REFUSED:
        try:
            text = json.dumps(value)
        except kind as e:
            assert str(e), value
        else:
            raise AssertionError(text)


# However little memory there is, it is the text or a MemoryError.
def check_memory():
    value = {"name": ["a text with a \n in it", 12345678901234567890, {"x": [1.5, None]}] * 5}
    text = json.dumps(value)
    failed = passed = 0
    blocks = []
    gc.collect()
    try:
        while True:
            blocks.append(bytearray(64))
    except MemoryError:
        pass
    for _ in range(40):
        blocks.pop()
        try:
            passed += json.dumps(value) == text
        except MemoryError:
            failed += 1
    blocks = None
    gc.collect()
    assert failed and passed and failed + passed == 40, (failed, passed)
    assert json.dumps(value) == text


check_values()
check_ints()
check_refused()
check_memory()
