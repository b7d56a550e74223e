# Server-sent events: a response that goes on.
import _lws

from .response import Response

_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}


def _text(data):
    if isinstance(data, (dict, list)):
        return _lws.json_dumps(data)
    if isinstance(data, (bytes, bytearray)):
        return data.decode()
    return str(data)


# Lines of a field; a line break in the data begins a new line of the same field.
def _field(name, text):
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(name + ": " + line + "\n" for line in text.split("\n"))


# A field that is one line.
def _line(name, value):
    text = str(value)
    if "\n" in text or "\r" in text:
        raise ValueError("%s is one line" % name)
    return name + ": " + text + "\n"


class SSE:
    def __init__(self, request):
        self._request = request

    # await sse.send(...) waits until the peer took it. retry: seconds.
    def send(self, data, event=None, event_id=None, retry=None, comment=False):
        if comment:
            return self._request.write(_field("", _text(data)) + "\n")
        text = _field("data", _text(data))
        if event_id:
            text = _line("id", event_id) + text
        if event:
            text = _line("event", event) + text
        if retry:
            text = "retry: %d\n%s" % (retry * 1000, text)
        return self._request.write(text + "\n")


# A body that writes itself.
class _Events:
    def __init__(self, f, args, params):
        self._call = f, args, params

    async def pump(self, request, body):
        f, args, params = self._call
        request.events()
        await f(request, SSE(request), *args, **params)


# A route whose coroutine (request, sse) sends events.
def with_sse(f):
    def route(request, *args, **params):
        return Response(_Events(f, args, params), 200, _HEADERS)

    return route
