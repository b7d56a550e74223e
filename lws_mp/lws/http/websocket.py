# WebSocket handlers that need more than the C server's own opening: parameters, hooks,
# subprotocols, microdot's decorator.
import _lws

from ..errors import ConnectionClosed
from .errors import HTTPException
from .response import already_handled

WebSocketError = ConnectionClosed
_UPGRADE = {"Upgrade": "websocket", "Sec-WebSocket-Version": "13"}


# The first protocol of the peer's list that is ours, too.
def _choose(request, protocols):
    for given in ",".join(request.headers.get_all("Sec-WebSocket-Protocol")).split(","):
        if given.strip() in protocols:
            return given.strip()
    return None


def upgrade(request, protocols=(), handler=None):
    if not request.websocket:
        raise HTTPException(426, "this is a WebSocket", _UPGRADE)
    return request.upgrade(_choose(request, protocols), None, handler)


# Is a WebSocket handler a plain function (ws, message)? What a decorator made may be either.
def is_plain(f):
    kind = _lws.is_coroutine(f)
    if kind is None:
        raise ValueError("a WebSocket handler that a function made: say plain=True or plain=False")
    return not kind


# (handler, direct) of a WebSocket: direct: nobody has to be asked before it opens.
def handler_of(f, plain, protocols):
    if hasattr(f, "around"):
        return f.around(handler_of(f.handler, plain, protocols)[0]), None
    plain = is_plain(f) if plain is None else plain
    return opener(f, plain, protocols), (f, plain)


# A handler (request, **params) that opens a WebSocket for f.
def opener(f, plain, protocols):
    def open_task(request, **params):
        return f(request, upgrade(request, protocols), **params)

    def open_plain(request, **params):
        call = (lambda ws, message: f(ws, message, **params)) if params else f
        upgrade(request, protocols, call)
        return already_handled

    return open_plain if plain else open_task


# microdot's: a route whose coroutine (request, ws) gets a WebSocket.
def with_websocket(f):
    return opener(f, False, ())


async def websocket_upgrade(request):
    return upgrade(request)
