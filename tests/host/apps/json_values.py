# Reads JSON texts, each a line in hex, and prints what lws.json.loads makes of each.
import sys
from binascii import unhexlify

from lws import json


# A value as text that says its types: floats with all their digits, strings in hex.
def show(value):
    if isinstance(value, dict):
        return "{" + ",".join(sorted(show(k) + ":" + show(v) for k, v in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(show(v) for v in value) + "]"
    if isinstance(value, str):
        return "'" + "".join(f"{b:02x}" for b in value.encode()) + "'"
    if isinstance(value, float):
        return f"{value:.13e}"
    return repr(value)


for line in sys.stdin:
    try:
        print(show(json.loads(unhexlify(line.strip()))))
    except ValueError as e:
        print("!", e)
