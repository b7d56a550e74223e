# What a query and a form come as is a dict wherever MicroPython asks for one.
import json

from http_client import serve

from lws.http import MultiDict, Server


class Mine(MultiDict):
    pass


def as_dict(m):
    assert dict(m) == {"no": "1", "b": "3"}, dict(m)  # a name of two letters is no pair
    other = {"c": "4"}
    other.update(m)
    assert other == {"no": "1", "b": "3", "c": "4"}, other
    assert ({"c": "4"} | m) == other
    assert m == {"no": "1", "b": "3"} and isinstance(m, dict) and isinstance(m, MultiDict)
    assert json.loads(json.dumps(m)) == dict(m)
    assert (lambda **fields: fields)(**m) == dict(m)
    assert sorted(m) == ["b", "no"] and sorted(m.values()) == ["1", "3"] and "no" in m
    assert sorted(m.items()) == [("b", "3"), ("no", "1")] and sorted(m.keys()) == ["b", "no"]
    assert m.getlist("no") == ["1", "2"] and m.get("no", type=int) == 1 and len(m) == 2
    assert m.getlist("no", int) == [1, 2] and m.getlist("x") == [] and m.get("x", 5) == 5
    assert m.get("x") is None and m.get("x", default=7, type=int) == 7 and m and not MultiDict()


PAIRS = [("no", "1"), ("b", "3"), ("no", "2")]
for kind in (MultiDict, lambda pairs: MultiDict(pairs).copy(), lambda p: MultiDict(MultiDict(p))):
    as_dict(kind(PAIRS))
assert Mine(PAIRS).getlist("no") == ["1", "2"] and Mine(PAIRS)["b"] == "3"

m = MultiDict(PAIRS)
m.getlist("no").append("mine")
assert m.getlist("no") == ["1", "2"]
c = m.copy()
c["no"] = "5"
assert m.getlist("no") == ["1", "2"] and c.getlist("no") == ["1", "2", "5"]
# What dict's own methods and types do: the lists do not tell of what was there before.
m.update({"no": "9"})
assert m["no"] == "9" and m.getlist("no") == ["9"]
m["no"] = "10"
assert m.getlist("no") == ["9", "10"]
assert m.pop("no") == "9" and m.getlist("no") == []
m["no"] = "9"
assert m.getlist("no") == ["9"]
del m["no"]
m["no"] = "9"
m["no"] = "8"
assert m.getlist("no") == ["9", "8"]
m.clear()
assert m.setdefault("no", "9") == "9" and m.getlist("no") == ["9"]
m["no"] = "8"
assert m.popitem() == ("no", "9") and m.pop("no", 5) == 5 and not m
m.update({"no": "9"})
assert m.getlist("no") == ["9"]
for made in (m | {"c": "4"}, type(m)({"no": "9", "c": "4"})):
    made["no"] = "7"
    made["d"] = "8"
    assert made.getlist("no") == ["7"] and made.getlist("d") == ["8"] and made["c"] == "4"
for wrong in (5, [1], [("a",)], [("a", "b", "c")]):
    try:
        MultiDict(wrong)
    except (TypeError, ValueError):
        continue
    raise AssertionError(wrong)
assert MultiDict({"a": 1}).getlist("a") == [1]

app = Server()


@app.post("/form")
def form(request):
    settings = {"x": "0"}
    settings.update(request.args)
    return [dict(request.form), settings, request.form.getlist("ab")]


FORM = {"Content_Type": "application/x-www-form-urlencoded"}


async def check(c):
    r = await c.request("POST", "/form?x=1&yz=2&yz=3", b"ab=1&ab=2&c=", **FORM)
    assert json.loads(r.text) == [{"ab": "1", "c": ""}, {"x": "1", "yz": "2"}, ["1", "2"]], r.text


serve(app, check)
