// Response heads and where their bodies end (RFC 9112 sections 4 and 6.3).
#include "support/h1_log.h"
#include "unity.h"

static void test_with_a_length(void) {
    H1_RESPONSE(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "200 \"OK\" HTTP/1.1 keep-alive length=5\n  Content-Length: 5\nBODY hello\nEND\n");
    H1_RESPONSE(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "200 \"OK\" HTTP/1.1 keep-alive length=0\n  Content-Length: 0\nEND\n");
}

static void test_chunked(void) {
    H1_RESPONSE(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nETag: x\r\n\r\n",
        "200 \"OK\" HTTP/1.1 keep-alive chunked\n  Transfer-Encoding: chunked\n"
        "BODY abc\nTRAILER ETag: x\nEND\n");
}

static void test_reasons(void) {
    H1_RESPONSE(
        "HTTP/1.1 404 Not \t Found at all\r\nContent-Length: 0\r\n\r\n",
        "404 \"Not \\x09 Found at all\" HTTP/1.1 keep-alive length=0\n  Content-Length: 0\nEND\n");
    H1_RESPONSE(
        "HTTP/1.1 204 \r\n\r\n", "204 \"\" HTTP/1.1 keep-alive\nEND\n");
    // The space before no reason is demanded by the RFC and left out by servers.
    H1_RESPONSE(
        "HTTP/1.1 204\r\n\r\n", "204 \"\" HTTP/1.1 keep-alive\nEND\n");
    H1_RESPONSE(
        "HTTP/1.1 204 caf\xe9\r\n\r\n", "204 \"caf\\xe9\" HTTP/1.1 keep-alive\nEND\n");
}

static void test_until_close(void) {
    H1_RESPONSE(
        "HTTP/1.0 200 OK\r\n\r\nall of this\r\n",
        "200 \"OK\" HTTP/1.0 until-close\nBODY all of this\\x0d\\x0a\nEOF END\n");
    // Nothing can keep that connection.
    H1_RESPONSE(
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nx",
        "200 \"OK\" HTTP/1.1 until-close\n  Connection: keep-alive\nBODY x\nEOF END\n");
    H1_RESPONSE("HTTP/1.1 500 x\r\n\r\n", "500 \"x\" HTTP/1.1 until-close\nEOF END\n");
}

static void test_without_a_body_whatever_the_fields_say(void) {
    H1_RESPONSE(
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\n"
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"
        "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n",
        "304 \"Not Modified\" HTTP/1.1 keep-alive length=5\n"
        "  Content-Length: 5\n  ETag: \"x\"\nEND\n"
        "204 \"No Content\" HTTP/1.1 keep-alive\n  Transfer-Encoding: chunked\nEND\n"
        "304 \"Not Modified\" HTTP/1.1\n  Connection: close\nEND\n");
}

static void test_interim_responses_come_before_the_real_one(void) {
    H1_RESPONSE(
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "100 \"Continue\" HTTP/1.1 keep-alive\nEND\n"
        "103 \"Early Hints\" HTTP/1.1 keep-alive\n  Link: </a.css>\nEND\n"
        "200 \"OK\" HTTP/1.1 keep-alive length=2\n  Content-Length: 2\nBODY ok\nEND\n");
}

static void test_switching_protocols(void) {
    H1_RESPONSE(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "101 \"Switching Protocols\" HTTP/1.1 keep-alive upgrade\n"
        "  Connection: Upgrade\n  Upgrade: websocket\nEND\n");
}

// What follows the END of a 101 is the other protocol's: it must not have been touched.
static void test_nothing_is_read_past_the_head_of_101(void) {
    static const char text[] =
        "HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x02hi";
    for (size_t first = 0; first < sizeof(text) - 6; first++) {
        h1_log_t t = { .response = true };
        lws_h1_event_t ev;
        h1_log_open(&t);
        size_t at = 0;
        if (first) {
            at = (size_t)lws_h1_rx(&t.x, (const uint8_t *)text, first, &ev);
            TEST_ASSERT_EQUAL_INT(first, at);
        }
        do {
            at += (size_t)lws_h1_rx(&t.x, (const uint8_t *)text + at, sizeof(text) - 1 - at, &ev);
        } while (ev.type != LWS_H1_END);
        TEST_ASSERT_EQUAL_INT(sizeof(text) - 1 - 4, at);
        TEST_ASSERT(lws_h1_idle(&t.x));
        lws_h1_free(&t.x);
        TEST_ASSERT_NO_LEAK(&t.tm);
    }
}

static void test_answer_to_head(void) {
    H1_CASE(
        "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "200 \"OK\" HTTP/1.1 keep-alive length=5000\n  Content-Length: 5000\nEND\n"
        "200 \"OK\" HTTP/1.1 keep-alive\nEND\n"
        "200 \"OK\" HTTP/1.1 keep-alive\n  Transfer-Encoding: chunked\nEND\n",
        .response = true, .no_body = true);
    // A length beyond the limit is no harm when nothing follows.
    H1_CASE(
        "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
        "200 \"OK\" HTTP/1.1 keep-alive length=5000\n  Content-Length: 5000\nEND\n",
        .response = true, .no_body = true, .limits = &(lws_h1_limits_t) { .body = 10 });
}

static void test_answer_to_connect(void) {
    H1_CASE(
        "HTTP/1.1 200 Connected\r\nContent-Length: 5\r\n\r\n",
        "200 \"Connected\" HTTP/1.1 keep-alive length=5\n  Content-Length: 5\nEND\n",
        .response = true, .connect = true);
    H1_CASE(
        "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno",
        "407 \"No\" HTTP/1.1 keep-alive length=2\n  Content-Length: 2\nBODY no\nEND\n",
        .response = true, .connect = true);
}

static void test_fields_that_are_only_for_requests(void) {
    H1_RESPONSE(
        "HTTP/1.1 204 x\r\nHost: a b\r\nHost: c\r\nExpect: a-pony\r\n\r\n",
        "204 \"x\" HTTP/1.1 keep-alive\n  Host: a b\n  Host: c\n  Expect: a-pony\nEND\n");
}

#define REFUSED(log, text) H1_RESPONSE(text, log "\n")

static void test_bad_status_lines(void) {
    REFUSED("PROTO 400", "\r\nHTTP/1.1 200 OK\r\n\r\n");
    REFUSED("PROTO 400", " HTTP/1.1 200 OK\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1  200 OK\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 20 OK\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 2000 OK\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 099 OK\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 +20 OK\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 2xx OK\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 2x: y\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 200 OK\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 200 O\0K\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 200 O\rK\r\n\r\n");
    REFUSED("PROTO 400", "ICY 200 OK\r\n\r\n");
    REFUSED("PROTO 400", "<html>");
    REFUSED("UNSUPPORTED 505", "HTTP/2.0 200 OK\r\n\r\n");
    REFUSED("UNSUPPORTED 505", "HTTP/1.2 200 OK\r\n\r\n");
}

static void test_a_status_out_of_range_is_for_the_reader(void) {
    H1_RESPONSE(
        "HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n",
        "999 \"x\" HTTP/1.1 keep-alive length=0\n  Content-Length: 0\nEND\n");
}

static void test_bad_lengths(void) {
    REFUSED("PROTO 400", "HTTP/1.1 200 x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 200 x\r\nContent-Length: 5, 5\r\n\r\n");
    REFUSED(
        "PROTO 400",
        "HTTP/1.1 200 x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.0 200 x\r\nTransfer-Encoding: chunked\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 200 x\r\nTransfer-Encoding: gzip\r\n\r\n");
    REFUSED("UNSUPPORTED 501", "HTTP/1.1 200 x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
    REFUSED("PROTO 400", "HTTP/1.1 200 x\r\nX: y\r\n folded\r\n\r\n");
}

static void test_cut_short(void) {
    H1_RESPONSE("", "");
    H1_RESPONSE("HTTP/1.1 200", "EOF inside a message\n");
    H1_RESPONSE("HTTP/1.1 200 OK\r\nA: b\r\n", "EOF inside a message\n");
    H1_RESPONSE(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
        "200 \"OK\" HTTP/1.1 keep-alive length=5\n  Content-Length: 5\n"
        "BODY hel\nEOF inside a message\n");
    H1_RESPONSE(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
        "200 \"OK\" HTTP/1.1 keep-alive chunked\n  Transfer-Encoding: chunked\nBODY abc\n"
        "EOF inside a message\n");
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_with_a_length);
    RUN_TEST(test_chunked);
    RUN_TEST(test_reasons);
    RUN_TEST(test_until_close);
    RUN_TEST(test_without_a_body_whatever_the_fields_say);
    RUN_TEST(test_interim_responses_come_before_the_real_one);
    RUN_TEST(test_switching_protocols);
    RUN_TEST(test_nothing_is_read_past_the_head_of_101);
    RUN_TEST(test_answer_to_head);
    RUN_TEST(test_answer_to_connect);
    RUN_TEST(test_fields_that_are_only_for_requests);
    RUN_TEST(test_bad_status_lines);
    RUN_TEST(test_a_status_out_of_range_is_for_the_reader);
    RUN_TEST(test_bad_lengths);
    RUN_TEST(test_cut_short);
    return UNITY_END();
}
