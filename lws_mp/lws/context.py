# The one loop: in C, for our connections and for every stream that asyncio waits for.
import asyncio

import _lws

from .errors import ConnectionClosed

core = asyncio.core


# Tasks that wait in the queue before ours go on waiting in ours.
def _take_over(old, new):
    running = core.cur_task
    for reader, writer, stream in old.map.values():
        if reader:
            core.cur_task = reader
            new.queue_read(stream)
        if writer:
            core.cur_task = writer
            new.queue_write(stream)
    core.cur_task = running


# Makes the context asyncio's I/O queue, for good: a new event loop keeps it.
def install():
    context = _lws.context()
    old = core._io_queue
    if old is not context:
        context.closed_error = ConnectionClosed
        core._io_queue = context
        core.IOQueue = _lws.context
        _take_over(old, context)
    return context


# The context: run(), stop(), service(ms). There is one in a process.
def Context():
    return install()


# Does asyncio run? (else the context's own loop does, and no task can)
def in_asyncio():
    return core.cur_task is not None
