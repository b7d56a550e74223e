# Paths with parameters: "/<name>", "/<int:id>", "/<path:rest>", "/<re:[a-f]+:hex>".
import re

import _lws
from micropython import const

_SPECIAL = const(".+*?^$()[]{}|\\")
_TYPES = {"string": "([^/]+)", "int": "(-?\\d+)", "path": "(.+)"}


# The text up to the ">" that closes a parameter; a regex may hold one itself.
def _until_close(rest, path):
    at = rest.find(">")
    if rest.startswith("re:"):
        at = rest.find(">/") if ">/" in rest else rest.rfind(">")
    if at < 0:
        raise ValueError("no > in path " + path)
    return rest[:at], rest[at + 1 :]


# (text before the first parameter, [[type, name, text behind it], ...])
def _split(path):
    head, mark, rest = path.partition("<")
    params = []
    while mark:
        spec, rest = _until_close(rest, path)
        kind, name = spec.rsplit(":", 1) if ":" in spec else ("string", spec)
        if kind not in _TYPES and not kind.startswith("re:"):
            raise ValueError("unknown type in path " + path)
        text, mark, rest = rest.partition("<")
        params.append((kind, name, text))
    return head, params


# Matches a path with parameters: match(path) -> {name: value} or None.
def compile_path(path):
    head, params = _split(path)
    for kind, _, _ in params:
        if kind.startswith("re:"):
            return Regex(head, params)
    return Pattern(head, params)


# Where the longest value that begins at a place ends. One that began at seen, further right, ends
# at stop: of a path no byte is looked at twice.
def _longest(kind, path, at, seen, stop):
    if kind == "path":
        return stop
    if kind == "string":
        slash = path.find(b"/", at, seen)
        return slash if slash >= 0 else stop
    to = seen - len(path[at:seen].lstrip(b"0123456789"))
    return to if to < seen else stop


# Without re, which recurses for each character: the peer chooses how many there are. Values are
# tried from the longest on; as the ends that failed once fail for every beginning further left,
# the time is linear in the path.
class Pattern:
    def __init__(self, head, params):
        self._head = head.encode()
        self._params = [(kind, name, text.encode()) for kind, name, text in params]
        self._tail = self._params[-1][2]

    def match(self, path):
        path = path.encode()  # of a str each index is counted from its beginning
        if not (path.startswith(self._head) and path.endswith(self._tail)):
            return None
        args = {}
        end = len(path) - len(self._tail)
        marks = [[end, end, end] for _ in self._params]
        try:
            return args if self._fill(0, path, len(self._head), end, args, marks) else None
        except UnicodeError:
            return None

    # Parameters i and on are path[at:end]: each takes as much as leaves the others theirs.
    # marks[i]: seen and stop of _longest(), and the end of what is not yet tried.
    def _fill(self, i, path, at, end, args, marks):
        kind, name, text = self._params[i]
        mark = marks[i]
        digits = at + (kind == "int" and path.startswith(b"-", at))
        to = end
        if digits < end:
            to = mark[1] = _longest(kind, path, digits, mark[0], mark[1])
            mark[0] = digits
        if i + 1 == len(self._params):
            fits = digits < to == end
        else:
            to = self._before(text, path, digits + 1, min(to + len(text), mark[2]))
            while to >= 0:
                mark[2] = to + len(text) - 1
                if self._fill(i + 1, path, to + len(text), end, args, marks):
                    break
                to = self._before(text, path, digits + 1, mark[2])
            mark[2] = min(mark[2], digits + len(text))
            fits = to >= 0
        if fits:
            value = path[at:to]
            args[name] = int(value) if kind == "int" else value.decode()
        return fits

    # Where a text begins for the last time in path[at:end]; -1: not there. Without a text: the
    # last place that is no middle of a character.
    def _before(self, text, path, at, end):
        if text:
            return path.rfind(text, at, end) if at <= end else -1
        while at <= end < len(path) and path[end] & 0xC0 == 0x80:
            end -= 1
        return end if at <= end else -1


def _escape(text):
    return "".join("\\" + c if c in _SPECIAL else c for c in text)


# Groups that a pattern opens: "(" but not "\(" or "(?:".
def _groups(pattern):
    text = pattern.replace("\\\\", "").replace("\\(", "")
    return text.count("(") - text.count("(?")


class Regex:
    def __init__(self, head, params):
        self._params = []
        pattern, group = "^" + _escape(head), 1
        for kind, name, text in params:
            regex = _TYPES.get(kind) or "(" + kind[3:] + ")"
            self._params.append((name, group, kind == "int"))
            group += _groups(regex)
            pattern += regex + _escape(text)
        self._path = pattern
        self._said = False
        self._regex = re.compile(pattern + "$")

    def match(self, path):
        try:
            groups = _lws.re_match(self._regex, path)
        except UnicodeError:
            return None  # a value begins within a character
        except RuntimeError as e:
            if not self._said:  # not once for each path that somebody sends
                self._said = True
                print("lws: no match for a path of %d, %s: %s" % (len(path), self._path, e))
            return None
        return None if groups is None else self._values(groups)

    def _values(self, groups):
        args = {}
        for name, group, is_int in self._params:
            text = groups[group - 1]
            args[name] = int(text) if is_int and text else text
        return args
