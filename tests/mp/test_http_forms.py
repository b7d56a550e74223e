# Bodies: JSON, forms, files, streams, limits; in plain functions and in coroutines.
import gc
import os

from http_client import LONG, serve, tmp_folder

from lws.http import FileUpload, FormDataIter, MultiDict, Server, with_form_data

app = Server(max_body=4096, max_content_length=300000)
FOLDER = tmp_folder() + "/"
FileUpload.temp_folder = FOLDER


@app.post("/json")
def json_route(request):
    return {"json": request.json, "type": request.content_type}


@app.post("/form")
def form(request):
    return {"form": request.form, "many": request.form.getlist("a") if request.form else None}


@app.post("/multi")
def multi(request):
    files = request.files
    if files is None:
        return "no files", 400
    return {
        "form": request.form,
        "files": [(f.name, f.filename, f.content_type, len(f.data)) for f in files.values()],
    }


@app.get("/args")
def args(request):
    a = request.args
    return [a.get("n", type=int), a.getlist("x"), a.get("none", "default"), "x" in a, len(a)]


@app.get("/cookies")
def cookies(request):
    return request.cookies


@app.post("/parts")
async def parts(request):
    got = []
    async for part in request.parts():
        if part.filename is None:
            got.append([part.name, await part.text()])
        elif part.name == "skip":
            got.append("skipped")
        elif part.name == "lines":
            got.append([(await part.readline()).decode(), (await part.readline()).decode()])
        else:
            await part.save(FOLDER + "saved")
            got.append([part.filename, os.stat(FOLDER + "saved")[6]])
    return got


@app.post("/iter")
async def iterate(request):
    got = []
    async for name, value in FormDataIter(request):
        got.append([name, value if isinstance(value, str) else len(await value.read())])
    return got


@app.post("/decorated/<x>")
@with_form_data
async def decorated(request, x):
    big = request.files["big"]
    data = await big.read(10)
    await big.save(FOLDER + "big")
    return [x, request.form["name"], big.filename, data.decode(), os.stat(FOLDER + "big")[6]]


@app.post("/stream")
async def stream(request):
    s = request.stream
    first = await s.readexactly(3)
    line = await s.readline()
    buffer = bytearray(4)
    n = await s.readinto(buffer)
    rest = await s.read()
    assert await s.read(10) == b"" and await s.readline() == b""
    return [first.decode(), line.decode(), buffer[:n].decode(), len(rest), request.streaming]


@app.post("/plain-long")
def plain_long(request):
    return len(request.body)


@app.post("/exact")
async def exact(request):
    try:
        await request.stream.readexactly(10)
    except EOFError:
        return "short"


# Heads and contents, to be sent one after the other.
def form_pieces(*fields):
    out = []
    for name, filename, data in fields:
        head = b'--XyZ\r\nContent-Disposition: form-data; name="%s"' % name.encode()
        if filename:
            head += b'; filename="%s"\r\nContent-Type: text/x-test' % filename.encode()
        out += [(b"\r\n" if out else b"") + head + b"\r\n\r\n", data]
    return out + [b"\r\n--XyZ--\r\n"]


def multipart(*fields):
    return b"".join(form_pieces(*fields))


MULTI = "multipart/form-data; boundary=XyZ"
FORM = "application/x-www-form-urlencoded"


# text, and the byte where it goes wrong
MALFORMED_JSON = [
    ("{", 1),
    ('{"a"', 4),
    ('{"a":', 5),
    ("[1,", 3),
    ("nope", 1),
    ("", 0),
    ('"a', 2),
    ("{} x", 3),
    ('{"a": }', 6),
    ('{"a":1]', 6),
    ("[1}", 2),
    ("[1 2]", 3),
    ('{"a" 1}', 5),
    ("[1,]", 3),
    ("01", 1),
    ('["\\ud83d"]', 8),
    (b'"\xff"', 1),
]


async def json_bodies(c):
    for kind in ("application/json", "application/json; charset=utf-8", "application/x+json"):
        r = await c.request("POST", "/json", '{"a": [1, null]}', Content_Type=kind)
        assert r.status == 200 and '"json": {"a": [1, null]}' in r.text, r.text
    for bad, at in MALFORMED_JSON:
        r = await c.request("POST", "/json", bad, Content_Type="application/json")
        assert r.status == 400, (bad, r.status, r.text)
        assert "malformed JSON: " in r.text and "at byte %d" % at in r.text, (bad, r.text)
    r = await c.request("POST", "/json", '"\\ud83d\\ude00"', Content_Type="application/json")
    assert '"json": "\U0001f600"' in r.text, r.text
    r = await c.request("POST", "/json", "{}", Content_Type="text/plain")
    assert '"json": null' in r.text
    r = await c.request("POST", "/json", "[" + "1," * 4000 + "1]", Content_Type="application/json")
    assert r.status == 413, r.status


async def forms(c):
    r = await c.request("POST", "/form", "a=1&b=%C3%A4+x&a=2&c", Content_Type=FORM)
    assert r.status == 200 and '"many": ["1", "2"]' in r.text and "ä x" in r.text, r.text
    assert '"a": "1"' in r.text and '"c": ""' in r.text
    r = await c.request("POST", "/form", "{}", Content_Type="application/json")
    assert '"form": null' in r.text
    r = await c.request("POST", "/form", "a=%zz&c=100%", Content_Type=FORM)
    assert r.status == 200 and '"a": "%zz"' in r.text and '"c": "100%"' in r.text, r.text
    r = await c.get("/args?n=12&x=1&x=2&y")
    assert r.text == '[12, ["1", "2"], "default", true, 3]', r.text
    r = await c.get("/args?n=1&x=%&x=100%")
    assert r.text == '[1, ["%", "100%"], "default", true, 2]', r.text
    assert (await c.get("/args?" + "a&" * 129)).status == 400
    r = await c.get("/cookies", Cookie="a=1; b=x=y")
    assert r.text in ('{"a": "1", "b": "x=y"}', '{"b": "x=y", "a": "1"}')
    assert (await c.get("/cookies")).text == "{}"


async def files(c):
    body = multipart(("name", None, b"Ada"), ("f", "a.txt", b"\r\n--Xy"), ("g", "b", b""))
    r = await c.request("POST", "/multi", body, Content_Type=MULTI)
    assert r.status == 200 and '"form": {"name": "Ada"}' in r.text, r.text
    assert '["f", "a.txt", "text/x-test", 6]' in r.text or '("f"' in r.text, r.text
    assert (await c.request("POST", "/multi", "x=1", Content_Type=FORM)).status == 400
    assert (await c.request("POST", "/multi", body[:-9], Content_Type=MULTI)).status == 400
    kind = "multipart/form-data"
    assert (await c.request("POST", "/multi", body, Content_Type=kind)).status == 400
    long = multipart(("f", "a", bytes(9000)))
    assert (await c.request("POST", "/multi", long, Content_Type=MULTI)).status == 413


async def streamed(c):
    big = b"0123456789" * (LONG // 10)
    body = form_pieces(
        ("a", None, b"1"),
        ("skip", "x", big),
        ("file", "big.bin", big),
        ("lines", "l", b"one\ntwo\nthree"),
        ("z", None, b"last"),
    )
    r = await c.request("POST", "/parts", body, Content_Type=MULTI)
    want = '[["a", "1"], "skipped", ["big.bin", %d], ["one\\n", "two\\n"], ["z", "last"]]'
    assert r.text == want % LONG, r.text
    small = multipart(("a", None, b"1"), ("b", "f", b"xyz"))
    r = await c.request("POST", "/iter", small, Content_Type=MULTI)
    assert r.text == '[["a", "1"], ["b", 3]]', r.text
    assert (await c.request("POST", "/iter", "x=1", Content_Type=FORM)).text == "[]"
    body = form_pieces(("big", "b.bin", big), ("name", None, b"Ada"))
    r = await c.request("POST", "/decorated/p", body, Content_Type=MULTI)
    assert r.text == '["p", "Ada", "b.bin", "0123456789", %d]' % (LONG - 10), r.text
    assert not [n for n in os.listdir(FOLDER) if n.startswith("upload")]
    del big, body
    gc.collect()
    for n in (100, LONG // 2):
        r = await c.request("POST", "/stream", b"abcline\nbuff" + bytes(n))
        want = '["abc", "line\\n", "buff", %d, %s]' % (n, "true" if n > 4096 else "false")
        assert r.text == want, r.text
    assert (await c.request("POST", "/exact", "short")).text == "short"
    assert (await c.request("POST", "/plain-long", bytes(5000))).status in (413, 500)
    # the rest of the body is not sent: a device's TCP could not take it off our hands
    head = b"POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 300001\r\n\r\n"
    await c.send(head + bytes(999))
    assert (await c.response("POST")).status == 413


async def check(c):
    await json_bodies(c)
    await forms(c)
    await files(c)
    await streamed(c)


m = MultiDict({"a": 1})
m["a"] = 2
m["b"] = 3
assert m["a"] == 1 and m.getlist("a", str) == ["1", "2"] and m.getlist("b") == [3]
assert m.getlist("c") == [] and m.get("c") is None and len(m) == 2
serve(app, check)
