// Request heads (RFC 9112 sections 2 to 5 and 9): what is read, and what is refused with which
// status.
#include "support/effort.h"
#include "support/h1_log.h"
#include "unity.h"

// ---- what is read

static void test_the_smallest_request(void) {
    H1_REQUEST(
        "GET / HTTP/1.1\r\n"
        "Host: example.com\r\n"
        "\r\n",
        "GET / HTTP/1.1 keep-alive\n"
        "  Host: example.com\n"
        "END\n");
}

static void test_path_and_query(void) {
    H1_REQUEST(
        "GET /a/b.html?x=1&y=/?: HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/b.html?x=1&y=/?: HTTP/1.1 keep-alive\n  Host: a\nEND\n");
    H1_REQUEST(
        "GET /? HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /? HTTP/1.1 keep-alive\n  Host: a\nEND\n");
    // Browsers send some characters as they are which RFC 3986 wants encoded.
    H1_REQUEST(
        "GET /a|b?{\"x\":[1]}^`\\<> HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a|b?{\"x\":[1]}^`\\<> HTTP/1.1 keep-alive\n  Host: a\nEND\n");
}

static void test_methods(void) {
    H1_REQUEST(
        "DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n",
        "DELETE /x HTTP/1.1 keep-alive\n  Host: a\nEND\n");
    H1_REQUEST(
        "M-SEARCH /x HTTP/1.1\r\nHost: a\r\n\r\n",
        "M-SEARCH /x HTTP/1.1 keep-alive\n  Host: a\nEND\n");
    H1_REQUEST(
        "get /x HTTP/1.1\r\nHost: a\r\n\r\n", "get /x HTTP/1.1 keep-alive\n  Host: a\nEND\n");
    H1_REQUEST(
        "!#$%&'*+-.^_`|~09AZaz / HTTP/1.1\r\nHost: a\r\n\r\n",
        "!#$%&'*+-.^_`|~09AZaz / HTTP/1.1 keep-alive\n  Host: a\nEND\n");
}

static void test_method_numbers(void) {
    static const struct {
        const char *text;
        lws_method_t method;
    } cases[] = {
        { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", LWS_METHOD_GET },
        { "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", LWS_METHOD_HEAD },
        { "PATCH / HTTP/1.1\r\nHost: a\r\n\r\n", LWS_METHOD_PATCH },
        { "GETS / HTTP/1.1\r\nHost: a\r\n\r\n", LWS_METHOD_OTHER },
        { "Get / HTTP/1.1\r\nHost: a\r\n\r\n", LWS_METHOD_OTHER },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        h1_log_t t = { .response = false };
        lws_h1_event_t ev;
        h1_log_open(&t);
        int n = lws_h1_rx(&t.x, (const uint8_t *)cases[i].text, strlen(cases[i].text), &ev);
        TEST_ASSERT_EQUAL_INT(strlen(cases[i].text), n);
        TEST_ASSERT_EQUAL_INT(cases[i].method, t.head.method);
        lws_h1_free(&t.x);
    }
}

static void test_absolute_target(void) {
    H1_REQUEST(
        "GET http://b.example:81/x?y HTTP/1.1\r\nHost: ignored\r\n\r\n",
        "GET [absolute b.example:81] /x?y HTTP/1.1 keep-alive\n  Host: ignored\nEND\n");
    // An empty path is "/" (section 3.2.1).
    H1_REQUEST(
        "GET http://b HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET [absolute b] / HTTP/1.1 keep-alive\n  Host: b\nEND\n");
    H1_REQUEST(
        "GET zcoap+tcp://[::1]:5?y HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET [absolute [::1]:5] /?y HTTP/1.1 keep-alive\n  Host: b\nEND\n");
}

static void test_authority_target_is_for_connect(void) {
    H1_REQUEST(
        "CONNECT b.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n",
        "CONNECT [authority b.example:443]  HTTP/1.1 keep-alive\n  Host: b.example:443\nEND\n");
    H1_REQUEST(
        "CONNECT [fe80::1]:443 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "CONNECT [authority [fe80::1]:443]  HTTP/1.1 keep-alive length=0\n"
        "  Host: x\n  Content-Length: 0\nEND\n");
}

static void test_asterisk_target_is_for_options(void) {
    H1_REQUEST(
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS [asterisk] * HTTP/1.1 keep-alive\n  Host: a\nEND\n");
    H1_REQUEST(
        "OPTIONS /x HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS /x HTTP/1.1 keep-alive\n  Host: a\nEND\n");
}

static void test_fields_are_kept_as_they_were_written(void) {
    H1_REQUEST(
        "GET / HTTP/1.1\r\n"
        "hOST:a\r\n"
        "X-Empty:\r\n"
        "X-Blank: \t \r\n"
        "X-Trim: \t  a \t b\t \r\n"
        "!#$%&'*+-.^_`|~: \"x\", y;z=:\r\n"
        "X-Latin: caf\xe9 \xff\r\n"
        "x-empty: again\r\n"
        "\r\n",
        "GET / HTTP/1.1 keep-alive\n"
        "  hOST: a\n"
        "  X-Empty: \n"
        "  X-Blank: \n"
        "  X-Trim: a \\x09 b\n"
        "  !#$%&'*+-.^_`|~: \"x\", y;z=:\n"
        "  X-Latin: caf\\xe9 \\xff\n"
        "  x-empty: again\n"
        "END\n");
}

static void test_empty_lines_before_a_request(void) {
    H1_REQUEST(
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 keep-alive\n  Host: a\nEND\n");
    H1_REQUEST("\r\n\r\n\r\n\r\n", "");
    H1_REQUEST("\r\n\r\n\r\n\r\n\r\n", "PROTO 400\n");
    H1_REQUEST("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", "PROTO 400\n");
    H1_REQUEST("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "PROTO 400\n");
    // They are counted for each message.
    H1_REQUEST(
        "\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\nEND\nGET / HTTP/1.0\nEND\n");
}

static void test_pipelining(void) {
    H1_REQUEST(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        "GET /4 HTTP/1.1\r\nHost: a\r\n",
        "GET /1 HTTP/1.1 keep-alive\n  Host: a\nEND\n"
        "POST /2 HTTP/1.1 keep-alive length=3\n  Host: a\n  Content-Length: 3\nBODY abc\nEND\n"
        "POST /3 HTTP/1.1 keep-alive chunked\n  Host: a\n  Transfer-Encoding: chunked\n"
        "BODY hi\nEND\n"
        "EOF inside a message\n");
}

// ---- the connection

static void test_keep_alive(void) {
    H1_REQUEST("GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
        "GET / HTTP/1.0 keep-alive\n  Connection: Keep-Alive\nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\n  Host: a\n  Connection: close\nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, ,keep-alive\r\nConnection: y,CLOSE\r\n\r\n",
        "GET / HTTP/1.1\n  Host: a\n  Connection: x, ,keep-alive\n  Connection: y,CLOSE\nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n",
        "GET / HTTP/1.1 keep-alive\n  Host: a\n  Connection: closed\nEND\n");
}

static void test_upgrade(void) {
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: a\r\n"
        "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\r\n",
        "GET / HTTP/1.1 keep-alive upgrade\n  Host: a\n  Upgrade: websocket\n"
        "  Connection: keep-alive, Upgrade\nEND\n");
    // One alone is none, and neither is any in HTTP/1.0 (RFC 9110 section 7.8).
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1 keep-alive\n  Host: a\n  Upgrade: websocket\nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
        "GET / HTTP/1.1 keep-alive\n  Host: a\n  Connection: upgrade\nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.0\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "GET / HTTP/1.0\n  Upgrade: x\n  Connection: upgrade\nEND\n");
}

static void test_expect(void) {
    H1_REQUEST(
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
        "PUT / HTTP/1.1 keep-alive expect length=1\n"
        "  Host: a\n  Expect: 100-Continue\n  Content-Length: 1\nBODY x\nEND\n");
    // Nothing to wait for.
    H1_REQUEST(
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "PUT / HTTP/1.1 keep-alive\n  Host: a\n  Expect: 100-continue\nEND\n");
    // HTTP/1.0 cannot mean it (RFC 9110 section 10.1.1).
    H1_REQUEST(
        "PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
        "PUT / HTTP/1.0 length=1\n  Expect: 100-continue\n  Content-Length: 1\nBODY x\nEND\n");
    H1_REQUEST("PUT / HTTP/1.1\r\nHost: a\r\nExpect: a-pony\r\n\r\n", "UNSUPPORTED 417\n");
    H1_REQUEST(
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, x\r\n\r\n", "UNSUPPORTED 417\n");
    H1_REQUEST("PUT / HTTP/1.1\r\nHost: a\r\nExpect:\r\n\r\n", "UNSUPPORTED 417\n");
}

// ---- what is refused

#define REFUSED(status, text) H1_REQUEST(text, status "\n")

static void test_bad_request_lines(void) {
    REFUSED("PROTO 400", " GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "G\xc3\x89T / HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET \r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /\r\n\r\n");         // HTTP/0.9
    REFUSED("PROTO 400", "GET / \r\n\r\n");
    REFUSED("PROTO 400", "\x16\x03\x01\x02\x00");    // a TLS handshake
    REFUSED("PROTO 400", "Host: a\r\n\r\n");
}

static void test_bad_targets(void) {
    REFUSED("PROTO 400", "GET x HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET * HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET example.com:80 HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET /a?\x01 HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET http:/x HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET 1http://a/ HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET ht_tp://a/ HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET http://me@a/ HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET http://a:x/ HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET http://a,b/ HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET http://a,HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET mailto:a@b HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "CONNECT :443 HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "CONNECT a:443/ HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "CONNECT http://a:443 HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

static void test_versions(void) {
    REFUSED("UNSUPPORTED 505", "GET / HTTP/2.0\r\nHost: a\r\n\r\n");
    REFUSED("UNSUPPORTED 505", "GET / HTTP/1.2\r\nHost: a\r\n\r\n");
    REFUSED("UNSUPPORTED 505", "GET / HTTP/0.9\r\n\r\n");
    REFUSED("UNSUPPORTED 505", "GET / HTTP/3.1");
    REFUSED("PROTO 400", "GET / HTTP/1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.10\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/11.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.x\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / http/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTPS/1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP /1.1\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / ICE/1.1\r\nHost: a\r\n\r\n");
}

static void test_line_ends(void) {
    // A bare LF or CR anywhere.
    REFUSED("PROTO 400", "GET / HTTP/1.1\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\r\n\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\rHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\rHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\r\n\r\r");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\r\n\rX");
}

static void test_bad_fields(void) {
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\n Host: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost : a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\n: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nX Y: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nX(Y): a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\n\xef\xbb\xbfHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n");
    // obs-fold (section 5.2)
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n c\r\n\r\n");
}

static void test_controls_in_values(void) {
    static const char sample[] = "\0\1\x8\t\n\r\x1f ~\x7f\x80\xff";
    for (int c = 0; c < 256; c++) {
        if (!unity_exhaustive && !memchr(sample, c, sizeof(sample))) {
            continue;
        }
        char text[] = "GET / HTTP/1.1\r\nHost: a\r\nX-Value: abcdefgh?ijklmn\r\n\r\n";
        char *at = strchr(text, '?');
        bool ok = c == '\t' || (c >= 0x20 && c != 0x7f);
        *at = (char)c;
        h1_log_t t = { .response = false };
        split_case_t whole = { h1_log_open, h1_log_feed, h1_log_close, &t };
        TEST_SPLIT(&whole, text, sizeof(text) - 1);
        TEST_ASSERT_EQUAL_TEXT(ok ? "GET " : "PROT", split_log(), 4);
    }
}

// ---- Host

static void test_host(void) {
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\n\r\n");
    REFUSED("PROTO 400", "GET http://a/ HTTP/1.1\r\nAccept: x\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.0\r\nHost: a\r\nX: y\r\nHost: b\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a:-1\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: []\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: [x]\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: [1]\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n");
    REFUSED("PROTO 400", "GET / HTTP/1.1\r\nHost: caf\xc3\xa9\r\n\r\n");
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: [2001:db8::1.2.3.4]:8080\r\n\r\n",
        "GET / HTTP/1.1 keep-alive\n  Host: [2001:db8::1.2.3.4]:8080\nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: my_device-1.local:\r\n\r\n",
        "GET / HTTP/1.1 keep-alive\n  Host: my_device-1.local:\nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1 keep-alive\n  Host: \nEND\n");
    H1_REQUEST(
        "GET / HTTP/1.1\r\nHost: a:65535\r\n\r\n",
        "GET / HTTP/1.1 keep-alive\n  Host: a:65535\nEND\n");
}

// ---- length: what could smuggle a request

#define POST "POST / HTTP/1.1\r\nHost: a\r\n"
#define CL "Content-Length: "
#define TE "Transfer-Encoding: "

static void test_content_length(void) {
    REFUSED("PROTO 400", POST CL "5\r\n" CL "6\r\n\r\n");
    REFUSED("PROTO 400", POST CL "5\r\n" CL "5\r\n\r\n");
    REFUSED("PROTO 400", POST CL "5, 5\r\n\r\n");
    REFUSED("PROTO 400", POST CL "+5\r\n\r\n");
    REFUSED("PROTO 400", POST CL "-5\r\n\r\n");
    REFUSED("PROTO 400", POST CL "0x5\r\n\r\n");
    REFUSED("PROTO 400", POST CL "5 5\r\n\r\n");
    REFUSED("PROTO 400", POST CL "5.\r\n\r\n");
    REFUSED("PROTO 400", POST CL "five\r\n\r\n");
    REFUSED("PROTO 400", POST CL "\xd9\xa5\r\n\r\n");
    REFUSED("PROTO 400", POST "Content-Length:\r\n\r\n");
    // 2^64 and far beyond
    REFUSED("TOO_BIG 413", POST CL "18446744073709551616\r\n\r\n");
    REFUSED("TOO_BIG 413", POST CL "99999999999999999999999\r\n\r\n");
    H1_REQUEST(
        "POST / HTTP/1.0\r\ncontent-length: 0003\r\n\r\nabcGET",
        "POST / HTTP/1.0 length=3\n  content-length: 0003\nBODY abc\nEND\nEOF inside a message\n");
}

static void test_transfer_encoding(void) {
    REFUSED("PROTO 400", POST TE "chunked\r\n" CL "5\r\n\r\n");
    REFUSED("PROTO 400", POST CL "5\r\n" TE "chunked\r\n\r\n");
    REFUSED("PROTO 400", POST CL "0\r\ntransfer-encoding: Chunked\r\n\r\n");
    REFUSED("PROTO 400", "POST / HTTP/1.0\r\n" TE "chunked\r\n\r\n");
    // not ended by chunked
    REFUSED("PROTO 400", POST TE "identity\r\n\r\n");
    REFUSED("PROTO 400", POST TE "gzip\r\n\r\n");
    REFUSED("PROTO 400", POST TE "chunked, identity\r\n\r\n");
    REFUSED("PROTO 400", POST TE "chunked, chunked\r\n\r\n");
    REFUSED("PROTO 400", POST TE "xchunked\r\n\r\n");
    REFUSED("PROTO 400", POST TE "chunked;q=1\r\n\r\n");
    REFUSED("PROTO 400", POST TE "\"chunked\"\r\n\r\n");
    REFUSED("PROTO 400", POST TE "chunk\r\n\r\n");
    REFUSED("PROTO 400", POST "Transfer-Encoding:\r\n\r\n");
    REFUSED("PROTO 400", POST TE "chu\xe7nked\r\n\r\n");
    REFUSED("PROTO 400", POST "Transfer-Encoding:\x0b" "chunked\r\n\r\n");
    // two fields
    REFUSED("PROTO 400", POST TE "chunked\r\n" TE "chunked\r\n\r\n");
    REFUSED("PROTO 400", POST TE "chunked\r\nTransfer-encoding: x\r\n\r\n");
    // other codings before it
    REFUSED("UNSUPPORTED 501", POST TE "gzip, chunked\r\n\r\n");
    REFUSED("UNSUPPORTED 501", POST TE "x;y=\",\",chunked\r\n\r\n");
    REFUSED("PROTO 400", POST "Transfer-Encoding : chunked\r\n\r\n");
    REFUSED("PROTO 400", POST "Transfer-Encoding\r\n : chunked\r\n\r\n");
    REFUSED("PROTO 400", POST "Transfer_Encoding : chunked\r\n\r\n");
    // Another name is another field: nobody takes it for the real one.
    H1_REQUEST(
        POST "Transfer_Encoding: chunked\r\nContent_Length: 7\r\n\r\n",
        "POST / HTTP/1.1 keep-alive\n"
        "  Host: a\n  Transfer_Encoding: chunked\n  Content_Length: 7\nEND\n");
}

static void test_connect_has_no_body(void) {
    REFUSED("PROTO 400", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    REFUSED("PROTO 400", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
}

// ---- every prefix

// An error shows at the same byte however the input is cut, and with the byte that makes it
// certain.
static void test_errors_come_at_the_first_wrong_byte(void) {
    static const struct {
        const char *text;       // ends with the first wrong byte
        int status;
    } cases[] = {
        { "G(", 400 }, { "GET x ", 400 }, { "GET /#", 400 }, { "GET / HTTX", 400 },
        { "GET / HTTP/2.0", 505 }, { "GET / HTTP/1.1\n", 400 }, { "GET / HTTP/1.1\r\n ", 400 },
        { "GET / HTTP/1.1\r\nA ", 400 }, { "GET / HTTP/1.1\r\nA:\x01", 400 },
        { "GET / HTTP/1.1\r\nA: b\n", 400 }, { "CONNECT /", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\n\rX", 400 }, { "GET *", 400 }, { "GET http://@", 400 },
        { "GET / HTTP/1.1\r\nA: b\r\n\r\n", 400 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t first = 1; first <= strlen(cases[i].text); first++) {
            h1_log_t t = { .response = false };
            lws_h1_event_t ev;
            size_t n = strlen(cases[i].text);
            h1_log_open(&t);
            int used = lws_h1_rx(&t.x, (const uint8_t *)cases[i].text, first, &ev);
            if (first < n) {
                TEST_ASSERT_EQUAL_INT(first, used);
                used = lws_h1_rx(&t.x, (const uint8_t *)cases[i].text + first, n - first, &ev);
            }
            TEST_ASSERT(used < 0);
            TEST_ASSERT_EQUAL_INT(cases[i].status, t.x.status);
            lws_h1_free(&t.x);
            TEST_ASSERT_NO_LEAK(&t.tm);
        }
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_the_smallest_request);
    RUN_TEST(test_path_and_query);
    RUN_TEST(test_methods);
    RUN_TEST(test_method_numbers);
    RUN_TEST(test_absolute_target);
    RUN_TEST(test_authority_target_is_for_connect);
    RUN_TEST(test_asterisk_target_is_for_options);
    RUN_TEST(test_fields_are_kept_as_they_were_written);
    RUN_TEST(test_empty_lines_before_a_request);
    RUN_TEST(test_pipelining);
    RUN_TEST(test_keep_alive);
    RUN_TEST(test_upgrade);
    RUN_TEST(test_expect);
    RUN_TEST(test_bad_request_lines);
    RUN_TEST(test_bad_targets);
    RUN_TEST(test_versions);
    RUN_TEST(test_line_ends);
    RUN_TEST(test_bad_fields);
    RUN_TEST(test_controls_in_values);
    RUN_TEST(test_host);
    RUN_TEST(test_content_length);
    RUN_TEST(test_transfer_encoding);
    RUN_TEST(test_connect_has_no_body);
    RUN_TEST(test_errors_come_at_the_first_wrong_byte);
    return UNITY_END();
}
