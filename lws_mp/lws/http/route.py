# Who answers which path.
from .pattern import compile_path


class Route:
    # app: the sub-application it came with, or None. ws: of a WebSocket (function, plain,
    # protocols), and handler opens it.
    def __init__(self, path, methods, handler, app=None, ws=None):
        self.path = path
        self.methods = methods
        self.handler = handler
        self.app = app
        self.ws = ws
        self.hooked = False  # before, after: its hooks (dispatch.py)
        self._pattern = compile_path(path) if "<" in path else None

    @property
    def fixed(self):
        return self._pattern is None

    # The same route below a prefix.
    def under(self, prefix, app):
        path = prefix + self.path
        return Route(path, self.methods, self.handler, self.app or app, self.ws)

    # The parameters of a path, or None when it is another's.
    def match(self, path):
        if self._pattern is None:
            return {} if path == self.path else None
        return self._pattern.match(path)
