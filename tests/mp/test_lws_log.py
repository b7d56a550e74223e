# lws.Context().log(levels): what happens to connections, printed.
import io
import os

from http_client import serve

import lws
from lws.http import Server

app = Server()


@app.get("/")
def index(request):
    return "index"


class Output(io.IOBase):
    def __init__(self):
        self.data = b""

    def write(self, buffer):
        self.data += bytes(buffer)
        return len(buffer)

    def readinto(self, buffer):
        return None

    def ioctl(self, op, arg):
        return 0


async def visit(c):
    assert (await c.get("/")).text == "index"
    await c.send(b"nonsense\r\n\r\n")
    assert (await c.response()).status == 400


def printed(levels):
    output = Output()
    lws.Context().log(levels)
    if not hasattr(os, "dupterm"):
        return None
    os.dupterm(output)
    try:
        serve(app, visit)
    finally:
        os.dupterm(None)
        lws.Context().log(0)
    return output.data.decode()


text = printed(lws.LOG_NOTICE + lws.LOG_INFO)
if text is None:
    serve(app, visit)
    lws.Context().log(0)
else:
    assert " I ++ [conn|" in text and "|h1|server] (1)" in text, text
    assert " N [conn|" in text and "refused: 400 Bad Request" in text, text
    assert " I -- [conn|" in text and " s rx " in text, text
    assert printed(lws.LOG_WARN).count("conn|") == 0
