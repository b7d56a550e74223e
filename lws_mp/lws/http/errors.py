# Answers that are raised. What has a status_code is answered with it.


class HTTPException(Exception):
    def __init__(self, status_code, reason=None, headers=None):
        super().__init__(status_code, reason)
        self.status_code = status_code
        self.reason = reason
        self.headers = headers


class _BadBody(ValueError):
    headers = None

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


# The body is not what its Content-Type says.
class BadRequest(_BadBody):
    status_code = 400


# The body is longer than max_body, so it must be read from request.stream or request.parts().
class TooLarge(_BadBody):
    status_code = 413


def abort(status_code, reason=None):
    raise HTTPException(status_code, reason)
