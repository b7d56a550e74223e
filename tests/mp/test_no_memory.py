# Memory ends at the worst moment: what was begun is undone, and the next one is served.
import asyncio
import gc
import io
import os

import _lws
import micropython

# The context needs a few blocks. However many of them there are, what fails leaves the process
# its descriptors.
LEAST, MOST, STEP = 128, 1408, 64
STDIN = "/proc/self/fd/0"


def has_stdin():
    try:
        os.stat(STDIN)
        return True
    except OSError:
        return False


# All of the heap, but for so many bytes in one piece.
def fill_but(n):
    spare = bytearray(n)
    chain = None
    size = 1 << 16
    while size >= 16:
        try:
            chain = [chain, bytearray(size)]
        except MemoryError:
            size >>= 1
    spare = None  # noqa: F841
    return chain


def check_context():
    before = has_stdin()
    for n in range(LEAST, MOST, STEP):
        chain = fill_but(n)
        try:
            _lws.context()
        except MemoryError:
            pass
        chain = None  # noqa: F841
        gc.collect()
        assert has_stdin() == before, n


class Silent(io.IOBase):
    def ioctl(self, op, arg):
        return 0 if op == 3 else -22


# A wait that finds no memory leaves nothing behind.
async def check_wait():
    context = _lws.context()
    streams = [Silent() for _ in range(8)]
    task = asyncio.current_task()
    for stream in streams:
        micropython.heap_lock()
        try:
            context.queue_read(stream)
        except MemoryError:
            pass
        else:
            raise AssertionError("there was memory")
        finally:
            micropython.heap_unlock()
        context.remove(task)
    assert not context.map


async def waits(request):
    micropython.heap_lock()  # it is kept from here on, or would be
    await gate


async def at_once(request):
    return "at once"


def returns_coroutine(request):
    coroutine = at_once(request)
    micropython.heap_lock()  # no task can be made of it
    return coroutine


# The application's error handler, which finds memory again.
def on_error(request, exc):
    micropython.heap_unlock()
    assert isinstance(exc, MemoryError), exc
    return "no memory", 503


class Gate:
    def __iter__(self):
        return self

    def __next__(self):
        asyncio.core.cur_task.data = self
        return None

    def remove(self, task):
        pass


gate = Gate()


async def check_handlers():
    from bare import get, listen

    vhost = _lws.Vhost()
    vhost.error = on_error
    vhost.route("/waits", "GET", waits)
    vhost.route("/coroutine", "GET", returns_coroutine)
    vhost.route("/well", "GET", lambda request: "well")
    sock, port = listen(vhost)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path, status in (("/waits", b"503"), ("/coroutine", b"503"), ("/well", b"200")) * 3:
        writer.write(get(path))
        await writer.drain()
        line = await reader.readline()
        assert status in line, (path, line)
        n = 0
        while line != b"\r\n":
            line = await reader.readline()
            if line.startswith(b"Content-Length: "):
                n = int(line[16:])
        await reader.readexactly(n)
    writer.close()
    await writer.wait_closed()
    vhost.close()
    _lws.context().unlisten(sock)


async def main():
    await check_wait()
    await check_handlers()


check_context()
asyncio.core._io_queue = _lws.context()
asyncio.run(asyncio.wait_for(main(), 60))
print("OK")
