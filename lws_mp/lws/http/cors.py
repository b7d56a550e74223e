# Cross-origin resource sharing: which other sites' pages may use this server (fetch, section 3.2).


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
            app.after_request(self.after_request)
            app.after_error_request(self.after_request)

    def options_handler(self, request):
        headers = self._options(request)
        headers.update(self.get_cors_headers(request))
        return headers

    def get_cors_headers(self, request):
        headers = self._origin(request.headers.get("Origin"))
        if self.expose_headers:
            headers["Access-Control-Expose-Headers"] = ", ".join(self.expose_headers)
        if request.method == "OPTIONS":
            self._preflight(request.headers.get, headers)
        return headers

    def _origin(self, origin):
        if self.allowed_origins != "*" and origin not in self.allowed_origins:
            return {}
        headers = {"Access-Control-Allow-Origin": origin or "*"}
        if origin:
            headers["Vary"] = "Origin"
        if self.allow_credentials:
            headers["Access-Control-Allow-Credentials"] = "true"
        return headers

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
        vary = response.headers.get("Vary")
        response.headers.update(self.get_cors_headers(request))
        if vary and "Origin" not in vary:
            response.headers["Vary"] = vary + ", " + response.headers["Vary"]
        return response
