# The HTTP server in microdot's and Flask's words.
import asyncio
import sys
import time

import _lws
from micropython import const

from ..context import in_asyncio, install
from .body import convert
from .dispatch import HOOKS, Dispatcher
from .errors import abort
from .listener import listening
from .request import Request, attributes
from .route import Guard, Route
from .settings import check_folder, check_path, check_server

_TOP_HEAD = const(63487)  # bytes, in which the core counts
_DESKTOP = sys.platform in ("linux", "darwin", "win32")  # its network is there


class Server(Dispatcher):
    abort = staticmethod(abort)

    # settings: any of the vhost's, e.g. max_conns=8, keep_alive_ms=5000, max_body=4096.
    def __init__(self, **settings):
        super().__init__()
        check_server(settings)
        self.settings = settings
        self.debug = False
        self._mounts = []
        self._vhost = None
        self._socket = None
        self._stopped = None
        self._parent = None  # (server that has this one mounted, local)
        self._online = None
        self._says = False  # where it listens, also without a network to bring up

    # ---- routes

    def route(self, path, methods=None):
        return self._decorator(path, [m.upper() for m in methods or ("GET",)])

    def get(self, path):
        return self._decorator(path, ("GET",))

    def post(self, path):
        return self._decorator(path, ("POST",))

    def put(self, path):
        return self._decorator(path, ("PUT",))

    def patch(self, path):
        return self._decorator(path, ("PATCH",))

    def delete(self, path):
        return self._decorator(path, ("DELETE",))

    def options(self, path):
        return self._decorator(path, ("OPTIONS",))

    def _decorator(self, path, methods):
        check_path(path)

        def register(f):
            self.routes.append(Route(path, methods, f))
            self._changed()
            return f

        return register

    # A coroutine (request, ws) that lives as long as its connection, or a plain function
    # (ws, message) that is called for each message; parameters of the path follow. plain tells
    # which where it cannot be seen: of what another function made.
    def websocket(self, path, protocols=(), plain=None):
        check_path(path)

        def register(f):
            from .websocket import handler_of

            handler, direct = handler_of(f, plain, protocols)
            ws = direct if direct and not protocols else ()
            self.routes.append(Route(path, ("GET",), handler, (), ws))
            self._changed()
            return f

        return register

    # mount(subapp, url_prefix="", local=False): its routes below a prefix; local: its hooks and
    # error handlers are for all that is below the prefix, and for nothing else.
    # mount("/prefix", "/folder", max_age=0, gzip=False, index="index.html"): files.
    def mount(self, what, url_prefix="", local=False, **options):
        if isinstance(what, str):
            check_folder(what, url_prefix, options)
            self._mounts.append((what, url_prefix, options))
            if self._vhost:
                self._vhost.static(what, url_prefix, **options)
        else:
            self._mount_app(what, url_prefix, local)

    def _mount_app(self, subapp, prefix, local):
        check_path(prefix)
        if subapp is self or not isinstance(subapp, Server):
            raise TypeError("mount() takes another Server, or '/prefix' and 'folder'")
        guards_all, prefix = prefix == "/", prefix.rstrip("/")
        owners = (subapp,) if local else ()
        subapp._parent = self, local
        self.routes.extend([r.under(prefix, subapp, *owners) for r in subapp.routes])
        for path, folder, options in subapp._mounts:
            self.mount(prefix + path, folder, **options)
        if local:
            guarded = [prefix]
            if not prefix and not guards_all:  # what it has
                guarded = [p for p, _, _ in subapp._mounts] or [None]
            self.guards.extend([Guard(path, subapp) for path in guarded])
        else:
            for name in HOOKS:
                getattr(self, name).extend(getattr(subapp, name))
                setattr(subapp, name, [])
            self.error_handlers.update(subapp.error_handlers)
            subapp.error_handlers = {}
        self.guards.extend([g.under(prefix) for g in subapp.guards])
        self._changed()

    def is_static(self, path):
        return any((path + "/").startswith(_folder(prefix)) for prefix, _, _ in self._mounts)

    # ---- hooks

    def before_request(self, f):
        return self._add_hook("before_hooks", f)

    def after_request(self, f):
        return self._add_hook("after_hooks", f)

    def after_error_request(self, f):
        return self._add_hook("after_error_hooks", f)

    # name: file_hooks: f(request) -> fields for the answer with a file
    def _add_hook(self, name, f):
        parent, local = self._parent or (None, True)
        if local:
            getattr(self, name).append(f)
            self._changed()
        else:
            parent._add_hook(name, f)
        return f

    def errorhandler(self, status_code_or_exception_class):
        def register(f):
            parent, local = self._parent or (None, True)
            if not local:
                return parent.errorhandler(status_code_or_exception_class)(f)
            self.error_handlers[status_code_or_exception_class] = f
            return f

        return register

    # ---- the C server

    @property
    def vhost(self):
        if self._vhost is None:
            install()
            self._vhost = self._open()
            self._changed()
        return self._vhost

    def _open(self):
        v = _lws.Vhost()
        v.app = self
        v.request_attrs = attributes
        v.fallback = self.dispatch
        v.expected = self._expected
        v.convert = convert
        v.error = self.failed
        if Request.max_content_length is not None:
            v.max_content_length = Request.max_content_length
        if Request.max_body_length is not None:
            v.max_body = Request.max_body_length
        if Request.max_readline is not None:
            v.max_line = Request.max_readline
            v.max_head = min(max(v.max_head, 2 * v.max_line), _TOP_HEAD)
        for name, value in self.settings.items():
            setattr(v, name, value)
        for prefix, folder, options in self._mounts:
            v.static(prefix, folder, **options)
        return v

    # Fixed paths are the C server's own; what it does not find comes to dispatch().
    def _changed(self):
        if self._parent:
            self._parent[0]._changed()
        if self._vhost is None:
            return
        self._vhost.unroute()
        self.sort_routes()
        self._vhost.files_by_hand = int(self._by_hand)
        for (path, method), route in self._fixed.items():
            self._register(path, route, method)

    def _register(self, path, route, method):
        if route.hooked:
            self._vhost.route(path, method, self._run(route))
        elif route.ws:
            self._vhost.websocket(path, *route.ws)
        elif method in _METHODS:
            self._vhost.route(path, method, route.handler)

    def _run(self, route):
        return lambda request: self.run_hooked(request, route, {})

    def connections(self):
        return [
            (id, "%s:%d" % peer if peer else "", role, age_ms, rx, tx)
            for id, peer, role, age_ms, rx, tx in self.vhost.connections()
        ]

    @property
    def requests(self):
        return self._vhost.requests if self._vhost else 0

    # ---- running

    # Serves from now on; the loop that does it is asyncio's or lws.Context().run(). A board's
    # network is brought up: under asyncio meanwhile, without it here.
    def listen(self, port=5000, host="0.0.0.0", ssl=None, cert=None, key=None, net=True):
        if ssl or cert or key:
            raise NotImplementedError("TLS comes with a later version: serve plain HTTP")
        vhost = self.vhost
        s = listening(host, port)
        try:
            _lws.context().listen(s, vhost)
        except Exception:
            s.close()
            raise
        self._socket = s
        if net and not (_DESKTOP or host == "localhost" or host.startswith("127.")):
            self._go_online(port)
        elif self._says:
            here = _DESKTOP and host == "0.0.0.0"
            print("Listening at http://%s:%d/" % ("127.0.0.1" if here else host, port))

    def _go_online(self, port):
        try:
            from .online import join, wait
        except ImportError:  # a board without a network
            return
        if in_asyncio():
            self._online = asyncio.create_task(join(port))
        else:
            wait(port)

    # options: those of listen().
    async def start_server(self, host="0.0.0.0", port=5000, debug=False, **options):
        self._set_debug(debug)
        self.listen(port, host, **options)
        self._stopped = asyncio.Event()
        try:
            await self._stopped.wait()
            await self._goodbye()
        finally:
            self.shutdown()

    # Answers that are on their way go out.
    async def _goodbye(self):
        end = time.ticks_add(time.ticks_ms(), self._vhost.close_ms)
        while self._vhost.conns and time.ticks_diff(end, time.ticks_ms()) > 0:
            await asyncio.sleep_ms(10)

    # Until shutdown() or ^C.
    def run(self, host="0.0.0.0", port=5000, debug=False, **options):
        self._says = True
        try:
            asyncio.run(self.start_server(host, port, debug, **options))
        except KeyboardInterrupt:
            self.shutdown()

    # Takes no more connections and says goodbye to those there are. May be called by a handler.
    def shutdown(self):
        if self._socket:
            context = _lws.context()
            context.unlisten(self._socket)
            context.stop()
            self._socket = None
            self._vhost.close()
        if self._online:
            self._online.cancel()
            self._online = None
        if self._stopped:
            self._stopped.set()

    def _set_debug(self, debug):
        if debug and not self.debug:
            self.debug = True
            self.after_request(_print_line)
            self.after_error_request(_print_line)


_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


# A mount's prefix ends where a segment does: "/s" has "/s" and "/s/x", not "/sx".
def _folder(prefix):
    return prefix if prefix.endswith("/") else prefix + "/"


def _print_line(request, response):
    print(request.method, request.path, response.status_code)


Microdot = Server
