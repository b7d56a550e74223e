"""What ends the loop, from wherever it is raised; and what must not be lost of a handler's end."""

import socket
import time

import pytest

FIRMWARES = ["unix", "unix-select"]

APP = """
import asyncio
import os
from lws.http import Server

app = Server()
gone = []

class Says:
    def __init__(self, exception):
        self.exception = exception

    def __str__(self):
        raise self.exception

@app.get("/error")
def error(request):
    raise ValueError("no")

@app.get("/later-error")
async def later_error(request):
    await asyncio.sleep_ms(1)
    raise ValueError("no")

@app.errorhandler(ValueError)
def on_error(request, exc):
    raise SystemExit

@app.get("/value")
def value(request):
    return "x", 200, {"X-A": Says(KeyboardInterrupt())}

@app.get("/later-value")
async def later_value(request):
    await asyncio.sleep_ms(1)
    return "x", 200, {"X-A": Says(KeyboardInterrupt())}

@app.get("/at-once-value")
async def at_once_value(request):
    return "x", 200, {"X-A": Says(SystemExit())}

# Its client goes without waiting for the answer.
@app.get("/lost")
async def lost(request):
    print("asked")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        pass
    raise RuntimeError("nobody waits for this")

@app.get("/sends")
async def sends(request):
    print("asked")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        pass
    await request.start(200)

try:
    app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
    print("ended")
except SystemExit as e:
    print("ended by SystemExit")
"""

PATHS = {
    "/error": "ended by SystemExit",
    "/later-error": "ended by SystemExit",
    "/value": "ended",  # app.run() ends with ^C as a server does
    "/later-value": "ended",
    "/at-once-value": "ended by SystemExit",
}


def ask(server, path):
    s = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    s.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode())
    return s


@pytest.mark.parametrize("path", PATHS)
def test_loop_ends(serve, path):
    server = serve(APP)
    server.may_exit = True
    with ask(server, path) as s:
        try:
            assert s.recv(1000) == b""
        except ConnectionResetError:
            pass
    assert server.proc.wait(60) == 0
    assert server.stdout.endswith(PATHS[path] + "\n"), server.stdout


def until(server, text):
    end = time.monotonic() + 60
    while text not in server.stdout:
        assert time.monotonic() < end, server.describe()
        time.sleep(0.01)


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    s.close()


def test_exception_without_client_is_printed(serve):
    server = serve(APP)
    s = ask(server, "/sends")
    until(server, "asked")
    reset(s)
    s = ask(server, "/lost")
    until(server, "asked\nasked\n")
    reset(s)
    until(server, "RuntimeError: nobody waits for this")
    assert "OSError" not in server.stdout  # that it has gone is no news
