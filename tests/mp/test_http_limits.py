# The guide's tables of limits: each is hit, and answered with the status that the guide says.
import asyncio

from http_client import serve

from lws.http import Server

app = Server(max_line=300, max_head=600, max_content_length=100, max_body=50, header_ms=200)


@app.route("/", methods=["GET", "POST"])
def index(request):
    return str(len(request.body) + len(request.args))


@app.post("/form")
def form(request):
    return str(len(request.form))


FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
GET = "GET / HTTP/1.1\r\nHost: a\r\n"
POST = "POST %s HTTP/1.1\r\nHost: a\r\n%sContent-Length: %d\r\n\r\n%s"

CASES = (
    ("max_line, of a request", "GET /" + 300 * "x" + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("max_line, of a field", GET + "X: " + 300 * "x" + "\r\n\r\n", 431),
    ("max_head", GET + 3 * ("X: " + 200 * "x" + "\r\n") + "\r\n", 431),
    ("LWS_HTTP_MAX_HEADERS", GET + 48 * "X: y\r\n" + "\r\n", 431),
    ("max_content_length", POST % ("/", "", 101, ""), 413),
    ("max_content_length, of chunks", CHUNKED + "65\r\n" + 101 * "x" + "\r\n0\r\n\r\n", 413),
    ("max_body", POST % ("/form", FORM, 60, "a=" + 58 * "x"), 413),
    ("LWS_H1_MAX_CHUNK_LINE", CHUNKED + "1;" + 300 * "x" + "\r\n", 400),
    ("LWS_H1_MAX_TRAILERS", CHUNKED + "0\r\n" + 10 * ("X: " + 250 * "x" + "\r\n") + "\r\n", 431),
    ("LWS_FORM_MAX_FIELDS", "GET /?" + 129 * "&a" + " HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("header_ms", GET, 408),
)


async def check(c):
    assert (await c.get("/?" + 128 * "&a")).text == "1"
    assert (await c.request("POST", "/", bytes(50))).text == "50"
    for name, data, status in CASES:
        await c.close()
        await c.send(data.encode())
        r = await asyncio.wait_for(c.response(), 60)
        assert r.status == status, (name, r.status)


serve(app, check)
