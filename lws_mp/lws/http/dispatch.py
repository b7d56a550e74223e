# From a request to its handler, through the hooks, and from an exception to its answer.
import sys

import _lws

from .body import settle
from .errors import HTTPException
from .response import GENERATOR, Response, already_handled, make_response
from .route import Route


# The value of a hook or handler, awaited when it is a coroutine.
def _done(value):
    if type(value) is GENERATOR:
        value = yield from settle(value)
    return value


def _bases(cls):
    yield cls
    for base in cls.__bases__:
        yield from _bases(base)


def _default_error(exc):
    if not hasattr(exc, "status_code"):
        return 500
    status = exc.status_code
    return exc.reason or _lws.reason(status), status, exc.headers or {}


# Files, when hooks are to see the request first.
def _serve_file(request):
    if not request.serve_file():
        raise HTTPException(404)
    return already_handled


_FILES = Route("", (), _serve_file)
_FILES.after = ()


class Dispatcher:
    def __init__(self):
        self.routes = []
        self.before_hooks = []
        self.after_hooks = []
        self.after_error_hooks = []
        self.error_handlers = {}
        self.options_handler = self.default_options_handler

    # Sorts the routes for find(): a fixed path wins, then a file, then the first that matches.
    def sort_routes(self):
        self._fixed = {}
        self._patterns = []
        plain = Response.default_content_type == "text/plain"
        for route in self.routes:
            route.before = self._chain(route, "before_hooks", False)
            route.after = self._chain(route, "after_hooks", True)
            route.hooked = bool(route.before or route.after or not plain)
            if route.fixed:
                for method in route.methods:
                    self._fixed.setdefault((route.path, method), route)
            else:
                self._patterns.append(route)

    # (route, parameters), (None, None) when there is none. What answers GET answers HEAD.
    def find(self, method, path):
        route = self._fixed.get((path, method))
        if route is not None:
            return route, {}
        for route in self._patterns:
            if method in route.methods:
                params = route.match(path)
                if params is not None:
                    return route, params
        return self.find("GET", path) if method == "HEAD" else (None, None)

    # What the C server has no route for.
    def dispatch(self, request):
        route, params = self.find(request.method, request.path)
        # Without hooks the C server has looked for a file already.
        if self.before_hooks and not (route and route.fixed) and request.is_file():
            return self._file(request)
        if route is None:
            return self._unrouted(request)
        if route.hooked:
            return self.run_hooked(request, route, params)
        return route.handler(request, **params)

    def _file(self, request):
        _FILES.before = self.before_hooks
        return self.run_hooked(request, _FILES, {})

    # The methods that a path has.
    def _methods(self, path):
        found = []
        for route in self.routes:
            if path == "*" or route.match(path) is not None:
                found.extend([m for m in route.methods if m not in found])
        return found

    def _unrouted(self, request):
        methods = self._methods(request.path)
        static = self.is_static(request.path)
        if static and not methods and self.before_hooks and request.method in ("GET", "HEAD"):
            return self._file(request)  # who may not see files does not learn which there are
        if not methods and (not static or request.method in ("GET", "HEAD")):
            if request.path != "*" or request.method != "OPTIONS":
                return self.failed(request, HTTPException(404))
        allow = self.options_handler(request)
        if request.method == "OPTIONS":
            return self._after_error(request, None, Response(b"", 204, allow))
        return self.failed(request, HTTPException(405, None, allow))

    def default_options_handler(self, request):
        methods = self._methods(request.path)
        # A GET that comes here found no file.
        file = request.method not in ("GET", "HEAD") and self.is_static(request.path)
        allow = ["GET"] if file else []
        allow += [m for m in methods if m not in allow]
        if "GET" in allow:
            allow.append("HEAD")
        if "OPTIONS" not in allow:
            allow.append("OPTIONS")
        return {"Allow": ", ".join(allow)}

    # ---- hooks

    def _chain(self, route, name, own_first):
        hooks = getattr(self, name)
        if route is None or route.app is None:
            return hooks
        own = getattr(route.app, name)
        return own + hooks if own_first else hooks + own

    # As long as hooks and handler are plain functions no coroutine is made.
    def run_hooked(self, request, route, params):
        hooks = iter(route.before)
        for hook in hooks:
            value = hook(request)
            if type(value) is GENERATOR:
                return self._go_on(request, route, params, value, hooks)
            if value is not None:
                return self._after(request, route, value)
        return self._after(request, route, route.handler(request, **params))

    def _go_on(self, request, route, params, value, hooks):
        value = yield from value
        for hook in hooks:
            if value is not None:
                break
            value = yield from _done(hook(request))
        if value is None:
            value = route.handler(request, **params)
        value = self._after(request, route, value)
        return (yield from value) if type(value) is GENERATOR else value

    def _after(self, request, route, value):
        if route.ws or not (route.after or Response.default_content_type != "text/plain"):
            return value
        if type(value) is GENERATOR:
            return self._after_task(request, route, value)
        return self._apply(request, make_response(value), iter(route.after))

    def _after_task(self, request, route, value):
        value = yield from settle(value)
        value = self._after(request, route, value)
        return (yield from value) if type(value) is GENERATOR else value

    def _apply(self, request, response, hooks):
        if response.body is already_handled:
            return already_handled
        for hook in hooks:
            value = hook(request, response)
            if type(value) is GENERATOR:
                return self._apply_task(request, response, value, hooks)
            response = value or response
        return response

    def _apply_task(self, request, response, value, hooks):
        response = (yield from value) or response
        for hook in hooks:
            response = (yield from _done(hook(request, response))) or response
        return response

    # ---- errors

    # An exception left a handler: what is answered instead.
    def failed(self, request, exc):
        request.after_hooks = None
        route = self.find(request.method, request.path)[0]
        status = getattr(exc, "status_code", None)
        if status:
            handler = self._error_handler(route, (status,))
            args = ()
        else:
            handler = self._error_handler(route, _bases(type(exc)))
            args = (exc,)
        if handler is None and status is None:
            sys.print_exception(exc)
            handler = self._error_handler(route, (500,))
            args = ()
        value = handler(request, *args) if handler else _default_error(exc)
        return self._after_error(request, route, value)

    # The first that an error handler is registered for.
    def _error_handler(self, route, keys):
        tables = [self.error_handlers]
        if route is not None and route.app is not None:
            tables.insert(0, route.app.error_handlers)
        for key in keys:
            for table in tables:
                if key in table:
                    return table[key]
        return None

    def _after_error(self, request, route, value):
        hooks = self._chain(route, "after_error_hooks", True)
        if not hooks and Response.default_content_type == "text/plain":
            return value
        return self._after_error_task(request, value, iter(hooks))

    def _after_error_task(self, request, value, hooks):
        response = make_response((yield from _done(value)))
        for hook in hooks:
            response = (yield from _done(hook(request, response))) or response
        return response
