"""What is long by nature: a short form in make test, its full form in make soak (LWS_SOAK=1)."""

import os

FULL = bool(os.environ.get("LWS_SOAK"))


def either(short, full):
    return full if FULL else short
