# Uploads whose sender goes away in the middle, and forms as other clients write them.
import asyncio
import os

from http_client import serve, tmp_folder

from lws.http import FileUpload, FormDataIter, Server, with_form_data

app = Server(max_body=2048)
FOLDER = tmp_folder() + "/lws_cut/"
try:
    os.mkdir(FOLDER[:-1])
except OSError:
    pass
for left in os.listdir(FOLDER):
    os.remove(FOLDER + left)
FileUpload.temp_folder = FOLDER
ended = asyncio.Event()
seen = []


# Tells the test how a handler ended.
def watched(f):
    async def route(request):
        try:
            return await f(request)
        except Exception as e:
            seen.append(type(e))
            raise
        finally:
            ended.set()

    return route


@app.post("/save")
@watched
async def save(request):
    async for part in request.parts():
        await part.save(FOLDER + part.name)
    return os.stat(FOLDER + "f")[6], {}


@app.post("/size")
async def size(request):
    async for part in request.parts():
        await part.save(FOLDER + part.name)
    return str(os.stat(FOLDER + "f")[6])


@app.post("/iter")
@watched
async def iterate(request):
    async for name, value in FormDataIter(request):
        await value.save(FOLDER + name)


@app.post("/copy")
@watched
@with_form_data
async def copy(request):
    sizes = []
    for f in request.files.getlist("f"):
        sizes.append([f.filename, len(await f.read())])
    return sizes


@app.post("/read")
@watched
async def read(request):
    return str(len(await request.stream.read()))


@app.post("/plain")
def plain(request):
    return {
        "first": request.files["f"].filename,
        "all": [[f.filename, len(f.data)] for f in request.files.getlist("f")],
        "name": request.form.get("name"),
    }


def part(name, data, filename=None):
    head = b'--XyZ\r\nContent-Disposition: form-data; name="%s"' % name
    if filename:
        head += b'; filename="%s"' % filename
    return head + b"\r\n\r\n" + data + b"\r\n"


END = b"--XyZ--\r\n"
KIND = "multipart/form-data; boundary=XyZ"


async def cut(c, path, first, kind=KIND):
    body = first + part(b"f", bytes(6000), b"a.bin")
    for size in (len(first) + 100, 3000, len(body) - 1):
        ended.clear()
        head = "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
        await c.send((head % (path, kind, len(body) + len(END))).encode() + body[:size])
        await c.close()
        await ended.wait()
        assert seen and issubclass(seen.pop(), OSError), (path, size)


async def check(c):
    for path in ("/save", "/iter", "/copy", "/read"):
        await cut(c, path, b"")
        assert not os.listdir(FOLDER), (path, os.listdir(FOLDER))
    await cut(c, "/copy", part(b"f", bytes(2500), b"first"))
    assert not os.listdir(FOLDER), os.listdir(FOLDER)
    # what was there stays as it was
    with open(FOLDER + "f", "w") as f:
        f.write("before")
    await cut(c, "/save", b"")
    assert os.listdir(FOLDER) == ["f"] and os.stat(FOLDER + "f")[6] == 6
    for n in (100, 5000, 0):
        body = part(b"f", bytes(n), b"a") + END
        r = await c.request("POST", "/size", body, Content_Type=KIND)
        assert (r.text, os.listdir(FOLDER)) == (str(n), ["f"]), (n, r.text)
    os.remove(FOLDER + "f")
    await forms(c)


async def forms(c):
    body = part(b"f", b"one", b"1") + part(b"f", bytes(1500), b"2") + END
    for kind in (KIND, "Multipart/Form-Data; boundary=XyZ", "MULTIPART/FORM-DATA;boundary=XyZ"):
        r = await c.request("POST", "/copy", body, Content_Type=kind)
        assert r.text == '[["1", 3], ["2", 1500]]', (kind, r.status, r.text)
        assert not os.listdir(FOLDER)
        r = await c.request("POST", "/plain", body, Content_Type=kind)
        assert r.status == 200 and '[["1", 3], ["2", 1500]]' in r.text and '"first": "1"' in r.text
    body = part(b"name", b"J\xfcrgen") + part(b"f", b"", b"J\xfc") + END
    r = await c.request("POST", "/plain", body, Content_Type=KIND)
    assert r.status == 200 and '"name": "J\ufffdrgen"' in r.text, r.text


serve(app, check)
