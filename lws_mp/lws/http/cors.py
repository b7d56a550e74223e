# Cross-origin resource sharing: which other sites' pages may use this server (fetch, section 3.2).


# The fields that an answer depends on, and one more.
def _merged(vary, name):
    if isinstance(vary, (list, tuple)):
        vary = ", ".join(vary)
    names = [n.strip().lower() for n in (vary or "").split(",")]
    if "*" in names or name.lower() in names:
        return vary
    return vary + ", " + name if vary else name


class CORS:
    # allowed_origins: "*" or a list. None for methods and headers: whatever is asked for.
    # max_age: seconds that a browser may remember the answer.
    def __init__(
        self,
        app=None,
        allowed_origins=None,
        allow_credentials=False,
        allowed_methods=None,
        expose_headers=None,
        allowed_headers=None,
        max_age=None,
        handle_cors=True,
    ):
        self.allowed_origins = allowed_origins or ()
        self.allow_credentials = allow_credentials
        self.allowed_methods = allowed_methods
        self.expose_headers = expose_headers
        self.allowed_headers = allowed_headers and [h.lower() for h in allowed_headers]
        self.max_age = max_age
        if app is not None:
            self.initialize(app, handle_cors)

    def initialize(self, app, handle_cors=True):
        self._options = app.options_handler
        if handle_cors:
            app.options_handler = self.options_handler
            app._add_hook("preflight_hooks", self.preflight)
            app.after_request(self.after_request)
            app.after_error_request(self.after_request)
            app._add_hook("file_hooks", self.get_cors_headers)

    def options_handler(self, request):
        headers = self._options(request)
        vary = headers.get("Vary")
        headers.update(self.get_cors_headers(request))
        headers["Vary"] = _merged(vary, "Origin")
        return headers

    # Of no path it says whether there is one.
    def preflight(self, request):
        return b"", 204, self.get_cors_headers(request)

    def get_cors_headers(self, request):
        headers = {"Vary": "Origin"}  # also for who sent none: a cache gives it to others
        self._origin(request.headers.get("Origin"), headers)
        if self.expose_headers:
            headers["Access-Control-Expose-Headers"] = ", ".join(self.expose_headers)
        if request.method == "OPTIONS":
            self._preflight(request.headers.get, headers)
        return headers

    # Credentials are for those who are named: "*" would give them to every site.
    def _origin(self, origin, headers):
        everybody = self.allowed_origins == "*"
        if everybody or origin in self.allowed_origins:
            headers["Access-Control-Allow-Origin"] = origin or "*"
            if self.allow_credentials and not everybody:
                headers["Access-Control-Allow-Credentials"] = "true"

    def _preflight(self, get, headers):
        if self.max_age:
            headers["Access-Control-Max-Age"] = str(self.max_age)
        method = get("Access-Control-Request-Method", "").upper()
        if method and (self.allowed_methods is None or method in self.allowed_methods):
            headers["Access-Control-Allow-Methods"] = method
        names = [n.strip() for n in get("Access-Control-Request-Headers", "").split(",")]
        if self.allowed_headers is not None:
            names = [n for n in names if n.lower() in self.allowed_headers]
        if names != [""]:
            headers["Access-Control-Allow-Headers"] = ", ".join(names)

    def after_request(self, request, response):
        fields = self.get_cors_headers(request)
        fields["Vary"] = _merged(response.headers.get("Vary"), "Origin")
        response.headers.update(fields)
        return response
