# libwebsockets for MicroPython. Names are loaded when they are first used.
from .lazy import loader

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

__getattr__ = loader(_names, globals(), ("http", "json", "net"))
