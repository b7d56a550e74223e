"""^C reaches a server wherever it is: waiting, in a plain handler, in a coroutine."""

import signal
import socket
import time

import pytest

FIRMWARES = ["unix", "unix-select"]

APP = """
import os
from lws.http import Server

app = Server()


@app.get("/plain")
def plain(request):
    while True:
        pass


@app.get("/coroutine")
async def coroutine(request):
    while True:
        pass


app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
print("ended by itself")
"""


@pytest.mark.parametrize("path", [None, "/plain", "/coroutine"])
def test_interrupt(serve, path):
    server = serve(APP)
    with socket.create_connection(("127.0.0.1", server.port), 60) as sock:
        if path:
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(0.3)
        server.proc.send_signal(signal.SIGINT)
        assert server.proc.wait(60) == 0
