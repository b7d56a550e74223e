"""Strict JSON (RFC 8259) in C. MicroPython's own json takes much that is none."""

from typing import Any

def loads(text: str | bytes | bytearray | memoryview, /) -> Any:
    """The value of a text. Of names that come twice the last one counts; floats are as exact as
    the board's. ValueError: it is no JSON, is nested deeper than 64, or has a number of more than
    1024 characters; the message says what is wrong at which byte."""

def dumps(value: Any, /) -> str:
    """The text of a dict, list, tuple, str, bytes (UTF-8), int, float, bool or None, or of what
    has one of these as its base; as a name in a dict also an int, float, bool or None. It can be
    read again. TypeError: JSON has no such thing. ValueError: NaN, infinity, nested deeper than
    64 or in itself; UnicodeError, a ValueError: a str with surrogates, bytes that are no UTF-8."""
