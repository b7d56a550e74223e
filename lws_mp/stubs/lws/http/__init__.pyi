"""HTTP and WebSocket server in microdot's and Flask's words."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any, NoReturn, TypeVar

import _lws
from _lws import WebSocket

from lws import ConnectionClosed

Handler = Callable[..., Any]
_V = TypeVar("_V")

class Server:
    """app = Server(max_conns=8): settings are those of _lws.Vhost, in bytes and ms."""

    debug: bool
    options_handler: Callable[[Request], dict[str, str]]

    def __init__(self, **settings: int) -> None:
        """TypeError: a setting that there is none of, or no int. ValueError: below 0, or above
        32 bits (max_content_length: 64)."""
    @staticmethod
    def abort(status_code: int, reason: str | None = None) -> NoReturn: ...
    def route(
        self, path: str, methods: Iterable[str] | None = None
    ) -> Callable[[Handler], Handler]:
        """Registers handler(request, **parameters) for "/fixed", "/<name>", "/<int:id>",
        "/<path:rest>", "/<re:[a-f]+:hex>". A fixed path wins over parameters; otherwise the first
        that was registered. methods: GET unless given. HEAD and OPTIONS are answered as well.
        "" is the prefix of the mount. ValueError: a path that cannot be read, or without its
        leading slash.

        The handler returns str, bytes, dict or list (JSON), None (204), an int (status),
        (body, status), (body, headers), (body, status, headers), a Response, a file, a generator
        or an async iterator. A coroutine may await; a plain function is answered at once."""
    def get(self, path: str) -> Callable[[Handler], Handler]: ...
    def post(self, path: str) -> Callable[[Handler], Handler]: ...
    def put(self, path: str) -> Callable[[Handler], Handler]: ...
    def patch(self, path: str) -> Callable[[Handler], Handler]: ...
    def delete(self, path: str) -> Callable[[Handler], Handler]: ...
    def options(self, path: str) -> Callable[[Handler], Handler]: ...
    def websocket(
        self, path: str, protocols: Iterable[str] = (), plain: bool | None = None
    ) -> Callable[[Handler], Handler]:
        """A coroutine (request, ws, **parameters), or a plain function (ws, message, **parameters)
        called for each message. plain tells which where it cannot be seen from the function.
        ValueError: as for route()."""
    def mount(
        self, what: Server | str, url_prefix: str = "", local: bool = False, **options: Any
    ) -> None:
        """mount(subapp, url_prefix, local): routes below a prefix; local: its hooks and error
        handlers are for all below the prefix (files, WebSockets, 404 too), and nothing else.
        mount("/prefix", "/folder", max_age=0, gzip=False, index="index.html"): files. max_age in
        seconds; gzip: name.gz is sent when the client takes it. With before_request hooks files
        are sent after them; after_request hooks never see files. ValueError: a prefix without its
        leading slash, no folder. TypeError: an option that there is none of, no Server."""
    def before_request(self, f: Handler) -> Handler:
        """f(request): what it returns, unless None, is the answer. It sees every request: for
        files, WebSockets, what is not found, OPTIONS."""
    def after_request(self, f: Handler) -> Handler:
        """f(request, response) -> response or None"""
    def after_error_request(self, f: Handler) -> Handler:
        """f(request, response) -> response or None, for answers to errors"""
    def errorhandler(
        self, status_code_or_exception_class: int | type[BaseException]
    ) -> Callable[[Handler], Handler]:
        """f(request) for a status, f(request, exception) for a class."""
    @property
    def vhost(self) -> _lws.Vhost:
        """The C server with its settings."""
    @property
    def requests(self) -> int:
        """Answered so far."""
    def connections(self) -> list[tuple[int, str, str, int, int, int]]:
        """(id, "ip:port", role, age in ms, bytes received, bytes sent), newest first"""
    def listen(
        self,
        port: int = 5000,
        host: str = "0.0.0.0",
        ssl: Any = None,
        cert: Any = None,
        key: Any = None,
        net: bool = True,
    ) -> None:
        """Serves from now on, in asyncio's loop or in lws.Context().run(). On a board lws.net
        brings the network up, unless net=False or host is 127.0.0.1; then the address is printed.
        Without asyncio that waits 30 s at most. host: "0.0.0.0" for every interface, or an address
        of this machine. OSError: the port is taken, the host unknown. ValueError: port is 1 to
        65535. TypeError: port is no int, host no str. NotImplementedError: TLS."""
    async def start_server(
        self,
        host: str = "0.0.0.0",
        port: int = 5000,
        debug: bool = False,
        *,
        net: bool = True,
        **tls: Any,
    ) -> None:
        """Serves until shutdown(); net is that of listen(). debug prints a line for each
        request."""
    def run(
        self,
        host: str = "0.0.0.0",
        port: int = 5000,
        debug: bool = False,
        *,
        net: bool = True,
        **tls: Any,
    ) -> None:
        """Runs asyncio with start_server(); returns after shutdown() or ^C."""
    def shutdown(self) -> None:
        """Takes no more connections, says goodbye to those there are. A handler may call it."""
    def is_static(self, path: str) -> bool: ...
    def find(self, method: str, path: str) -> tuple[Any, Any]: ...
    def sort_routes(self) -> None: ...
    def dispatch(self, request: Request) -> Any: ...
    def failed(self, request: Request, exc: Exception) -> Any: ...
    def run_hooked(self, request: Request, route: Any, params: dict[str, Any]) -> Any: ...
    def default_options_handler(self, request: Request) -> dict[str, str]: ...

Microdot = Server

class Request(_lws.Request):
    """What a handler gets."""

    max_content_length: int | None
    """Of the class: bytes of a body for all servers; None: each server's own."""
    max_body_length: int | None
    """Of the class: bytes of a body that is collected; None: each server's own."""
    max_readline: int | None
    """Of the class: bytes of a request line or field, 1 to 63487; None: each server's max_line."""
    args: MultiDict[str]
    """Of the query. 400: malformed."""
    cookies: dict[str, str]
    json: Any
    """None: another content type. 400: malformed. 413: longer than max_body."""
    form: MultiDict[str] | None
    """None: no form. 400: malformed. 413: longer than max_body."""
    files: MultiDict[FileUpload] | None
    stream: Reader
    url_args: dict[str, Any] | None
    """None: no route."""
    found: tuple[Any, dict[str, Any] | None]
    route: Handler | None
    """The handler that was registered for the path; None: no route."""
    subapp: Server | None
    """The sub-application that brought the route, of several the innermost."""
    url_prefix: str
    """Where that is mounted; "" where it is not."""
    g: Any
    """Whatever the application keeps while it answers."""

    def parts(self) -> AsyncIterator[FileUpload]:
        """Fields and files of a multipart form of any length, as they arrive. 400: malformed."""
    def after_request(self, f: Handler) -> Handler:
        """f(request, response) -> response or None, for this request; it cannot wait."""

class Response:
    types_map: dict[str, str]
    """Of the class: types of files by the end of their names, for send_file() and files as bodies.
    What it does not have the C server knows. Folders of files do not look here."""
    default_content_type: str
    """Of the class: for str bodies. Default "text/plain"."""
    default_send_file_max_age: int | None
    already_handled: Any
    """Returned by a handler that answered by the request's methods."""
    body: Any
    status_code: int
    headers: Any
    """A mapping; names in any case, a list for a field that comes more than once."""
    reason: str | None

    def __init__(
        self,
        body: Any = b"",
        status_code: int = 200,
        headers: dict[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """reason is for hooks, it is not sent."""
    def set_cookie(
        self,
        cookie: str,
        value: str | int,
        path: str | None = None,
        domain: str | None = None,
        expires: int | str | None = None,
        max_age: int | None = None,
        secure: bool = False,
        http_only: bool = False,
        partitioned: bool = False,
        same_site: str | None = None,
    ) -> None:
        """expires: seconds since 1970 or an HTTP date. max_age in seconds. ValueError: characters
        that a cookie cannot hold. TypeError: a value that is neither str nor int."""
    def delete_cookie(self, cookie: str, **options: Any) -> None:
        """path and domain as they were when it was set."""
    @classmethod
    def type_of(cls, name: str) -> str: ...
    def simple(self) -> tuple[Any, int, dict[str, Any]] | None: ...
    @classmethod
    def redirect(cls, location: str, status_code: int = 302) -> Response: ...
    @classmethod
    def send_file(
        cls,
        filename: str,
        status_code: int = 200,
        content_type: str | None = None,
        stream: Any = None,
        max_age: int | None = None,
        compressed: bool | str = False,
        file_extension: str = "",
    ) -> Response:
        """A file by its name, which is trusted. max_age in seconds. 404: it cannot be opened."""

def redirect(location: str, status_code: int = 302) -> Response: ...
def send_file(
    filename: str,
    status_code: int = 200,
    content_type: str | None = None,
    stream: Any = None,
    max_age: int | None = None,
    compressed: bool | str = False,
    file_extension: str = "",
) -> Response: ...

class HTTPException(Exception):
    """Raised by a handler, answered with its status."""

    status_code: int
    reason: str | None
    headers: dict[str, str] | None

    def __init__(
        self, status_code: int, reason: str | None = None, headers: dict[str, str] | None = None
    ) -> None: ...

def abort(status_code: int, reason: str | None = None) -> NoReturn: ...

class MultiDict(dict[str, _V]):
    """A dict of the first value of each name; getlist() has all. m[name] = value adds one; dict's
    own methods (update(), pop()) set and remove all of a name."""

    def __init__(self, pairs: Any = (), /) -> None: ...
    def get(self, key: str, default: Any = None, type: Callable[[str], Any] | None = None) -> Any:
        """type: a function for the value, e.g. int."""
    def getlist(self, key: str, type: Callable[[str], Any] | None = None) -> list[Any]: ...

class Reader:
    """A body, or a file of a form, as asyncio's readers give it."""

    async def read(self, n: int = -1) -> bytes:
        """At most n bytes, as soon as there are some; n = -1: all. b"" at the end."""
    async def readinto(self, buffer: bytearray) -> int: ...
    async def readexactly(self, n: int) -> bytes:
        """EOFError: it ends before."""
    async def readline(self) -> bytes: ...

class FileUpload(Reader):
    """A file or field of a form. While it arrives it is read before the next, or is lost."""

    max_memory_size: int
    """Of the class: bytes; a longer file waits in a temporary file. Default 1024."""
    temp_folder: str
    """Of the class: where that is, with its slash."""
    name: str
    filename: str | None
    """None: a field. The last part of the path; do not trust it."""
    content_type: str | None

    @property
    def data(self) -> bytes:
        """All of a file in request.files of a plain function."""
    async def text(self) -> str: ...
    async def save(self, path_or_file: Any) -> None:
        """Writes it piece by piece; the file has its name when all of it is there. OSError: the
        file system's, or the sender has gone; then no file is left."""
    async def copy(self, max_memory_size: int | None = None) -> FileUpload: ...
    async def close(self) -> None:
        """Removes the temporary file."""

class FormDataIter:
    """async for name, value in FormDataIter(request): str for fields, FileUpload for files."""

    def __init__(self, request: Request) -> None: ...
    def __aiter__(self) -> FormDataIter: ...
    async def __anext__(self) -> tuple[str, str | FileUpload]: ...

def with_form_data(f: Handler) -> Handler:
    """Fills request.form and request.files, from bodies of any length, before the route runs."""

def with_websocket(f: Handler) -> Handler:
    """A route whose coroutine (request, ws) gets a WebSocket."""

async def websocket_upgrade(request: Request) -> WebSocket:
    """HTTPException 426: no handshake."""

WebSocketError = ConnectionClosed

class SSE:
    def __init__(self, request: Request) -> None: ...
    def send(
        self,
        data: Any,
        event: str | None = None,
        event_id: str | None = None,
        retry: float | None = None,
        comment: bool = False,
    ) -> Coroutine[None, None, None]:
        """dict and list become JSON. retry in seconds. OSError: the peer is gone."""

def with_sse(f: Handler) -> Handler:
    """A route whose coroutine (request, sse) sends events until it returns."""

class CORS:
    allowed_origins: Any
    allow_credentials: bool
    allowed_methods: Iterable[str] | None
    expose_headers: Iterable[str] | None
    allowed_headers: Iterable[str] | None
    max_age: int | None

    def __init__(
        self,
        app: Server | None = None,
        allowed_origins: Any = None,
        allow_credentials: bool = False,
        allowed_methods: Iterable[str] | None = None,
        expose_headers: Iterable[str] | None = None,
        allowed_headers: Iterable[str] | None = None,
        max_age: int | None = None,
        handle_cors: bool = True,
    ) -> None:
        """allowed_origins: "*" or a list. max_age in seconds."""
    def initialize(self, app: Server, handle_cors: bool = True) -> None: ...
    def options_handler(self, request: Request) -> dict[str, str]: ...
    def preflight(self, request: Request) -> tuple[bytes, int, dict[str, str]]: ...
    def get_cors_headers(self, request: Request) -> dict[str, str]: ...
    def after_request(self, request: Request, response: Response) -> Response: ...

class BasicAuth:
    """@auth on a route: its user is in request.g.current_user."""

    def __init__(
        self, realm: str = "Please login", scheme: str = "Basic", error_status: int = 401
    ) -> None: ...
    def __call__(self, f: Handler) -> Handler: ...
    def optional(self, f: Handler) -> Handler: ...
    def authenticate(self, f: Handler) -> Handler:
        """f(request, user name, password) -> user or None"""
    def errorhandler(self, f: Handler) -> Handler:
        """f(request) -> the answer for who is not known"""
    def authentication_error(self, request: Request) -> Any: ...

class TokenAuth:
    """@auth on a route: its user is in request.g.current_user."""

    def __init__(
        self, header: str = "Authorization", scheme: str = "Bearer", error_status: int = 401
    ) -> None: ...
    def __call__(self, f: Handler) -> Handler: ...
    def optional(self, f: Handler) -> Handler: ...
    def authenticate(self, f: Handler) -> Handler:
        """f(request, token) -> user or None"""
    def errorhandler(self, f: Handler) -> Handler: ...
    def authentication_error(self, request: Request) -> Any: ...
