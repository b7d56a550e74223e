# Paths with parameters: "/<name>", "/<int:id>", "/<path:rest>", "/<re:[a-f]+:hex>".
import re

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


# Where the longest value that begins at a place ends.
def _longest(kind, path, at, end):
    if kind == "path":
        return end
    if kind == "string":
        slash = path.find("/", at, end)
        return slash if slash >= 0 else end
    at += path.startswith("-", at)
    to = end - len(path[at:end].lstrip("0123456789"))
    return to if to > at else 0


# Without re, which recurses for each character: the peer chooses how many there are.
class Pattern:
    def __init__(self, head, params):
        self._head = head
        self._params = params
        self._tail = params[-1][2]

    def match(self, path):
        if not (path.startswith(self._head) and path.endswith(self._tail)):
            return None
        args = {}
        end = len(path) - len(self._tail)
        return args if self._fill(0, path, len(self._head), end, args) else None

    # Parameters i and on are path[at:end]: each takes as much as leaves the others theirs.
    def _fill(self, i, path, at, end, args):
        kind, name, text = self._params[i]
        least = at + 1 + (kind == "int" and path.startswith("-", at))
        to = _longest(kind, path, at, end)
        if i + 1 == len(self._params):
            fits = least <= to == end
        else:
            to = self._before(text, path, least, min(to + len(text), end))
            while to >= 0 and not self._fill(i + 1, path, to + len(text), end, args):
                to = self._before(text, path, least, to + len(text) - 1)
            fits = to >= 0
        if fits:
            args[name] = int(path[at:to]) if kind == "int" else path[at:to]
        return fits

    # Where a text begins for the last time in path[at:end]; -1: not there.
    def _before(self, text, path, at, end):
        if at > end:
            return -1
        return path.rfind(text, at, end) if text else end


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
        self._regex = re.compile(pattern + "$")

    def match(self, path):
        try:
            found = self._regex.match(path)
        except RuntimeError:
            return None  # too long for re's recursion
        if not found:
            return None
        args = {}
        for name, group, is_int in self._params:
            text = found.group(group)
            args[name] = int(text) if is_int else text
        return args
