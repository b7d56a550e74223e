# From a request to its handler, through the hooks, and from an exception to its answer.
import sys

import _lws

from .body import settle
from .errors import HTTPException
from .response import GENERATOR, Response, already_handled, close_body, make_response
from .route import Hooked, Route

HOOKS = ("preflight_hooks", "before_hooks", "after_hooks", "after_error_hooks", "file_hooks")


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
    body = b"" if status == 204 else exc.reason or _lws.reason(status)
    return body, status, exc.headers or {}


# An error handler's answer, with what the exception has to say (Allow, WWW-Authenticate).
def _with_fields(value, fields):
    response = make_response((yield from _done(value)))
    for name, field in fields.items():
        if name not in response.headers:
            response.headers[name] = field
    return response


# Encoded anew: what a peer wrote might lead to another host ("//host").
def _with_slash(request):
    path = "/".join([_lws.url_encode(segment) for segment in request.path.split("/")])
    query = request.query_string
    return path + ("/?" + query if query else "/")


# The first that an error handler is registered for.
def _first_of(tables, keys):
    for key in keys:
        for table in tables:
            if key in table:
                return table[key]
    return None


class Dispatcher:
    def __init__(self):
        self.routes = []
        self.guards = []  # [Guard, ...]: who guards which paths, the outermost first
        for name in HOOKS:
            setattr(self, name, [])
        self.error_handlers = {}
        self.options_handler = self.default_options_handler

    # Sorts the routes for find(): a fixed path wins, then a file, then the first that matches.
    def sort_routes(self):
        # Must hooks see the request for a file before it is sent?
        apps = [self] + [g.app for g in self.guards]
        self._by_hand = any(app.before_hooks or app.file_hooks for app in apps)
        self._fixed = {}
        self._patterns = []
        plain = Response.default_content_type == "text/plain"
        for route in self.routes:
            hooked = self._hooked(route, self._guards(route, route.path))
            route.before, route.after = hooked.before, hooked.after
            route.hooked = bool(route.before or route.after or not plain)
            if route.fixed:
                for method in route.methods:
                    self._fixed.setdefault((route.path or "/", method), route)
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
        route, params = self._choose(request)
        if route.hooked:
            return self.run_hooked(request, route, params)
        return route.handler(request, **params)

    # The route of a request, with its hooks, and the parameters.
    def _choose(self, request):
        route, params = request.found
        # Without hooks the C server has looked for a file already.
        if self._by_hand and not (route and route.fixed) and request.is_file():
            request.found = None, None
            route, params = Route("", (), self._serve_file), {}
        elif route is None:
            hook = self._preflight_hook(request)
            if hook:
                return Route("", (), hook), {}
            route, params = Route("", (), self._unrouted), {}
        elif not self.guards:
            return route, params
        return self._hooked(route, self._guards(route, request.path)), params

    # Whose client waits to be asked for the body (Expect: 100-continue): is it wanted, and who
    # answers then? None: as without. Hooks run before it is, as far as they go without it.
    def _expected(self, request):
        route, params = self._choose(request)
        if not route.hooked:
            return None
        value, passed, wanted = None, 0, bool(route.methods)
        try:
            for hook in route.before:
                value = hook(request)
                passed += 1
                if value is not None:
                    wanted = type(value) is GENERATOR
                    break
        except GeneratorExit:  # it asked for the body
            wanted = True
        except Exception as exc:
            wanted, value = False, exc
        hooks = iter(route.before[passed:])
        return wanted, lambda request: self._run_from(request, route, params, value, hooks)

    def _serve_file(self, request):
        fields = {}
        for hook in self._chain(self._guards(None, request.path), "file_hooks", True):
            fields.update(hook(request))
        if not request.serve_file(fields):
            raise HTTPException(404)
        return already_handled

    # The methods that a path has.
    def _methods(self, path):
        found = []
        for route in self.routes:
            if path == "*" or route.match(path) is not None:
                found.extend([m for m in route.methods if m not in found])
        return found

    # After the hooks: who may not see a path does not learn what there is.
    def _unrouted(self, request):
        methods = self._methods(request.path)
        static = self.is_static(request.path)
        if not methods and request.method != "OPTIONS" and self._methods(request.path + "/"):
            raise HTTPException(308, None, {"Location": _with_slash(request)})
        if static and not methods and request.method in ("GET", "HEAD"):
            return self._serve_file(request)
        if not methods and not static:
            if request.path != "*" or request.method != "OPTIONS":
                raise HTTPException(404)
        options = request.method == "OPTIONS"
        raise HTTPException(204 if options else 405, None, self.options_handler(request))

    # Who answers before the other hooks: a browser asks without credentials whether it may send
    # them (Fetch standard, section 3.2.2).
    def _preflight_hook(self, request):
        if request.method == "OPTIONS":
            guards = self._guards(None, request.path)
            hooks = self._chain(guards, "preflight_hooks", True)
            get = request.headers.get
            if hooks and get("Origin") and get("Access-Control-Request-Method"):
                return hooks[0] if self._chain(guards, "before_hooks", False) else None
        return None

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

    # The sub-applications whose hooks and error handlers are for a path, the outermost first.
    def _guards(self, route, path):
        owners = route.owners if route else ()
        return [g.app for g in self.guards if g.app in owners or g.covers(path)]

    def _chain(self, guards, name, own_first):
        hooks = list(getattr(self, name))
        for app in guards:
            own = getattr(app, name)
            hooks = own + hooks if own_first else hooks + own
        return hooks

    def _hooked(self, route, guards):
        before = self._chain(guards, "before_hooks", False)
        return Hooked(route, before, self._chain(guards, "after_hooks", True))

    # As long as hooks and handler are plain functions no coroutine is made.
    def run_hooked(self, request, route, params):
        return self._run_from(request, route, params, None, iter(route.before))

    # value: of the last hook that ran
    def _run_from(self, request, route, params, value, hooks):
        if isinstance(value, Exception):
            raise value
        if value is None:
            for hook in hooks:
                value = hook(request)
                if value is not None:
                    break
            else:
                return self._after(request, route, route.handler(request, **params))
        if type(value) is GENERATOR:
            return self._go_on(request, route, params, value, hooks)
        return self._after(request, route, value)

    def _go_on(self, request, route, params, value, hooks):
        value = yield from value
        for hook in hooks:
            if value is not None:
                break
            value = yield from _done(hook(request))
        if value is None:
            value = route.handler(request, **params)
        return (yield from _done(self._after(request, route, value)))

    def _after(self, request, route, value):
        if route.ws is not None or not (
            route.after or Response.default_content_type != "text/plain"
        ):
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
        try:
            for hook in hooks:
                value = hook(request, response)
                if type(value) is GENERATOR:
                    return self._apply_task(request, response, value, hooks)
                response = value or response
        except BaseException:
            close_body(response)
            raise
        return response

    def _apply_task(self, request, response, value, hooks):
        try:
            response = (yield from value) or response
            for hook in hooks:
                response = (yield from _done(hook(request, response))) or response
        except BaseException:
            close_body(response)
            raise
        return response

    # ---- errors

    # An exception left a handler: what is answered instead.
    def failed(self, request, exc):
        request.after_hooks = None
        route = request.found[0] if self.guards else None
        guards = self._guards(route, request.path)
        tables = [app.error_handlers for app in reversed(guards)] + [self.error_handlers]
        status = getattr(exc, "status_code", None)
        if status:
            handler = _first_of(tables, (status,))
            args = ()
        else:
            handler = _first_of(tables, _bases(type(exc)))
            args = (exc,)
        if handler is None and status is None:
            sys.print_exception(exc)
            handler = _first_of(tables, (500,))
            args = ()
        fields = getattr(exc, "headers", None) if status else None
        value = handler(request, *args) if handler else _default_error(exc)
        if handler and fields:
            value = _with_fields(value, fields)
        return self._after_error(request, guards, value)

    def _after_error(self, request, guards, value):
        hooks = self._chain(guards, "after_error_hooks", True)
        if not hooks and Response.default_content_type == "text/plain":
            return value
        return self._after_error_task(request, value, iter(hooks))

    def _after_error_task(self, request, value, hooks):
        response = make_response((yield from _done(value)))
        for hook in hooks:
            response = (yield from _done(hook(request, response))) or response
        return response
