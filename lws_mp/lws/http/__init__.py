# HTTP: the server's words. Names are loaded when they are first used.
from ..lazy import loader

_names = {
    "Server": "server",
    "Microdot": "server",
    "Request": "request",
    "Response": "response",
    "redirect": "response",
    "send_file": "response",
    "HTTPException": "errors",
    "abort": "errors",
    "MultiDict": "request",
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

__getattr__ = loader(_names, globals())
