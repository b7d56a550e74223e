# What a request knows besides its head: computed when first asked for, once a request.
import _lws

from .errors import BadRequest, TooLarge

# A dict that knows all values of a name.
MultiDict = _lws.MultiDict


# Settings in microdot's place; None: the Server's own. In bytes.
class Request:
    max_content_length = None
    max_body_length = None
    max_readline = None


# request.g: whatever the application keeps while it answers.
class G:
    pass


def mime_of(request):
    return (request.content_type or "").split(";")[0].strip().lower()


# The C server has only a body that it collected.
def _must_be_collected(request):
    if request.streaming:
        raise TooLarge("the body is longer than max_body: read request.stream")


def _body(request):
    _must_be_collected(request)
    return request.body


def _args(request):
    try:
        return MultiDict(_lws.parse_query(request.query_string))
    except ValueError:
        raise BadRequest("malformed query")


def _cookies(request):
    return _lws.parse_cookies("; ".join(request.headers.get_all("Cookie")))


def _json(request):
    mime = mime_of(request)
    if mime != "application/json" and not mime.endswith("+json"):
        return None
    _must_be_collected(request)
    try:
        return request.body_json()
    except ValueError as e:
        raise BadRequest(str(e))


def _form(request):
    mime = mime_of(request)
    if mime == "application/x-www-form-urlencoded":
        body = _body(request)
        try:
            return MultiDict(_lws.parse_form(body))
        except ValueError:
            raise BadRequest("malformed form")
    if mime == "multipart/form-data":
        from .uploads import collect

        form, request.files = collect(request, _body(request))
        return form
    return None


# None when the request is no multipart form.
def _files(request):
    if mime_of(request) != "multipart/form-data":
        return None
    from .uploads import collect

    request.form, files = collect(request, _body(request))
    return files


# request.parts(): the fields and files of a multipart form, while they arrive.
def _parts(request):
    from .uploads import Parts

    return lambda: Parts(request)


def _stream(request):
    from .stream import body_of

    return body_of(request)


# (route, parameters of the path): looked for once a request
def _found(request):
    return request.app.find(request.method, request.path)


def _mounted(request):
    route = request.found[0]
    return route.mounted if route else ("", None)


def _route(request):
    route = request.found[0]
    return route and route.handler


# @request.after_request registers a function (request, response) for this request alone.
def _after_request(request):
    request.after_hooks = hooks = []

    def register(f):
        hooks.append(f)
        return f

    return register


attributes = {
    "args": _args,
    "body": _body,
    "cookies": _cookies,
    "json": _json,
    "form": _form,
    "files": _files,
    "parts": _parts,
    "stream": _stream,
    "found": _found,
    "route": _route,
    "subapp": lambda request: _mounted(request)[1],
    "url_args": lambda request: request.found[1],
    "url_prefix": lambda request: _mounted(request)[0],
    "g": lambda request: G(),
    "after_request": _after_request,
}
