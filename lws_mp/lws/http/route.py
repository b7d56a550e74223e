# Who answers which path.
from .pattern import compile_path


# What a sub-application guards with its hooks: all paths below a prefix.
# None: only what it has itself.
class Guard:
    def __init__(self, prefix, app):
        self.prefix = prefix if prefix is None else prefix.rstrip("/")
        self.app = app
        self._pattern = None
        if prefix and "<" in prefix:
            self._pattern = compile_path(self.prefix + "/<path:rest>")

    def under(self, prefix):
        return Guard(self.prefix if self.prefix is None else prefix + self.prefix, self.app)

    def covers(self, path):
        if self.prefix is None:
            return False
        if self._pattern:
            return self._pattern.match(path.rstrip("/") + "/.") is not None
        return path == self.prefix or path.startswith(self.prefix + "/")


class Route:
    mounted = "", None  # the prefix, and the sub-application it came with

    # path: "" is the prefix of the mount, and "/" without one.
    # owners: the local sub-applications it came with. ws: of a WebSocket, which
    # handler opens: (function, plain) where the C server may, else (). None: it is none.
    def __init__(self, path, methods, handler, owners=(), ws=None):
        self.path = path
        self.methods = methods
        self.handler = handler
        self.owners = owners
        self.ws = ws
        self.hooked = False  # before, after: its hooks (dispatch.py)
        self._pattern = compile_path(path) if "<" in path else None

    @property
    def fixed(self):
        return self._pattern is None

    # The same route of a sub-application below a prefix.
    def under(self, prefix, subapp, *owners):
        path = prefix + self.path
        route = Route(path, self.methods, self.handler, self.owners + owners, self.ws)
        route.mounted = prefix + self.mounted[0], self.mounted[1] or subapp
        return route

    # The parameters of a path, or None when it is another's.
    def match(self, path):
        if self._pattern is None:
            return {} if path == (self.path or "/") else None
        return self._pattern.match(path)


# A route with the hooks of one request.
class Hooked:
    hooked = True

    def __init__(self, route, before, after):
        self.methods = route.methods
        self.handler = route.handler
        self.ws = route.ws
        self.before = before
        self.after = after
