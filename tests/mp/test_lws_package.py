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
    except AttributeError:
        pass

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
