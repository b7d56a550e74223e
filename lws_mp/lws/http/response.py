# What a handler may return when a str, dict or tuple does not say enough.
import os

import _lws
from micropython import const

from .errors import HTTPException

GENERATOR = type((lambda: (yield))())
TEXT = (str, bytes, bytearray, memoryview)

_REGULAR = const(0x8000)

# Returned by what has answered the request itself.
already_handled = object()


# Header fields: names in any case, in the order they were set.
class Headers:
    def __init__(self, fields=None):
        self.fields = {}
        if fields:
            self.update(fields)

    def _key(self, name):
        if name not in self.fields:
            low = name.lower()
            for key in self.fields:
                if key.lower() == low:
                    return key
        return name

    def __getitem__(self, name):
        return self.fields[self._key(name)]

    def __setitem__(self, name, value):
        self.fields[self._key(name)] = value

    def __delitem__(self, name):
        del self.fields[self._key(name)]

    def __contains__(self, name):
        return self._key(name) in self.fields

    def __iter__(self):
        return iter(self.fields)

    def get(self, name, default=None):
        return self.fields.get(self._key(name), default)

    def items(self):
        return self.fields.items()

    def update(self, fields):
        for name, value in fields.items():
            self[name] = value


class Response:
    # By the name's end; others are the C server's. For files that handlers answer with.
    types_map = {
        "css": "text/css; charset=utf-8",
        "gif": "image/gif",
        "html": "text/html; charset=utf-8",
        "jpg": "image/jpeg",
        "js": "text/javascript; charset=utf-8",
        "json": "application/json",
        "png": "image/png",
        "txt": "text/plain; charset=utf-8",
        "svg": "image/svg+xml",
    }
    default_content_type = "text/plain"
    default_send_file_max_age = None
    already_handled = already_handled

    # reason is kept for hooks; on the wire the status speaks for itself.
    def __init__(self, body=b"", status_code=200, headers=None, reason=None):
        self.body = body
        self.status_code = 204 if body is None and status_code == 200 else status_code
        self.headers = Headers(headers)
        self.reason = reason

    def set_cookie(self, cookie, value, *args, **options):
        partitioned = options.pop("partitioned", False)
        if type(value) is int:
            value = str(value)
        if type(cookie) is not str or type(value) is not str:
            raise TypeError("a cookie is a str and its value a str or int")
        field = _lws.set_cookie(cookie, value, *args, **options)
        if partitioned:
            field += "; Partitioned"
        self.headers.fields.setdefault("Set-Cookie", []).append(field)

    # path and domain as they were when it was set.
    def delete_cookie(self, cookie, **options):
        options["expires"], options["max_age"] = 1, 0
        self.set_cookie(cookie, "", **options)

    # The tuple that the C server sends, or None when the body comes in pieces.
    def simple(self):
        body = self.body
        if isinstance(body, TEXT):
            self._default_type()
        elif body is not None and not isinstance(body, (dict, list)):
            return None
        return body, self.status_code, self.headers.fields

    def _default_type(self):
        kind = Response.default_content_type
        if kind != "text/plain" and "Content-Type" not in self.headers:
            self.headers["Content-Type"] = with_charset(kind)

    @classmethod
    def type_of(cls, name):
        return cls.types_map.get(name.rsplit(".", 1)[-1]) or _lws.mime(name)

    @classmethod
    def redirect(cls, location, status_code=302):
        return cls(b"", status_code, {"Location": location})

    @classmethod
    def send_file(
        cls,
        filename,
        status_code=200,
        content_type=None,
        stream=None,
        max_age=None,
        compressed=False,
        file_extension="",
    ):
        name = filename[:-3] if compressed and filename.endswith(".gz") else filename
        headers = {"Content-Type": content_type or cls.type_of(name)}
        if max_age is None:
            max_age = cls.default_send_file_max_age
        if max_age is not None:
            headers["Cache-Control"] = "max-age=%d" % max_age
        if compressed:
            headers["Content-Encoding"] = "gzip" if compressed is True else compressed
        return cls(stream or _open(filename + file_extension), status_code, headers)


def with_charset(kind):
    return kind if "charset" in kind else kind + "; charset=UTF-8"


# Only a regular file has an end.
def _open(path):
    try:
        if os.stat(path)[0] & 0xF000 == _REGULAR:
            return open(path, "rb")
    except OSError:
        pass
    raise HTTPException(404)


# A Response of whatever a handler returned.
def make_response(value):
    if isinstance(value, Response):
        return value
    if isinstance(value, tuple):
        return _of_tuple(value)
    if isinstance(value, int):
        return Response(_lws.reason(value), value)
    return Response(value)


# (body, status), (body, headers), (body, status, headers), (status, headers)
def _of_tuple(value):
    body, status, headers = value[0], 200, None
    for item in value[1:]:
        if isinstance(item, int):
            status = item
        else:
            headers = item
    if isinstance(body, int):
        body, status = b"", body
    try:
        return Response(body, status, headers)
    except BaseException:
        close_body(body)
        raise


# Of a response that cannot be sent, or of a body that was.
def close_body(value):
    body = value.body if isinstance(value, Response) else value
    if hasattr(body, "close"):
        body.close()


redirect = Response.redirect
send_file = Response.send_file
