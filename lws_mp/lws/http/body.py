# Bodies that come in pieces: generators, async iterators, files, event streams.
import asyncio
import sys

import _lws

from ..context import in_asyncio
from .response import (
    GENERATOR,
    TEXT,
    Response,
    already_handled,
    close_body,
    make_response,
    with_charset,
)


# A generator whose first piece was taken to see that it is a body.
class Pieces:
    def __init__(self, first, rest):
        self.first = first
        self.rest = rest
        self.close = rest.close

    def __iter__(self):
        yield self.first
        yield from self.rest


# What a generator object comes to: a coroutine's result, or a body when text is its first value.
def settle(generator):
    try:
        first = next(generator)
    except StopIteration as e:
        return "" if e.value is None and _lws.yields_values(generator) else e.value
    if isinstance(first, TEXT):
        return Pieces(first, generator)
    if first is not None or not _lws.is_waiting():
        generator.close()
        what = "None" if first is None else type(first).__name__
        raise TypeError("a generator yielded %s, which is no text" % what)
    try:
        yield first
    except BaseException as exc:
        try:
            yield generator.throw(exc)
        except StopIteration as e:
            return e.value
    return (yield from generator)


# For the C server: a value it can send, or None when the answer is on its way.
def convert(request, value):
    if value is already_handled:
        return None
    if type(value) is tuple and type(value[-1]) is GENERATOR:
        value = Pieces(*value)
    try:
        value = make_response(value)
        hooks = request.after_hooks
        if hooks:
            request.after_hooks = None
            for hook in hooks:
                value = _finished(hook(request, value)) or value
        return _deliver(request, value)
    except BaseException:
        close_body(value)
        raise


# A hook that is a coroutine function may not wait here.
def _finished(value):
    if type(value) is not GENERATOR:
        return value
    try:
        next(value)
    except StopIteration as e:
        return e.value
    raise RuntimeError("a request's after_request hook cannot wait")


# The simple value of a response; its stream is started otherwise.
def _deliver(request, response):
    if response is already_handled:
        return None
    value = response.simple()
    if value is None:
        _start(request, response)
    return value


def _start(request, response):
    if not (hasattr(response.body, "read") and _send_file(request, response)):
        _send_pieces(request, response)


def _set_type(response, kind):
    if "Content-Type" not in response.headers and response.status_code not in (204, 205, 304):
        response.headers["Content-Type"] = kind


# Whose name is not known, what it is is not known either.
def _file_type(file):
    name = getattr(file, "name", None)
    return Response.type_of(name if isinstance(name, str) else "")


def _send_pieces(request, response):
    body, fields = response.body, response.headers.fields
    pump = _pump_of(body)
    _set_type(response, with_charset(Response.default_content_type))
    silent = request.method == "HEAD"
    request.start(response.status_code, None, fields)
    if silent:
        close_body(body)
        request.end()
    elif in_asyncio():
        task = _guard(request, body, pump)
        if not request.run(task):
            asyncio.create_task(task)
    else:
        _at_once(request, body)


def _pump_of(body):
    if hasattr(body, "pump"):
        return body.pump
    if hasattr(body, "__aiter__") or hasattr(body, "__anext__"):
        return _pump_async
    if hasattr(body, "read"):
        return _pump_file
    if hasattr(body, "__next__") or hasattr(body, "__iter__"):
        return _pump_iter
    raise TypeError("a handler returned %s, which is no response" % type(body).__name__)


# A native file of known length is read and sent by the C server.
def _send_file(request, response):
    file = response.body
    _set_type(response, _file_type(file))
    try:
        at = file.tell()
        length = file.seek(0, 2) - at
        file.seek(at)
        request.sendfile(file, response.status_code, length, response.headers.fields)
    except (AttributeError, OSError):
        return False
    return True


async def _guard(request, body, pump):
    try:
        await pump(request, body)
        request.end()
    except Exception as exc:
        # No clean end. That the peer has gone is its own affair.
        if request.abort() or not isinstance(exc, OSError):
            sys.print_exception(exc)
    finally:
        close_body(body)


async def _pump_iter(request, body):
    for piece in body:
        if piece:
            await request.write(piece)


async def _pump_async(request, body):
    async for piece in body:
        if piece:
            await request.write(piece)


async def _pump_file(request, body):
    while True:
        piece = body.read(1024)
        if type(piece) is GENERATOR:
            piece = await piece
        if not piece:
            return
        await request.write(piece)


# Without asyncio nothing can wait for the peer: the body gathers in the output queue.
def _at_once(request, body):
    try:
        for piece in iter(lambda: body.read(1024), b"") if hasattr(body, "read") else body:
            request.write(piece)
        request.end()
    except Exception:
        request.abort()
        raise
    finally:
        close_body(body)
