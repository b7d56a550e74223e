# What has read() is a body: it has a type, is sent with its length or in chunks, and is closed.
import io

from http_client import serve, tmp_folder

from lws.http import Response, Server

NAME = tmp_folder() + "/lws_body.css"
with open(NAME, "w") as f:
    f.write("0123456789")

app = Server()
closed = []


class File:
    def __init__(self, name=None, pieces=(b"one", b"two")):
        if name:
            self.name = name
        self.pieces = list(pieces)

    def read(self, n):
        return self.pieces.pop(0) if self.pieces else b""

    def close(self):
        closed.append(self)


class Slow(File):
    async def read(self, n):
        return self.pieces.pop(0) if self.pieces else b""


opened = []


def opens(mode):
    opened.append(open(NAME, mode))
    return opened[-1]


bodies = {
    "text": lambda: opens("r"),
    "bytes": lambda: (opens("rb"), 201, {"X-A": "b"}),
    "typed": lambda: (opens("rb"), {"content-type": "text/css"}),
    "response": lambda: Response(opens("rb"), 202),
    "memory": lambda: io.BytesIO(b"12345"),
    "nameless": lambda: File(),
    "named": lambda: File("/www/a.css"),
    "numbered": lambda: File(5),
    "slow": lambda: Slow("b.json"),
    "typed_pieces": lambda: (File("a.css"), {"Content-Type": "text/x"}),
    "empty": lambda: File("a.css", ()),
    "broken": lambda: Response(File("a.css"), 200, {"X": "a\r\nb"}),
    "broken_file": lambda: Response(opens("rb"), 200, {"X": "a\r\nb"}),
    "broken_tuple": lambda: (opens("rb"), 200, {"X": "a\r\nb"}),
    "broken_pair": lambda: (File("a.css"), {"X": "a\r\nb"}),
    "status": lambda: (opens("rb"), 99),
    "no_headers": lambda: (opens("rb"), 200, "X: a"),
    "hook": lambda: (opens("rb"), 200),
}
BROKEN = ("broken", "broken_file", "broken_tuple", "broken_pair", "status", "no_headers", "hook")


@app.get("/<name>")
def body(request, name):
    if name == "hook":
        request.after_request(broken_hook)
    return bodies[name]()


def broken_hook(request, response):
    raise ValueError("a hook")


hooked = Server()
hooked.after_request(broken_hook)


@hooked.get("/file")
def hooked_file(request):
    return opens("rb")


@hooked.get("/coroutine")
async def hooked_coroutine(request):
    return opens("rb"), 200, {"X": "y"}


@hooked.get("/headers")
def hooked_headers(request):
    return opens("rb"), 200, "X: a"


app.mount(hooked, "/hooked", local=True)


@app.get("/seek")
def seek(request):
    file = opens("rb")
    file.seek(4)
    return file


OCTETS = "application/octet-stream"
CSS = "text/css; charset=utf-8"
CASES = (
    # name, status, type, length (None: in chunks), body
    ("text", 200, OCTETS, 10, b"0123456789"),
    ("bytes", 201, OCTETS, 10, b"0123456789"),
    ("typed", 200, "text/css", 10, b"0123456789"),
    ("response", 202, OCTETS, 10, b"0123456789"),
    ("seek", 200, OCTETS, 6, b"456789"),
    ("memory", 200, OCTETS, 5, b"12345"),
    ("nameless", 200, OCTETS, None, b"onetwo"),
    ("named", 200, CSS, None, b"onetwo"),
    ("numbered", 200, OCTETS, None, b"onetwo"),
    ("slow", 200, "application/json", None, b"onetwo"),
    ("typed_pieces", 200, "text/x", None, b"onetwo"),
    ("empty", 200, CSS, None, b""),
)


def is_open(file):
    try:
        file.read(1)
        return True
    except (OSError, ValueError):
        return False


async def check(c):
    for method in ("GET", "HEAD"):
        for name, status, kind, length, body in CASES:
            r = await c.request(method, "/" + name)
            assert (r.status, r.headers.get("content-type")) == (status, kind), (name, r.headers)
            assert r.headers.get("content-length") == (length and str(length)), (name, r.headers)
            assert r.body == (body if method == "GET" else b""), (name, r.body)
    assert len(closed) == 12, len(closed)
    for name in BROKEN + ("hooked/file", "hooked/coroutine", "hooked/headers"):
        assert (await c.get("/" + name)).status == 500
    assert len(closed) == 14, len(closed)
    assert not [file for file in opened if is_open(file)]


serve(app, check)
