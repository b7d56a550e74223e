# HTTP: the server's words. Names are loaded when they are first used.

_names = {
    "Server": "server",
    "Microdot": "server",
    "Request": "request",
    "Response": "response",
    "redirect": "response",
    "send_file": "response",
    "HTTPException": "errors",
    "abort": "errors",
    "MultiDict": "multidict",
    "with_websocket": "websocket",
    "websocket_upgrade": "websocket",
    "WebSocketError": "websocket",
    "with_sse": "sse",
    "SSE": "sse",
    "with_form_data": "uploads",
    "FileUpload": "uploads",
    "FormDataIter": "uploads",
    "CORS": "cors",
    "BasicAuth": "auth",
    "TokenAuth": "auth",
}


def __getattr__(name):
    module = _names.get(name)
    if module is None:
        raise AttributeError(name)
    value = getattr(__import__(module, None, None, True, 1), name)
    globals()[name] = value
    return value
