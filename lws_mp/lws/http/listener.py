# A socket that listens, or the reason why there is none.
import errno
import socket

from ..errors import Error

_BACKLOG = 128
_WHERE = "host is '0.0.0.0' for every interface, or an address of this machine"


def listening(host, port):
    _check(host, port)
    try:
        info = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    except OSError as e:
        raise Error("no host is called '%s' (%s): %s" % (host, e, _WHERE))
    s = socket.socket(*info[:3])
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(info[-1])
        s.listen(_BACKLOG)
        s.setblocking(False)
    except OSError as e:
        s.close()
        raise _reason(host, port, e)
    return s


def _check(host, port):
    if type(host) is not str:
        raise TypeError("host is a str, not %s: %s" % (type(host).__name__, _WHERE))
    if type(port) is not int:
        raise TypeError("port is an int, not " + type(port).__name__)
    if not 0 < port < 65536:
        raise ValueError("port is 1 to 65535, not %d" % port)
    if not host:
        raise ValueError("host is empty: " + _WHERE)


def _reason(host, port, e):
    if e.errno == errno.EADDRINUSE:
        return OSError(e.errno, "port %d is taken: by another program, or this one" % port)
    if e.errno == errno.EACCES:
        return OSError(e.errno, "port %d is not for every user: take one above 1023" % port)
    return Error("no listening at '%s', port %d (%s): %s" % (host, port, e, _WHERE))
