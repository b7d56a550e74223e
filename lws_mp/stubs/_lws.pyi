"""The C side of lws. Applications use lws and lws.http."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

PART: int
DATA: int
PART_END: int
END: int

def context() -> Context:
    """The one context of the process."""

class Context:
    """The loop: accepts, reads, calls handlers, writes. It is asyncio's I/O queue, too."""

    conns: int
    """Open connections of all servers."""
    closed_error: Any
    """Raised by receive() on a closed WebSocket: called with (code, reason)."""
    map: bool
    """Something can still happen."""

    def listen(self, sock: Any, vhost: Vhost, /) -> None:
        """Serves connections of a bound, listening, non-blocking socket. OSError: not pollable."""
    def unlisten(self, sock: Any, /) -> None:
        """Closes a socket given to listen()."""
    def run(self) -> None:
        """Serves until stop(). RuntimeError inside a handler."""
    def stop(self) -> None:
        """Ends run() after this turn."""
    def service(self, ms: int = 0, /) -> None:
        """One turn: waits at most ms milliseconds for something to happen (-1: a minute)."""
    def log(self, levels: int, /) -> None:
        """Prints what happens to connections: lws.LOG_* added up, 0: nothing."""
    def queue_read(self, stream: Any, /) -> None: ...
    def queue_write(self, stream: Any, /) -> None: ...
    def remove(self, task: Any, /) -> None: ...
    def wait_io_event(self, ms: int, /) -> None: ...

class Vhost:
    """Settings, routes and connections of one server. Times in ms, 0 switches a limit off."""

    max_conns: int
    """Connections at a time; more are answered with 503. Default 1024."""
    max_tx: int
    """Bytes queued for a peer that does not read. Default 262144."""
    max_message: int
    """Bytes of a WebSocket message; a longer one ends the connection with 1009."""
    max_body: int
    """Bytes of a request body that is collected; a longer one is streamed. Default 16384."""
    max_content_length: int
    """Bytes of a request body; more is answered with 413. Default 16777216."""
    max_line: int
    """Bytes of a request line (414) or field line (431), 1 to 63487. Default 4096."""
    max_head: int
    """Bytes of a head (431), 1 to 63487. Default 8192."""
    header_ms: int
    """For the head of a request. Default 10000."""
    keep_alive_ms: int
    """Between two requests. Default 30000."""
    body_ms: int
    """A body brings body_rate bytes a second, looked at every body_ms. Default 10000."""
    body_rate: int
    """Bytes a second. Default 100."""
    send_ms: int
    """Output that makes no progress. Default 30000."""
    sse_ms: int
    """Silence of an event stream after which the peer gets a comment line. Default 15000."""
    half_close: int
    """Not 0: a client that sends no more may wait for its answer. Default 0."""
    close_ms: int
    """From our goodbye to the peer's. Default 3000."""
    ping_ms: int
    """Silence after which a WebSocket peer gets a PING. Default 300000."""
    hangup_ms: int
    """Silence after which a WebSocket peer is given up. Default 310000."""
    files_by_hand: int
    """Not 0: files are sent by request.serve_file() only."""
    app: Any
    request_attrs: dict[str, Callable[[Request], Any]] | None
    """Request attributes that are computed when they are first asked for."""
    fallback: Callable[[Request], Any] | None
    expected: Callable[[Request], tuple[bool, Callable[[Request], Any]] | None] | None
    convert: Callable[[Request, Any], Any] | None
    error: Callable[[Request, Exception], Any] | None
    requests: int
    """Requests answered so far (read-only)."""
    conns: int
    """Open connections (read-only)."""

    def route(self, path: str, method: str | None, handler: Callable[[Request], Any], /) -> None:
        """A handler for exactly this path. ValueError: a method the server does not know."""
    def websocket(
        self, path: str, handler: Callable[..., Any], plain: bool = False, /
    ) -> None: ...
    def static(
        self,
        prefix: str,
        folder: str,
        max_age: int = 0,
        gzip: bool = False,
        index: str = "index.html",
    ) -> None:
        """Files below a prefix. max_age in seconds; gzip: name.gz goes to who takes it."""
    def unroute(self) -> None:
        """Forgets all routes, but not the folders."""
    def connections(self) -> list[tuple[int, tuple[str, int] | None, str, int, int, int]]:
        """(id, peer, role, age in ms, bytes received, bytes sent)"""
    def close(self) -> None:
        """Says goodbye to every connection."""

class Request:
    """A request. After a plain handler has returned, its attributes raise RuntimeError."""

    method: str
    path: str
    """Decoded."""
    raw_path: str
    query_string: str
    url: str
    headers: Headers
    body: bytes
    """ValueError when it is streamed."""
    content_length: int | None
    """None for a chunked body."""
    content_type: str | None
    client_addr: tuple[str, int] | None
    http_version: str
    app: Any
    id: int
    websocket: bool
    streaming: bool

    def send(self, value: Any, /) -> None:
        """Answers with what a handler could return."""
    def start(
        self,
        status: int = 200,
        length: int | None = None,
        headers: dict[str, Any] | None = None,
        type: str | None = None,
    ) -> None:
        """Sends the head; write() and end() follow. length None: chunked."""
    def write(self, data: bytes | str, /) -> Coroutine[None, None, None]:
        """Sends a piece; awaiting it waits until the peer took it. OSError: the peer is gone."""
    def end(self) -> None: ...
    def run(self, coroutine: Coroutine[Any, Any, None], /) -> bool:
        """Runs what writes the answer: it is cancelled when the peer goes. False: another
        coroutine serves the request already."""
    def events(self) -> None:
        """What is written from now on is whole server-sent events: see sse_ms."""
    def is_disconnected(self) -> Coroutine[None, None, bool]:
        """Has the peer gone, or said that it sends no more, or is the request over? At once."""
    def abort(self) -> bool | None:
        """Closes the connection, so that the peer does not take a part for the whole. Was it still
        open? None: the request was answered already."""
    def sendfile(
        self,
        stream: Any,
        status: int = 200,
        length: int | None = None,
        headers: dict[str, Any] | None = None,
        type: str | None = None,
    ) -> None:
        """Answers with length bytes of a stream, which is closed afterwards."""
    def is_file(self) -> bool:
        """Would serve_file() answer?"""
    def serve_file(self, headers: dict[str, str] | None = None, /) -> bool:
        """Answers with a file of the server's folders; False when there is none."""
    def body_at(self, at: int) -> bytes:
        """Of a collected body the bytes from there on, as many as memory has a block for."""
    def body_json(self) -> Any:
        """The value of a collected body. ValueError: it is no JSON."""
    def recv(self) -> Coroutine[None, None, bytes]:
        """The next piece of a streamed body, b"" at its end. One that is cancelled takes none.
        OSError: the peer is gone."""
    def upgrade(
        self,
        protocol: str | None = None,
        headers: dict[str, Any] | None = None,
        handler: Callable[[WebSocket, str | bytes], Any] | None = None,
    ) -> WebSocket:
        """Opens the WebSocket. ValueError: this request is no handshake."""

class Headers:
    """Fields of a request, read-only; names in any case."""

    def __getitem__(self, name: str) -> str: ...
    def __contains__(self, name: str) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def get(self, name: str, default: str | None = None, /) -> str | None: ...
    def get_all(self, name: str, /) -> list[str]: ...
    def items(self) -> list[tuple[str, str]]: ...
    def keys(self) -> list[str]: ...
    def values(self) -> list[str]: ...

class WebSocket:
    """An open WebSocket. Text is str, binary is bytes."""

    closed: bool
    close_code: int | None
    """None while it is open. The peer's, else ours; 1005: its goodbye had no code; 1006: there was
    no goodbye (a reset, the end of its stream, hangup_ms)."""
    close_reason: str | None
    protocol: str | None
    client_addr: tuple[str, int] | None

    def __aiter__(self) -> WebSocket: ...
    def __anext__(self) -> Awaitable[str | bytes]: ...
    def receive(self) -> Coroutine[None, None, str | bytes]:
        """The next message. One that is cancelled takes none. lws.ConnectionClosed: there is none
        any more; RuntimeError: another task waits for one."""
    def chunks(self) -> Any:
        """async for data, final in ws.chunks(): pieces of messages of any length."""
    def send(self, data: str | bytes, final: bool = True, /) -> Coroutine[None, None, None]:
        """Sends a message, or with final=False a piece of one, with this call: awaiting it waits
        until the peer took it. OSError: the peer is gone."""
    def ping(self, data: bytes = b"", /) -> Coroutine[None, None, None]:
        """At most 125 bytes."""
    def close(self, code: int = 1000, reason: str = "") -> Coroutine[None, None, None]:
        """ValueError: a code that must not be sent, or a reason over 123 bytes."""
    def remove(self, task: Any, /) -> None: ...

class NameMissing(ImportError, AttributeError):
    """Raised by a package for a name that it does not have."""

class MultiDict(dict[str, Any]):
    """lws.http.MultiDict"""

    def __init__(self, pairs: Any = (), /) -> None: ...
    def getlist(self, key: str, type: Any = None) -> list[Any]: ...

class Multipart:
    """A multipart/form-data body, piece by piece."""

    def __init__(self, content_type: str, /) -> None:
        """ValueError: no valid boundary."""
    def feed(self, data: bytes, /) -> Multipart:
        """Gives (PART, name, filename, content type), (DATA, bytes), (PART_END,), (END,)."""
    def next(self) -> tuple[Any, ...] | None:
        """None: more data is needed. ValueError: the body is broken."""
    def end(self) -> None:
        """ValueError: the body broke off."""

def is_coroutine(function: Any, /) -> bool | None:
    """Is a call of this function or method a coroutine (or a generator)? None: it cannot be
    seen (a closure that may be a decorator's, an object, a builtin)."""

def yields_values(generator: Any, /) -> bool:
    """Does its code have a yield of its own? A coroutine's only awaits."""

def is_waiting() -> bool:
    """Will something wake the current task, if it yields now?"""

def re_match(pattern: Any, text: str, /) -> tuple[str | None, ...] | None:
    """The groups, from the beginning of a text. RuntimeError: too many steps, or too deep."""

def text(data: bytes | str, /) -> str:
    """What is no UTF-8 becomes U+FFFD."""

def json_loads(text: str | bytes, /) -> Any:
    """lws.json.loads"""

def json_dumps(value: Any, /) -> str:
    """lws.json.dumps"""

def parse_form(body: bytes | str, /) -> list[tuple[str, str]]: ...
def parse_query(text: str, /) -> list[tuple[str, str]]: ...
def parse_cookies(field: str, /) -> dict[str, str]: ...
def url_decode(text: str, plus: bool = False, /) -> str: ...
def url_encode(text: str, plus: bool = False, /) -> str: ...
def set_cookie(
    name: str,
    value: str,
    path: str | None = None,
    domain: str | None = None,
    expires: int | str | None = None,
    max_age: int | None = None,
    secure: bool = False,
    http_only: bool = False,
    same_site: str | None = None,
) -> str: ...
def http_date(seconds: int, /) -> str:
    """seconds since 1970"""

def parse_date(text: str, /) -> int: ...
def b64_decode_basic(field: str | None, /) -> tuple[str, str] | None: ...
def basic_challenge(realm: str, /) -> str: ...
def compare(given: str | bytes, secret: str | bytes, /) -> bool:
    """Takes the same time wherever they differ."""

def mime(path: str, /) -> str: ...
def reason(status: int, /) -> str: ...
def accepts_encoding(field: str | None, coding: str, /) -> bool: ...
