# What Server(...) can be told, and what files' folders can: mistakes are said where they are made.

# Of _lws.Vhost.
_SERVER = (
    "max_conns",
    "max_tx",
    "max_message",
    "max_body",
    "max_content_length",
    "max_line",
    "max_head",
    "header_ms",
    "keep_alive_ms",
    "body_ms",
    "body_rate",
    "sse_ms",
    "half_close",
    "send_ms",
    "close_ms",
    "ping_ms",
    "hangup_ms",
)
_RANGES = {
    "max_content_length": (0, 0xFFFFFFFFFFFFFFFF),
    "max_line": (1, 63487),
    "max_head": (1, 63487),
    "half_close": (0, 1),
}
_FOLDER = ("max_age", "gzip", "index")


def _known(what, given, names):
    for name in given:
        if name not in names:
            raise TypeError("%s has no setting '%s'; it has %s" % (what, name, ", ".join(names)))


def check_server(settings):
    _known("Server", settings, _SERVER)
    for name, value in settings.items():
        first, last = _RANGES.get(name) or (0, 0xFFFFFFFF)
        if type(value) is not int and not (type(value) is bool and last == 1):
            raise TypeError("%s is an int, not %s" % (name, type(value).__name__))
        if not first <= value <= last:
            raise ValueError("%s is %d to %d, not %d" % (name, first, last, value))


def check_folder(prefix, folder, options):
    check_path(prefix)
    if type(folder) is not str or not folder:
        raise ValueError("mount('/prefix', 'folder'): files have a folder")
    _known("a folder", options, _FOLDER)


# "": the prefix of what it is mounted in.
def check_path(path):
    if type(path) is not str:
        raise TypeError("a path is a str, not %s" % type(path).__name__)
    if path and path[0] != "/":
        raise ValueError("a path begins with '/': '/%s', not '%s'" % (path, path))
