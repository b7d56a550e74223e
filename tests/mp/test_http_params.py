# Parameters of paths: matched by hand, of any length.
from http_client import serve

from lws.http import Server
from lws.http.pattern import Pattern, Regex, compile_path


# None: no match
def check(pattern, path, want):
    got = compile_path(pattern).match(path)
    assert got == want, (pattern, path[:80], got)
    if len(path) < 200:  # re, which cannot have long ones, agrees
        p = compile_path(pattern)
        if isinstance(p, Pattern):
            params = [(kind, name, text.decode()) for kind, name, text in p._params]
            assert Regex(p._head.decode(), params).match(path) == want, (pattern, path)


LONG = "x" * 3500


# How often a path is looked into grows as the path does, whoever wrote it.
def check_linear(pattern, piece, last):
    class Counted(Pattern):
        looks = 0

        def _before(self, *args):
            self.looks += 1
            return super()._before(*args)

    p = compile_path(pattern)
    counted = Counted(p._head.decode(), [(k, n, t.decode()) for k, n, t in p._params])
    for n in (50, 600):
        counted.looks = 0
        assert counted.match("/log/" + piece * n + last) is None, (pattern, piece)
        assert counted.looks <= 2 * len(p._params) * (len(piece) * n + 2), (pattern, counted.looks)


for pattern in ("<a>-<b>-<int:n>", "<a>-<b>-<c>-<d>-<int:n>", "<path:a>-<path:b>-<path:c>/-/<d>"):
    check_linear("/log/" + pattern, "-", "x")
    check_linear("/log/" + pattern, "1-", "x")
    check_linear("/log/" + pattern, "/-", "x/")
    check_linear("/log/" + pattern, "--1", "/x/")
check_linear("/log/<a><b><c><int:n>", "1", "x")
check_linear("/log/<path:a><path:b><int:c>/<int:n>", "1", "x")
check_linear("/log/<int:a><int:b><int:c><int:n>", "1", "x")
check_linear("/log/<path:a>/<b>/<path:c>/<d>/<int:e>", "1/", "x")
for pattern, path, want in (
    ("/<name>", "/a", {"name": "a"}),
    ("/<name>", "/", None),
    ("/<name>", "/a/b", None),
    ("/<name>", "/a/", None),
    ("/<name>/", "/a/", {"name": "a"}),
    ("/u/<name>", "/v/a", None),
    ("/u/<name>/x", "/u/x", None),
    ("/u/<name>/x", "/u//x", None),
    ("/u/<name>/x", "/u/x/x", {"name": "x"}),
    ("/<a>-<b>", "/1-2-3", {"a": "1-2", "b": "3"}),
    ("/<a>-<b>", "/-", None),
    ("/<a>-<b>", "/--", None),
    ("/<a>-<b>", "/---", {"a": "-", "b": "-"}),
    ("/<a><b>", "/xyz", {"a": "xy", "b": "z"}),
    ("/<a><b>", "/x", None),
    ("/<a>/<path:p>", "/a/b/c", {"a": "a", "p": "b/c"}),
    ("/<path:p>/<a>", "/a/b/c", {"a": "c", "p": "a/b"}),
    ("/<path:p>/x/<path:q>", "/a/x/b/x/c", {"p": "a/x/b", "q": "c"}),
    ("/<path:p>.txt", "/a/b.txt.txt", {"p": "a/b.txt"}),
    ("/<path:p>", "/", None),
    ("/<int:n>", "/5", {"n": 5}),
    ("/<int:n>", "/-5", {"n": -5}),
    ("/<int:n>", "/-", None),
    ("/<int:n>", "/--5", None),
    ("/<int:n>", "/5x", None),
    ("/<int:n>", "/", None),
    ("/<int:n>x<a>", "/12xx3", {"n": 12, "a": "x3"}),
    ("/<int:a><int:b>", "/123", {"a": 12, "b": 3}),
    ("/<int:a><int:b>", "/1-3", {"a": 1, "b": -3}),
    ("/<a>.<int:n>", "/v.1.2", {"a": "v.1", "n": 2}),
    ("/<a>.<int:n>", "/v.1.b", None),
    ("/<name>", "/J\u00fcrgen", {"name": "J\u00fcrgen"}),
    ("/<name>-<int:n>", "/\u00fc-5", {"name": "\u00fc", "n": 5}),
    ("/<re:[a-f]+:hex>", "/abc", {"hex": "abc"}),
    ("/<re:[a-f]+:hex>", "/abx", None),
    ("/<re:(a|b)c:x>/<y>", "/bc/d", {"x": "bc", "y": "d"}),
    ("/<name>", "/" + LONG, {"name": LONG}),
    ("/<path:p>/z", "/" + LONG + "/z", {"p": LONG}),
    ("/<int:n>", "/" + "0" * 3500 + "7", {"n": 7}),
    ("/<a>-<b>-<c>-<d>", "/" + "-" * 300, {"a": "-" * 294, "b": "-", "c": "-", "d": "-"}),
    ("/<re:x+:x>", "/" + LONG, None),
):
    check(pattern, path, want)

# re, which knows bytes only, would part a character.
p = compile_path("/<a><b>")
assert p.match("/\u00e4\u00f6") == {"a": "\u00e4", "b": "\u00f6"}
assert compile_path("/<a><re:.:b>").match("/\u00e4\u00f6") is None

# A pattern that would take for ever gives up.
for pattern, path in (
    ("/<re:(a+)+:x>/", "/" + "a" * 200 + "b/"),
    ("/<re:(a|a)*:x>-", "/" + "a" * 200),
    ("/<re:(.*)*.*.*:x>-<int:n>", "/" + "-" * 200),
    ("/<re:a*a*a*a*a*a*:x>b", "/" + "a" * 200),
):
    p = compile_path(pattern)
    assert p.match(path) is None and p.match(path) is None, pattern
assert compile_path("/<re:(a+)+:x>/").match("/aaaa/") == {"x": "aaaa"}

for bad in ("/<name", "/<float:x>", "/<re:a+:x"):
    try:
        compile_path(bad)
        raise AssertionError(bad)
    except ValueError:
        pass

app = Server()


@app.get("/name/<name>")
def name(request, name):
    return str(len(name))


@app.get("/int/<int:n>")
def number(request, n):
    return str(n)


@app.get("/path/<path:p>/end")
def path(request, p):
    return str(len(p))


@app.get("/re/<re:x+:x>")
def regex(request, x):
    return str(len(x))


async def long_ones(c):
    assert (await c.get("/name/" + LONG)).text == "3500"
    assert (await c.get("/path/" + "a/" * 1700 + "b/end")).text == "3401"
    assert (await c.get("/int/" + "0" * 3500 + "7")).text == "7"
    assert (await c.get("/re/xxx")).text == "3"
    assert (await c.get("/re/" + LONG)).status in (404, 414)


serve(app, long_ones)
