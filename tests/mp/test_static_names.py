# One file has one name, or whoever guards it by its name guards nothing: on FAT, too, which finds
# it by names in other case, with dots and spaces behind, and by the short name of a long one.
import os

import vfs
from http_client import serve, tmp_folder

from lws.http import Server

SIZE = 512  # of a block, in bytes


class Memory:
    def __init__(self, blocks):
        self.data = bytearray(blocks * SIZE)

    def readblocks(self, block, buf, offset=0):
        at = block * SIZE + offset
        buf[:] = memoryview(self.data)[at : at + len(buf)]

    def writeblocks(self, block, buf, offset=None):
        at = block * SIZE + (offset or 0)
        self.data[at : at + len(buf)] = buf

    def ioctl(self, op, arg):
        if op == 4:
            return len(self.data) // SIZE
        return SIZE if op == 5 else 0


NAMES = ("index.html", "averylongname.htm", "Mixed Case.txt", "UPPER.TXT", "sub/index.html")
OTHERS = (
    "INDEX.HTML",
    "Index.html",
    "index.html.",
    "index.html..",
    "index.html%20",
    "index.html%20.",
    "INDEX~1.HTM",
    "index~1.htm",
    "AVERYL~1.HTM",
    "averyl~1.htm",
    "mixed%20case.txt",
    "MIXEDC~1.TXT",
    "upper.txt",
    "Upper.txt",
    "SUB/index.html",
    "sub./index.html",
    "sub%20/index.html",
    "sub/INDEX.HTML",
    "Sub/",
    "SUB",
    "sub.",
    "index.html/",
)


# The files of a folder, of which some are guarded by their names.
def serve_folder(folder, below):
    app = Server()
    app.mount(below, folder + below, gzip=True)

    @app.before_request
    def guard(request):
        if request.path in (below + "/index.html", below + "/averylongname.htm"):
            return "guarded", 401

    async def check(c):
        for name in NAMES:
            r = await c.get(below + "/" + name.replace(" ", "%20"))
            guarded = name in ("index.html", "averylongname.htm")
            want = (401, "guarded") if guarded else (200, name)
            assert (r.status, r.text) == want, (folder, name, r.status)
        for name in OTHERS:
            for method in ("GET", "HEAD"):
                r = await c.request(method, below + "/" + name)
                assert r.status == 404, (folder, name, r.status, r.text)
        r = await c.get(below + "/sub")
        assert r.status == 308 and (await c.get(below + "/sub/")).text == "sub/index.html"

    serve(app, check)


def fill(folder):
    for name in ("", "/sub"):
        try:
            os.mkdir(folder + name)
        except OSError:
            pass  # it is there
    for name in NAMES:
        with open(folder + "/" + name, "w") as f:
            f.write(name)


memory = Memory(50)
TOP = tmp_folder() + "/lws_names"
fill(TOP)
serve_folder(TOP, "")
for kind in ("VfsFat", "VfsLfs2"):
    if hasattr(vfs, kind):
        fs = getattr(vfs, kind)
        fs.mkfs(memory)
        vfs.mount(fs(memory), "/names")
        fill("/names/Top")
        serve_folder("/names", "/Top")
        serve_folder("/names/top" if kind == "VfsFat" else "/names/Top", "")  # the app's own word
        vfs.umount("/names")
