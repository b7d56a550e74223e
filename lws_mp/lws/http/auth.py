# Who may ask: decorators for routes, with the user in request.g.current_user.
import _lws

from .errors import HTTPException
from .response import GENERATOR


class _Auth:
    def __init__(self, error_status):
        self.error_status = error_status
        self._find_user = None
        self._on_error = self.authentication_error

    # @auth.authenticate: f(request, user name, password) or f(request, token) -> user or None
    def authenticate(self, f):
        self._find_user = f
        return f

    # @auth.errorhandler: f(request) -> the answer for who is not known
    def errorhandler(self, f):
        self._on_error = f
        return f

    def __call__(self, f):
        return self._protect(f, True)

    # The route runs in any case; for an unknown user current_user is None.
    def optional(self, f):
        return self._protect(f, False)

    def _protect(self, f, needed):
        def route(request, *args, **params):
            given = self._given(request)
            user = self._find_user(request, *given) if given else None
            if type(user) is GENERATOR:
                return later(request, user, args, params)
            return known(request, user, args, params)

        def known(request, user, args, params):
            request.g.current_user = user or None
            if needed and not user:
                return self._on_error(request)
            return f(request, *args, **params)

        def later(request, user, args, params):
            value = known(request, (yield from user), args, params)
            return (yield from value) if type(value) is GENERATOR else value

        return route


class BasicAuth(_Auth):
    # A scheme that browsers do not know keeps them from asking for a password.
    def __init__(self, realm="Please login", scheme="Basic", error_status=401):
        super().__init__(error_status)
        self._challenge = scheme + _lws.basic_challenge(realm)[len("Basic") :]

    def _given(self, request):
        return _lws.b64_decode_basic(request.headers.get("Authorization"))

    def authentication_error(self, request):
        raise HTTPException(self.error_status, None, {"WWW-Authenticate": self._challenge})


class TokenAuth(_Auth):
    def __init__(self, header="Authorization", scheme="Bearer", error_status=401):
        super().__init__(error_status)
        self._header = header
        self._scheme = scheme.lower()

    def _given(self, request):
        value = request.headers.get(self._header, "").strip()
        if self._header == "Authorization":
            scheme, _, value = value.partition(" ")
            value = value.strip() if scheme.lower() == self._scheme else ""
        return (value,) if value else None

    def authentication_error(self, request):
        raise HTTPException(self.error_status)
