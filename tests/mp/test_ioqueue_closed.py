# A stream that is closed while a task waits for it, or before: the task goes on, and who gets the
# descriptor next keeps it.
import asyncio
import errno
import io
import socket

import _lws
from bare import get, listen

vhost = _lws.Vhost()
vhost.route("/hello", "GET", lambda request: "hello")
ERRORS = (errno.EBADF, errno.ENOTCONN)  # lwIP says the latter of some


async def until(condition):
    while not condition():
        await asyncio.sleep_ms(1)


# The error that waiting for a stream ends in; None: it was cancelled, or there was none.
async def outcome(wait):
    try:
        await wait
    except OSError as e:
        return e.errno
    except asyncio.CancelledError:
        pass


async def ask(reader, writer):
    writer.write(get("/hello"))
    await writer.drain()
    return b"200" in await reader.readline()


# A reader waits whose socket another task closes. cancel: it is not woken but cancelled then, by
# who has taken the number meanwhile.
async def closed_while_it_waits(port, cancel):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await until(lambda: vhost.conns)
    task = asyncio.create_task(outcome(reader.read(1)))
    await asyncio.sleep_ms(0)
    writer.s.close()
    if cancel:
        other = await asyncio.open_connection("127.0.0.1", port)
        await until(lambda: vhost.conns)
        task.cancel()
        await asyncio.sleep_ms(0)
        assert await ask(*other)
        assert await outcome(task) is None
        await until(lambda: vhost.conns)
        other[1].s.close()
    else:
        error = await task
        assert error in ERRORS, error
    await until(lambda: not vhost.conns)


# Nothing is left of a wait that could not begin: the second raises the same.
async def closed_before(port):
    s = socket.socket()
    s.close()
    stream = asyncio.StreamReader(s)
    for _ in range(2):
        error = await outcome(stream.read(1))
        assert error in ERRORS, error


# Who waits keeps its place when a second is refused.
async def two_wait(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await until(lambda: vhost.conns)
    first = asyncio.create_task(outcome(reader.read(1)))
    await asyncio.sleep_ms(0)
    try:
        _lws.context().queue_read(writer.s)
    except RuntimeError:
        pass
    else:
        raise AssertionError("two tasks read one stream")
    writer.write(get("/hello"))
    await writer.drain()
    assert await first is None
    writer.s.close()
    await until(lambda: not vhost.conns)


# A stream of the application's that raises when it is asked: who waits for it goes on, and all
# others do.
class Broken(io.IOBase):
    asked = 0

    def ioctl(self, op, arg):
        if op == 3:
            self.asked += 1
            if self.asked > 1:
                raise ValueError("broken")
            return 0
        return -22

    def read(self, n):
        raise OSError(errno.EBADF)


async def raises_when_asked(port):
    stream = asyncio.StreamReader(Broken())
    assert await outcome(stream.read(1)) == errno.EBADF
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await ask(reader, writer)
    writer.s.close()
    await until(lambda: not vhost.conns)


async def main():
    sock, port = listen(vhost)
    await closed_while_it_waits(port, False)
    await closed_while_it_waits(port, True)
    await closed_before(port)
    await two_wait(port)
    await raises_when_asked(port)
    assert _lws.context().map  # the listener
    _lws.context().unlisten(sock)
    assert not _lws.context().map


asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
