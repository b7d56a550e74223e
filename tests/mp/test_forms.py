# The small formats of HTTP: queries, forms, cookies, dates, passwords, multipart bodies.
import _lws
from _lws import DATA, END, PART, PART_END
from bare import raises


def check_pairs():
    pairs = _lws.parse_query("a=1&b=hello+w%C3%B6rld&c&&=x&a=2&d=%2B+%26%3D")
    assert pairs == [
        ("a", "1"),
        ("b", "hello w\xf6rld"),
        ("c", ""),
        ("", "x"),
        ("a", "2"),
        ("d", "+ &="),
    ], pairs
    assert _lws.parse_form(b"x=%00y&z=" + b"v" * 1000) == [("x", "\0y"), ("z", "v" * 1000)]
    assert _lws.parse_query("") == [] and _lws.parse_form(b"") == []
    # no UTF-8: one U+FFFD for each byte
    assert _lws.parse_form(b"n=a%ff%e2%82b%E2%82%AC") == [("n", "a\ufffd\ufffd\ufffdb\u20ac")]
    # what is no escape stands for itself
    assert _lws.parse_query("a=%4&q=100%&%zz=%%41") == [("a", "%4"), ("q", "100%"), ("%zz", "%A")]
    assert _lws.parse_form(b"%zz=1%") == [("%zz", "1%")]
    assert len(_lws.parse_query("&".join(["a"] * 128))) == 128
    assert "many" in raises(ValueError, _lws.parse_query, "&".join(["a"] * 129))
    raises(TypeError, _lws.parse_query, 5)


def check_cookies():
    assert _lws.parse_cookies('a=1; b="two"; a=3; c; =4; d=x=y;e=') == {
        "a": "1",
        "b": "two",
        "d": "x=y",
        "e": "",
    }
    assert _lws.parse_cookies("") == {}
    cookies = _lws.parse_cookies("; ".join("c%d=%d" % (i, i) for i in range(100)))
    assert len(cookies) == 100 and cookies["c99"] == "99"
    many = "; ".join("c%d=%d" % (i, i) for i in range(200))
    assert "many" in raises(ValueError, _lws.parse_cookies, many)


def check_set_cookie():
    cookie = _lws.set_cookie
    assert cookie("a", "b") == "a=b"
    assert cookie("a", "") == "a="
    full = cookie("sid", "x1", "/p", "example.com", 784111777, 60, True, True, "strict")
    assert full == (
        "sid=x1; Path=/p; Domain=example.com; Max-Age=60; Expires=Sun, 06 Nov 1994 08:49:37 GMT;"
        " Secure; HttpOnly; SameSite=Strict"
    ), full
    assert cookie("a", "b", max_age=0, expires=1).startswith("a=b; Max-Age=0; Expires=Thu, 01 Jan")
    assert cookie("a", "b", max_age=-5) == "a=b; Max-Age=0"
    assert "06 Nov 1994" in cookie("a", "b", expires="Sunday, 06-Nov-94 08:49:37 GMT")
    assert cookie("a", "v" * 3000, path="/" + "p" * 300).endswith("p" * 300)
    for bad in ("x\r\nSet-Cookie: y=1", "a;b", 'q"', "\x7f", "\xfc", " lead"):
        raises(ValueError, cookie, "a", bad)
    for bad in ("", "a=b", "a;", "a b", "\n"):
        raises(ValueError, cookie, bad, "v")
    raises(ValueError, lambda: cookie("a", "b", path="/;x"))
    raises(ValueError, lambda: cookie("a", "b", domain="x; Secure"))
    raises(ValueError, lambda: cookie("a", "b", expires="tomorrow"))
    assert "secure" in raises(ValueError, lambda: cookie("a", "b", same_site="None"))
    assert "same_site" in raises(ValueError, lambda: cookie("a", "b", same_site="Loose"))
    assert cookie("a", "b", same_site="none", secure=True) == "a=b; Secure; SameSite=None"


def check_url():
    assert _lws.url_decode("a%20b+c") == "a b+c"
    assert _lws.url_decode("a%20b+c", True) == "a b c"
    assert _lws.url_decode("") == "" and _lws.url_encode("") == ""
    assert _lws.url_encode("a b/\xfc?") == "a%20b%2F%C3%BC%3F"
    assert _lws.url_encode("a b", True) == "a+b"
    text = "".join(chr(i) for i in range(1, 300))
    assert _lws.url_decode(_lws.url_encode(text)) == text
    assert _lws.url_decode(_lws.url_encode(text, True), True) == text
    assert _lws.url_decode("100%") == "100%" and _lws.url_decode("%4%41") == "%4A"


def check_dates():
    text = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert _lws.http_date(784111777) == text
    assert _lws.parse_date(text) == 784111777
    assert _lws.parse_date("Sun Nov  6 08:49:37 1994") == 784111777
    assert _lws.http_date(1e9 + 0.5) == "Sun, 09 Sep 2001 01:46:40 GMT"
    assert _lws.http_date(4102444800) == "Fri, 01 Jan 2100 00:00:00 GMT"
    assert _lws.parse_date(_lws.http_date(4102444800)) == 4102444800
    assert _lws.http_date(1 << 62) == "Fri, 31 Dec 9999 23:59:59 GMT"
    assert _lws.http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT"
    raises(ValueError, _lws.http_date, -1)
    raises(ValueError, _lws.http_date, -(1 << 70))
    raises(ValueError, _lws.http_date, 1 << 70)
    raises(TypeError, _lws.http_date, "now")
    raises(ValueError, _lws.parse_date, "Sun, 06 Nov 1994")


def check_passwords():
    basic = _lws.b64_decode_basic
    assert basic("Basic dXNlcjpwYXNzOndvcmQ=") == ("user", "pass:word")
    for no in (None, "", "Bearer abc", "Basic", "Basic !!!", "Basic dXNlcg=="):
        assert basic(no) is None, no
    assert basic("Basic " + "QUFB" * 100) is None
    assert _lws.basic_challenge('a"b') == 'Basic realm="a\\"b", charset="UTF-8"'
    raises(ValueError, _lws.basic_challenge, "a\r\nb")
    assert _lws.compare("s3cret", b"s3cret") and not _lws.compare("s3cret", "s3creT")
    assert not _lws.compare("", "x") and _lws.compare("", "")


def check_tables():
    assert _lws.mime("/a/b.HTML") == "text/html; charset=utf-8"
    assert _lws.mime("app.js").startswith("text/javascript")
    assert _lws.mime("x.jpeg") == "image/jpeg" and _lws.mime("x.mjs").startswith("text/javascript")
    assert _lws.mime("data") == "application/octet-stream"
    assert _lws.reason(404) == "Not Found" and _lws.reason(200) == "OK"
    assert _lws.accepts_encoding("br, gzip;q=0.5", "gzip")
    assert not _lws.accepts_encoding("gzip;q=0", "gzip")
    assert not _lws.accepts_encoding(None, "gzip")


BODY = (
    b"preamble\r\n--B0undary\r\n"
    b'Content-Disposition: form-data; name="title"\r\n\r\n'
    b"Gr\xc3\xbc\xc3\x9fe\r\n--B0undary\r\n"
    b'Content-Disposition: form-data; name="f"; filename="C:\\dir\\a \\"b\\".txt"\r\n'
    b"Content-Type: text/plain\r\n\r\n"
    b"line\r\n--B0undar\r\n\r\n--B0undary--\r\nepilogue"
)
PARTS = [
    ("title", None, None, b"Gr\xc3\xbc\xc3\x9fe"),
    ("f", 'a "b".txt', "text/plain", b"line\r\n--B0undar\r\n"),
]


# [(name, filename, type, data)] of a body fed in pieces.
def parts_of(parser, pieces):
    parts, ended = [], 0
    for piece in pieces:
        for event in parser.feed(piece):
            if event[0] == PART:
                data = b""
                head = event[1:]
            elif event[0] == DATA:
                data += event[1]
            elif event[0] == PART_END:
                parts.append(head + (data,))
            else:
                assert event == (END,)
                ended += 1
    assert ended == 1
    parser.end()
    return parts


def check_multipart():
    kind = "multipart/form-data; charset=utf-8; boundary=B0undary"
    assert parts_of(_lws.Multipart(kind), [BODY]) == PARTS
    for n in (1, 2, 3, 7, 50):
        pieces = [BODY[i : i + n] for i in range(0, len(BODY), n)]
        assert parts_of(_lws.Multipart("B0undary"), pieces) == PARTS, n
    parser = _lws.Multipart("B0undary")
    assert parser.next() is None
    parser.feed(memoryview(BODY))
    assert parser.next() == (PART, "title", None, None)
    raises(RuntimeError, parser.feed, b"more")
    assert "last boundary" in raises(ValueError, parser.end)
    # a buffer that shrinks under the parser
    moving = bytearray(BODY)
    parser = _lws.Multipart("B0undary")
    parser.feed(moving)
    parser.next()
    moving[:] = b""
    assert parser.next() is None


def check_bad_multipart():
    for kind in ("multipart/form-data", "multipart/mixed; boundary=x", "", "x" * 71, "a\nb"):
        assert "boundary" in raises(ValueError, _lws.Multipart, kind)
    broken = b"--x\r\nno colon\r\n\r\n"
    parser = _lws.Multipart("x").feed(broken)
    assert "broken" in raises(ValueError, parser.next)
    assert parser.next() is None
    assert "broken" in raises(ValueError, list, parser.feed(b"--x--"))
    head = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    assert "many" in raises(ValueError, list, _lws.Multipart("x").feed(head * 65))
    long = b"--x\r\nContent-Disposition: form-data; name=" + b"n" * 2000
    assert "long" in raises(ValueError, list, _lws.Multipart("x").feed(long))


check_pairs()
check_cookies()
check_set_cookie()
check_url()
check_dates()
check_passwords()
check_tables()
check_multipart()
check_bad_multipart()
print("OK")
