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
        return _Protected(self, f, True)

    # The route runs in any case; for an unknown user current_user is None.
    def optional(self, f):
        return _Protected(self, f, False)

    def authentication_error(self, request):
        raise HTTPException(self.error_status, None, {"WWW-Authenticate": self._challenge})


# A route behind its question. handler and around() are for app.websocket(): who asks comes before
# who opens.
class _Protected:
    def __init__(self, auth, f, needed):
        self.handler = f
        self._auth = auth
        self._needed = needed

    def around(self, f):
        return _Protected(self._auth, f, self._needed)

    def __call__(self, request, *args, **params):
        given = self._auth._given(request)
        user = self._auth._find_user(request, *given) if given else None
        if type(user) is GENERATOR:
            return self._later(request, user, args, params)
        return self._known(request, user, args, params)

    def _known(self, request, user, args, params):
        request.g.current_user = user or None
        if self._needed and not user:
            return self._auth._on_error(request)
        return self.handler(request, *args, **params)

    def _later(self, request, user, args, params):
        value = self._known(request, (yield from user), args, params)
        return (yield from value) if type(value) is GENERATOR else value


class BasicAuth(_Auth):
    # A scheme that browsers do not know keeps them from asking for a password.
    def __init__(self, realm="Please login", scheme="Basic", error_status=401):
        super().__init__(error_status)
        self._challenge = scheme + _lws.basic_challenge(realm)[len("Basic") :]

    def _given(self, request):
        return _lws.b64_decode_basic(request.headers.get("Authorization"))


class TokenAuth(_Auth):
    def __init__(self, header="Authorization", scheme="Bearer", error_status=401):
        super().__init__(error_status)
        self._header = header
        self._challenge = scheme
        self._scheme = scheme.lower()

    def _given(self, request):
        value = request.headers.get(self._header, "").strip()
        if self._header == "Authorization":
            scheme, _, value = value.partition(" ")
            value = value.strip() if scheme.lower() == self._scheme else ""
        return (value,) if value else None
