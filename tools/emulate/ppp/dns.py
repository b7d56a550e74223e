"""A name server (RFC 1035) that knows a table and nobody to ask.

header: id | flags | questions | answers | authorities | additionals, 2 bytes each
question: labels (length, text) ... 0 | type (2) | class (2)
"""

import struct

A, AAAA, INTERNET = 1, 28, 1
RESPONSE, AUTHORITATIVE, RECURSION_WANTED = 0x8000, 0x0400, 0x0100
NO_ERROR, FORMAT_ERROR, NO_NAME, NOT_IMPLEMENTED = 0, 1, 3, 4
OPCODES = 0x7800
LABEL_MAX = 63
TTL_S = 60


def question(message):
    """(name, type, end of the question), None when it is none."""
    labels, at = [], 12
    while at < len(message) and message[at]:
        size = message[at]
        if size > LABEL_MAX or at + 1 + size > len(message):
            return None
        labels.append(message[at + 1 : at + 1 + size])
        at += 1 + size
    if at + 5 > len(message):
        return None
    kind, group = struct.unpack_from("!HH", message, at + 1)
    name = b".".join(labels).decode("ascii", "replace").lower()
    return (name, kind, at + 5) if group == INTERNET else None


def look_up(table, name):
    """localhost and what ends in .localhost (RFC 6761) is the table's localhost."""
    if name.endswith(".localhost"):
        name = "localhost"
    return table.get(name)


def answer(query, table):
    """The reply to a query from {name: 4 bytes}; None when it is no query."""
    if len(query) < 12:
        return None
    identifier, flags, count = struct.unpack_from("!HHH", query)
    if flags & RESPONSE:
        return None
    flags = RESPONSE | AUTHORITATIVE | flags & RECURSION_WANTED
    asked = question(query)
    code, body, answers = NO_ERROR, b"", 0
    if struct.unpack_from("!H", query, 2)[0] & OPCODES:
        code = NOT_IMPLEMENTED
    elif count != 1 or asked is None:
        code = FORMAT_ERROR
    else:
        name, kind, end = asked
        address = look_up(table, name)
        body = query[12:end]
        if address is None:
            code = NO_NAME
        elif kind == A:
            answers = 1
            # c00c: the name at offset 12, the question's
            body += struct.pack("!HHHIH", 0xC00C, A, INTERNET, TTL_S, 4) + address
    return struct.pack("!HHHHHH", identifier, flags | code, bool(body), answers, 0, 0) + body
