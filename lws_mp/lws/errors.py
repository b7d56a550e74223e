# What can go wrong. All of it is an OSError, so "except OSError" catches all network trouble.


class Error(OSError):
    pass


# The peer broke its protocol.
class ProtocolError(Error):
    pass


# A WebSocket is closed: code is the one from the wire (1006: none came), reason its text.
class ConnectionClosed(Error):
    def __init__(self, code=1006, reason=""):
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class TlsError(Error):
    pass


class MqttError(Error):
    pass


# A Secure Streams policy that cannot be carried out.
class PolicyError(Error):
    pass
