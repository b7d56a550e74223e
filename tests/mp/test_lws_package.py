# The package itself: lazy names, errors, the retry policy.
import errno

import lws
import lws.http
from lws.retry import RetryPolicy

assert "RetryPolicy" not in lws.__dict__
assert lws.RetryPolicy is RetryPolicy
for module, name in ((lws, "nothing"), (lws.http, "nothing")):
    try:
        getattr(module, name)
        raise AssertionError
    except AttributeError as e:
        assert module.__name__ in str(e) and name in str(e), e
    assert not hasattr(module, name) and getattr(module, name, 5) == 5


# Where a name is imported that is not there, and where one is that is.
def imports(line):
    try:
        exec(line)
    except ImportError as e:
        return str(e)
    return None


for package in ("lws", "lws.http"):
    message = imports("from %s import Missing" % package)
    assert message and package in message and "Missing" in message, message
    for names in ("*", "__name__"):
        assert imports("from %s import %s" % (package, names)) is None
for line in ("from lws.http.server import Missing", "from lws.no import x", "import lws.http.no"):
    assert imports(line), line
for line in ("from lws import net, http, retry", "from lws.http import cors, auth"):
    assert imports(line) is None, line
assert lws.net.address and lws.http.cors.CORS is lws.http.CORS

for error in (lws.Error, lws.ProtocolError, lws.TlsError, lws.MqttError, lws.PolicyError):
    assert issubclass(error, OSError) and issubclass(error, lws.Error)
try:
    raise lws.ConnectionClosed(1001, "bye")
except OSError as e:
    assert (e.code, e.reason) == (1001, "bye")
assert lws.Error(errno.EIO).errno == errno.EIO

p = RetryPolicy([100, 200], conceal=3, jitter=50)
assert [p.next_ms(n) for n in range(4)] == [100, 200, 200, None]
assert p.next_ms(0, 65535) == 149 and p.next_ms(1, 32768) == 250
p = RetryPolicy()
assert p.next_ms(0) == 1000 and p.next_ms(1000) == 30000
for bad in (([],), ([-1],), ([1], 1, -1)):
    try:
        RetryPolicy(*bad)
        raise AssertionError(bad)
    except ValueError:
        pass
print("OK test_lws_package.py")
