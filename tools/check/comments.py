"""Wraps C's // comments that are too long (make style FIX=1).

Paragraphs are filled anew; lines that start with more than one blank, or end in a colon, are
drawings or lists and stay as they are. A long comment after code moves above it.
"""

import re
import textwrap

from tools.check.lengths import MAX_COLUMNS

WHOLE = re.compile(r"( *)// (\S.*)$")
TRAILING = re.compile(r"( *)([^/\s\"][^\"/]*[;,{}\w)])\s*// (\S.*)$")


def wrapped(indent, words):
    prefix = f"{indent}// "
    return textwrap.wrap(
        " ".join(words),
        MAX_COLUMNS,
        initial_indent=prefix,
        subsequent_indent=prefix,
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrap(text):
    """text with its long comments wrapped; what has none comes back unchanged."""
    out, lines = [], text.splitlines()
    i = 0
    while i < len(lines):
        line = lines[i]
        whole, trailing = WHOLE.match(line), TRAILING.match(line)
        i += 1
        if len(line) <= MAX_COLUMNS or not (whole or trailing):
            out.append(line)
        elif whole:
            indent, words = whole[1], [whole[2]]
            # the rest of the paragraph: what follows a long line was meant to go on from it
            while i < len(lines) and (more := WHOLE.match(lines[i])) and more[1] == indent:
                if words[-1].endswith((".", ":")) and len(lines[i]) <= MAX_COLUMNS:
                    break
                words.append(more[2])
                i += 1
            out += wrapped(indent, words)
        else:
            out += wrapped(trailing[1], [trailing[3]])
            out.append(trailing[1] + trailing[2].rstrip())
    return "\n".join(out) + "\n" if lines else text
