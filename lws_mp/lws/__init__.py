# libwebsockets for MicroPython. Names are loaded when they are first used.

__version__ = "0.1.0"

_names = {
    "Context": "context",
    "install": "context",
    "LOG_ERR": "log",
    "LOG_WARN": "log",
    "LOG_NOTICE": "log",
    "LOG_INFO": "log",
    "LOG_ALL": "log",
    "RetryPolicy": "retry",
    "Error": "errors",
    "ProtocolError": "errors",
    "ConnectionClosed": "errors",
    "TlsError": "errors",
    "MqttError": "errors",
    "PolicyError": "errors",
}


def __getattr__(name):
    module = _names.get(name)
    if module is None:
        raise AttributeError(name)
    value = getattr(__import__(module, None, None, True, 1), name)
    globals()[name] = value
    return value
