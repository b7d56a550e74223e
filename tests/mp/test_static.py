# Files from folders: conditions, ranges, compressed forms, paths that try to leave, file systems.
import asyncio
import gc
import io
import os
import socket
import time

import _lws
import vfs
from bare import folder, get, last_words, raises, serve, talk
from http_client import LONG

SO_RCVBUF = 8
EPOCH = 946684800 if time.gmtime(0)[0] == 2000 else 0  # of os.stat(), as the port has it
FOLDER = folder("lws_bare_static")
TEXT = "0123456789abcdefghijklmnopqrstuvwxyz"
TENTH = LONG // 10
BIG = bytes((i * 11 + (i >> 8)) & 255 for i in range(LONG))


def write(name, data):
    with open(FOLDER + "/" + name, "wb") as f:
        f.write(data)


folder("lws_bare_static/sub")
folder("lws_bare_static/empty")
folder("lws_bare_static/dir.html")
write("index.html", b"<h1>index</h1>")
write("sub/index.html", b"<h1>sub</h1>")
write("sub/other.html", b"other")
write("text.txt", TEXT.encode())
write("none.css", b"")
write("big.bin", BIG)
write("a b\xfc.js", b"1")
write("page.js", b"plain" * 10)
write("page.js.gz", b"gzipped")
write("only.js.gz", b"only")
write("exact", BIG[:4096])
write("more", BIG[:4097])
open(FOLDER[: FOLDER.rfind("/")] + "/lws_secret", "w").close()

vhost = _lws.Vhost()
vhost.static("/s", FOLDER)
vhost.static("/z", FOLDER + "/", gzip=True, max_age=60)
vhost.static("/i/", FOLDER, index="text.txt")
vhost.static("/s/deep/", FOLDER + "/sub")
vhost.fallback = lambda request: ("fallback " + request.method, 404)


async def check_plain(c):
    for method in ("GET", "HEAD"):
        r = await c.request(method, "/s/text.txt")
        h = r.headers
        assert r.status == 200 and r.text == (TEXT if method == "GET" else "")
        assert h["content-length"] == "36" and h["content-type"] == "text/plain; charset=utf-8"
        assert h["accept-ranges"] == "bytes" and h["etag"].endswith('-24"'), h
        mtime = os.stat(FOLDER + "/text.txt")[8]
        assert _lws.parse_date(h["last-modified"]) == mtime + EPOCH
        assert "cache-control" not in h and "vary" not in h
    for name, body in (("big.bin", BIG), ("exact", BIG[:4096]), ("more", BIG[:4097])):
        r = await c.get("/s/" + name)
        assert r.body == body and r.headers["content-type"] == "application/octet-stream"
    r = await c.get("/s/none.css")
    assert r.status == 200 and r.body == b"" and r.headers["content-type"].startswith("text/css")
    assert (await c.get("/s/a%20b%C3%BC.js")).body == b"1"
    assert (await c.get("/s/text.txt?x=1")).text == TEXT


async def check_folders(c):
    r = await c.get("/s/")
    assert r.text == "<h1>index</h1>" and r.headers["content-type"].startswith("text/html")
    for path, location in (
        ("/s/sub", "/s/sub/"),
        ("/s/sub?q=1&r", "/s/sub/?q=1&r"),
        ("/s", "/s/"),
        ("/s//x/../sub", "/s/sub/"),
        ("/s/empty", "/s/empty/"),
    ):
        r = await c.get(path)
        assert (r.status, r.headers.get("location")) == (308, location), (path, r.status)
        assert r.body == b""
    assert (await c.get("/s/sub/")).text == "<h1>sub</h1>"
    assert (await c.get("/i/")).text == TEXT
    assert (await c.get("/s/deep/other.html")).text == "other"  # the longest prefix
    for path in (
        "/s/empty/",
        "/s/text.txt/",
        "/s/no",
        "/s/no/no",
        "/sub",
        "/s2",
        "/",
        "/sx/text.txt",
    ):
        r = await c.get(path)
        assert (r.status, r.text) == (404, "fallback GET"), (path, r.status)
    r = await c.get("/s/dir.html")
    assert r.status == 308
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        r = await c.request(method, "/s/text.txt")
        assert r.text == "fallback " + method


async def check_conditions(c):
    r = await c.get("/s/text.txt")
    tag, date = r.headers["etag"], r.headers["last-modified"]
    r = await c.get("/s/text.txt", If_None_Match='"x", ' + tag)
    assert r.status == 304 and r.body == b"" and r.headers["etag"] == tag
    assert "content-length" not in r.headers
    assert (await c.get("/s/text.txt", If_None_Match='"x"')).status == 200
    assert (await c.get("/s/text.txt", If_Modified_Since=date)).status == 304
    assert (await c.get("/s/text.txt", If_Match='"x"')).status == 412
    assert (await c.get("/s/text.txt")).text == TEXT


async def check_ranges(c):
    for spec, body, where in (
        ("0-3", TEXT[:4], "0-3"),
        ("5-", TEXT[5:], "5-35"),
        ("-4", TEXT[-4:], "32-35"),
        ("30-100", TEXT[30:], "30-35"),
    ):
        r = await c.get("/s/text.txt", Range="bytes=" + spec)
        assert (r.status, r.text) == (206, body)
        assert r.headers["content-range"] == "bytes %s/36" % where
        assert r.headers["content-type"].startswith("text/plain")
    r = await c.get("/s/text.txt", Range="bytes=36-")
    assert r.status == 416 and r.headers["content-range"] == "bytes */36" and r.body == b""
    for ignored in ("lines=1-2", "bytes=5-1", "bytes=a"):
        assert (await c.get("/s/text.txt", Range=ignored)).text == TEXT
    r = await c.get("/s/big.bin", Range="bytes=%d-%d" % (4 * TENTH, LONG - 2))
    assert r.body == BIG[4 * TENTH : -1]
    assert (await c.get("/s/text.txt", Range="bytes=0-3", If_Range='"no"')).text == TEXT
    r = await c.request("HEAD", "/s/text.txt", Range="bytes=0-3")
    assert r.status == 200 and r.headers["content-length"] == "36"


async def multipart(c, path, data, ranges):
    r = await c.get(path, Range="bytes=" + ",".join("%d-%d" % pair for pair in ranges))
    kind, boundary = r.headers["content-type"].split("; boundary=")
    assert r.status == 206 and kind == "multipart/byteranges" and len(boundary) == 20
    body, at = memoryview(r.body), 0
    mark = b"\r\n--" + boundary.encode()
    for first, last in ranges:
        end = r.body.find(b"\r\n\r\n", at) + 4
        head = bytes(body[at:end])
        assert head.startswith(mark if at else mark[2:]), head
        assert b"Content-Range: bytes %d-%d/%d\r\n" % (first, last, len(data)) in head, head
        at = end + last - first + 1
        assert body[end:at] == memoryview(data)[first : last + 1], (first, last)
    assert bytes(body[at:]) in (mark + b"--\r\n", mark + b"--"), bytes(body[at:])
    return boundary


async def check_multipart(c):
    one = await multipart(c, "/s/text.txt", TEXT.encode(), [(0, 3), (30, 31), (10, 12)])
    two = await multipart(c, "/s/text.txt", TEXT.encode(), [(1, 1), (3, 3)])
    assert one != two
    ranges = [(0, 3 * TENTH), (4 * TENTH, 4 * TENTH), (6 * TENTH, LONG - 1)]
    await multipart(c, "/s/big.bin", BIG, ranges)
    assert (await c.get("/s/text.txt")).text == TEXT


async def check_gzip(c):
    r = await c.get("/z/page.js", Accept_Encoding="gzip, br")
    assert r.body == b"gzipped" and r.headers["content-encoding"] == "gzip"
    assert r.headers["content-type"].startswith("text/javascript")
    assert r.headers["vary"] == "Accept-Encoding" and r.headers["cache-control"] == "max-age=60"
    tag = r.headers["etag"]
    for encoding in ("br", "gzip;q=0", ""):
        r = await c.get("/z/page.js", Accept_Encoding=encoding)
        assert r.body == b"plain" * 10 and "content-encoding" not in r.headers
        assert r.headers["vary"] == "Accept-Encoding" and r.headers["etag"] != tag
    assert (await c.get("/z/only.js", Accept_Encoding="gzip")).body == b"only"
    await check_only_gzip(c)
    assert (await c.get("/z/text.txt", Accept_Encoding="gzip")).text == TEXT
    assert (await c.get("/z/sub", Accept_Encoding="gzip")).status == 308
    assert (await c.get("/s/page.js", Accept_Encoding="gzip")).body == b"plain" * 10


# Who says nothing about codings takes any (RFC 9110, section 12.5.3).
async def check_only_gzip(c):
    r = await c.get("/z/only.js")
    assert (r.status, r.body, r.headers["content-encoding"]) == (200, b"only", "gzip"), r.headers
    assert r.headers["content-type"].startswith("text/javascript")
    assert r.headers["vary"] == "Accept-Encoding" and r.headers["cache-control"] == "max-age=60"
    tag = r.headers["etag"]
    assert (await c.get("/z/only.js", Accept_Encoding="gzip")).headers["etag"] == tag
    r = await c.get("/z/only.js", If_None_Match=tag)
    assert (r.status, r.body, r.headers["vary"]) == (304, b"", "Accept-Encoding")
    r = await c.request("HEAD", "/z/only.js")
    assert (r.status, r.headers["content-length"]) == (200, "4")
    assert r.headers["content-encoding"] == "gzip"
    r = await c.get("/z/only.js", Range="bytes=1-2")
    assert (r.status, r.body, r.headers["content-encoding"]) == (206, b"nl", "gzip"), r.headers
    for refused in ("identity", "gzip;q=0", "br", ""):
        assert (await c.get("/z/only.js", Accept_Encoding=refused)).status == 404
    # Where there are both, who says nothing gets the plain one.
    r = await c.get("/z/page.js")
    assert r.body == b"plain" * 10 and "content-encoding" not in r.headers
    assert (await c.get("/s/only.js")).status == 404


# Nothing above the folder, whatever the path looks like.
async def check_paths(c):
    for path in (
        "/s/../lws_secret",
        "/s/%2e%2e/lws_secret",
        "/s/..%2flws_secret",
        "/s/%2e%2e%2flws_secret",
        "/s/sub/../../lws_secret",
        "/s/..%5clws_secret",
        "/s/..\\lws_secret",
        "/s//../lws_secret",
        "/s/./../lws_secret",
        "/s/%252e%252e/lws_secret",
        "/s/%c0%ae%c0%ae/lws_secret",
        "/s/..;/lws_secret",
        "/s/text.txt%00.html",
        "/s/text.txt%0a",
        "/s/" + "a/" * 200,
        "/s/" + "n" * 300,
        "/s//etc/passwd",
        "s/text.txt",
    ):
        raw = await talk(c.port, get(path, fields="Connection: close\r\n"))
        assert raw.split(b" ", 2)[1] in (b"404", b"400"), (path, raw)
    assert (await c.get("/s/%2e/text.txt")).text == TEXT
    assert (await c.get("/x/../s/./text.txt")).text == TEXT


async def check_pipeline(c):
    paths = ["/s/text.txt", "/s/big.bin", "/s/no", "/s/sub/", "/s/big.bin"]
    for path in paths:
        await c.send(get(path))
    sizes = []
    for _ in paths:
        sizes.append(len((await c.response()).body))
    assert sizes == [36, len(BIG), 12, 12, len(BIG)], sizes
    await c.send(b"".join(get(p) for p in paths) + get("/s/text.txt", "1.0"))
    for size in sizes:
        assert len((await c.response()).body) == size
    assert (await c.response()).text == TEXT and not await c.reader.read(1)
    await c.close()
    # a body with a GET changes nothing
    r = await c.request("GET", "/s/text.txt", b"body")
    assert r.text == TEXT and (await c.get("/s/sub/")).status == 200


def check_arguments():
    for args in (("s", FOLDER), ("/s", "")):
        assert raises(ValueError, vhost.static, *args)
    raises(TypeError, vhost.static, "/s")
    raises(TypeError, vhost.static, "/s", 5)
    vhost.static("/i", FOLDER)  # replaces it


# ---- other file systems


class File(io.IOBase):
    def __init__(self, data):
        self.data = data

    def readinto(self, buf):
        if self.data is None:
            raise OSError(5)
        piece = self.data[: min(len(buf), 1000)]
        buf[: len(piece)] = piece
        self.data = self.data[len(piece) :]
        return len(piece)

    def ioctl(self, request, arg):
        if request == 4:
            log.append("closed")
            return 0
        return -1


log = []


# In Python: keeps what it is given, fails on demand.
class Vfs:
    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def stat(self, path):
        log.append(path)
        if path == "/boom":
            raise ValueError("boom")
        if path == "/odd":
            return (1, 2)
        for name, number in (("/no", 2), ("/denied", 13), ("/io", 5)):
            if path == name:
                raise OSError(number)
        kind = 0x1000 if path == "/fifo" else 0x8000
        return (kind, 0, 0, 0, 0, 0, 100 if path == "/short" else 5000, 0, 0, 0)

    def open(self, path, mode):
        log.append((path, mode))
        if path == "/gone":
            raise OSError(2)
        return File({"/short": b"s" * 10, "/bad": None}.get(path, b"p" * 5000))


async def check_python_vfs(c):
    vfs.mount(Vfs(), "/pyvfs")
    vhost.static("/p", "/pyvfs")
    r = await c.get("/p/file.txt")
    assert r.status == 200 and r.body == b"p" * 5000 and "etag" not in r.headers
    await asyncio.sleep_ms(1)
    assert log == ["/file.txt", ("/file.txt", "rb"), "closed"], log
    for path, status in (
        ("boom", 500),
        ("odd", 500),
        ("no", 404),
        ("denied", 403),
        ("io", 500),
        ("fifo", 404),
        ("gone", 404),
        ("bad", 500),
    ):
        assert (await c.get("/p/" + path)).status == status, path
    log.clear()
    raw, reset = await last_words(c.port, get("/p/short"))
    assert reset or (raw.endswith(b"s" * 10) and b"Content-Length: 100" in raw), raw
    assert log[-1] == "closed"
    assert (await c.get("/s/text.txt")).text == TEXT


# An image of /dir/file records (extmod/vfs_rom.c has the format).
def romfs(files):
    def number(n):
        out = bytes([n & 127])
        while n > 127:
            n >>= 7
            out = bytes([128 | n & 127]) + out
        return out

    def size(pieces):
        return sum(len(piece) for piece in pieces)

    def record(kind, pieces):
        return [number(kind) + number(size(pieces))] + pieces

    body = []
    for name, data in files:
        body += record(5, [number(len(name)) + name] + record(2, [data]))
    tree = record(4, [number(3) + b"dir"] + body)
    return b"".join(record(0x14A6B1, tree + ([] if size(tree) & 1 else record(1, []))))


async def check_romfs(c):
    image = romfs([(b"a.txt", TEXT.encode()), (b"b.bin", BIG), (b"none", b"")])
    vfs.mount(vfs.VfsRom(image), "/romx")
    del image
    vhost.static("/r", "/romx")
    r = await c.get("/r/dir/a.txt")
    assert r.text == TEXT and "last-modified" not in r.headers
    assert (await c.get("/r/dir/b.bin")).body == BIG
    assert (await c.get("/r/dir/none")).body == b""
    assert (await c.get("/r/dir/c")).status == 404
    assert (await c.get("/r/dir")).status == 308
    r = await c.get("/r/dir/b.bin", Range="bytes=1000-%d" % (7 * TENTH))
    assert r.body == BIG[1000 : 7 * TENTH + 1]
    await multipart(c, "/r/dir/b.bin", BIG, [(0, 3), (2 * TENTH, 8 * TENTH), (50, 50)])
    vfs.umount("/romx")
    await unmounted(c)


# The file system goes away under a file that is being sent: its memory stays until the end.
async def unmounted(c):
    gc.collect()
    data = bytes(i & 255 for i in range(257)) * (LONG // 257)
    vfs.mount(vfs.VfsRom(romfs([(b"long", data)])), "/romy")
    vhost.static("/y", "/romy")
    size = len(data)
    del data
    gc.collect()
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUF, 4096)
    sock.connect(socket.getaddrinfo("127.0.0.1", c.port)[0][-1])
    sock.send(get("/y/dir/long", fields="Connection: close\r\n"))
    sock.setblocking(False)
    reader = asyncio.StreamReader(sock)
    await asyncio.sleep_ms(20)
    vfs.umount("/romy")
    gc.collect()
    while (await reader.readline()).strip():
        pass
    buf = bytearray(257)
    for _ in range(size // 257):
        n = 0
        while n < 257:
            n += await reader.readinto(memoryview(buf)[n:])
        assert buf == bytes(i & 255 for i in range(257))
    assert not await reader.read(1)
    sock.close()


async def check(c):
    await check_plain(c)
    await check_folders(c)
    await check_conditions(c)
    await check_ranges(c)
    await check_multipart(c)
    await check_gzip(c)
    await check_paths(c)
    await check_pipeline(c)
    check_arguments()
    await check_python_vfs(c)
    if hasattr(vfs, "VfsRom"):  # not every firmware has it
        await check_romfs(c)


serve(vhost, check)
print("OK")
