# Strict JSON (RFC 8259), in C.
import _lws

loads = _lws.json_loads
dumps = _lws.json_dumps
