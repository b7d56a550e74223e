# The context's own loop: plain functions, coroutines that do not wait, bodies in pieces.
import socket

from http_client import pick_port

import lws
from lws.http import Server

context = lws.Context()
app = Server()
other = Server(max_conns=1)


@app.get("/")
def index(request):
    return "plain"


@app.get("/task")
async def task(request):
    return {"task": True}


@app.get("/pieces")
def pieces(request):
    for i in range(3):
        yield str(i)


@app.websocket("/echo")
def echo(ws, message):
    ws.send(message)


@app.get("/stop")
def stop(request):
    context.stop()
    return "stopping"


@other.get("/")
def other_index(request):
    return "other"


def listen(server):
    while True:
        port = pick_port()
        try:
            server.listen(port, "127.0.0.1")
            return port
        except OSError:
            pass


def ask(port, path):
    s = socket.socket()
    s.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
    s.send(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path.encode())
    s.setblocking(False)
    data = b""
    for _ in range(200):
        context.service(5)
        piece = s.read(2048)  # None: nothing yet
        if piece == b"":
            break
        data += piece or b""
    s.close()
    return data


port, other_port = listen(app), listen(other)
assert ask(port, "/").endswith(b"plain")
assert ask(port, "/task").endswith(b'{"task": true}')
assert b"1\r\n0\r\n1\r\n1\r\n1\r\n2\r\n0\r\n\r\n" in ask(port, "/pieces")
assert ask(other_port, "/").endswith(b"other")
assert app.requests == 3 and other.requests == 1

s = socket.socket()
s.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
s.send(b"GET /stop HTTP/1.1\r\nHost: x\r\n\r\n")
context.run()
assert s.recv(2000).endswith(b"stopping")
app.shutdown()
app.shutdown()
other.shutdown()
for bad in ({"ssl": 1}, {"cert": "a", "key": "b"}):
    try:
        app.listen(port, **bad)
        raise AssertionError
    except NotImplementedError:
        pass
try:
    Server(no_such_setting=1).listen(port, "127.0.0.1")
    raise AssertionError
except TypeError:
    pass
print("OK test_lws_no_asyncio.py")
