// How HTTP/1.1 connections end: refused messages, half-closed and reset streams, closing from our
// side.
#include "support/fake_pump.h"
#include "support/room.h"
#include "support/test_mem.h"
#include "unity.h"

#define HOST " HTTP/1.1\r\nHost: a\r\n"
#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define HELLO_CLOSE "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"
#define PLAIN "Content-Type: text/plain; charset=UTF-8\r\n"
#define REFUSED(status, reason, n) "HTTP/1.1 " #status " " reason "\r\n" \
    PLAIN "Content-Length: " #n "\r\nConnection: close\r\n\r\n" reason

static fp_t p;
static test_mem_t mem;
static fp_conn_t *k;

static int hello(void) {
    lws_response_t r = { .status = 200, .body = LWS_LIT("hello"), .length = 5 };
    return lws_conn_respond(&k->c, &r);
}

static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    k = conn;
    if (ev->type == LWS_EV_REQUEST) {
        const lws_head_t *h = lws_event_head(ev);
        lws_span_t path = lws_head_span(h, h->path_at, h->path_len);
        if (lws_span_eq(path, LWS_LIT("/"))) {
            TEST_ASSERT_EQUAL_INT(LWS_OK, hello());
        } else if (lws_span_eq(path, LWS_LIT("/bye"))) {
            lws_conn_close(&conn->c, 0, lws_span(NULL, 0));
            TEST_ASSERT_EQUAL_INT(LWS_OK, hello());
        } else if (lws_span_eq(path, LWS_LIT("/abort"))) {
            lws_conn_abort(&conn->c);
            TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, hello());
        }
    }
}

static void open_pump(void) {
    test_mem_init(&mem, 0);
    fp_init(&p, &mem.mem, on_event, NULL);
    k = fp_open(&p, &lws_role_h1);
}

static void close_pump(void) {
    fp_close(&p);
    TEST_ASSERT_NO_LEAK(&mem);
}

// ---- refused

// The request is answered with exactly this, in one piece and byte by byte, and the stream ends.
static void refused(const char *request, const char *want) {
    size_t n = strlen(request);
    for (int byte_by_byte = 0; byte_by_byte < 2; byte_by_byte++) {
        open_pump();
        p.http.limits.body = 1000;
        p.http.limits.line = 64;
        p.http.limits.head = 256;
        fp_feed_by(k, request, n, byte_by_byte ? 1 : n);
        TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
        FP_OUT(k, want);
        FP_FEED(k, "GET /" HOST "\r\n");
        FP_OUT(k, "");
        fp_eof(k);
        TEST_ASSERT_FALSE(k->open);
        TEST_ASSERT_TRUE(k->failed);
        close_pump();
    }
}

static void test_broken_requests(void) {
    const char *bad = REFUSED(400, "Bad Request", 11);
    refused("GET /\r\n\r\n", bad);
    refused("GET / HTTP/1.1\r\n\r\n", bad);                     // no Host
    refused("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", bad);
    refused("POST /p" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", bad);
    refused("POST /p" HOST "Content-Length: x\r\n\r\n", bad);
    refused("\x16\x03\x01 a TLS client hello", bad);
}

static void test_limits(void) {
    refused("GET /0123456789012345678901234567890123456789012345678901234567890123",
        REFUSED(414, "URI Too Long", 12));
    refused("GET /" HOST "A: 0123456789012345678901234567890123456789012345678901234567890123",
        REFUSED(431, "Request Header Fields Too Large", 31));
    refused("POST /p" HOST "Content-Length: 1001\r\n\r\n", REFUSED(413, "Content Too Large", 17));
}

static void test_not_implemented(void) {
    refused("GET / HTTP/2.0\r\n", REFUSED(505, "HTTP Version Not Supported", 26));
    refused("POST /p" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n",
        REFUSED(501, "Not Implemented", 15));
}

// A body that turns out broken before its request was answered.
static void test_broken_chunk(void) {
    refused("POST /p" HOST CHUNKED "5\r\nabcdeX", REFUSED(400, "Bad Request", 11));
    refused("POST /p" HOST CHUNKED "3e9\r\n", REFUSED(413, "Content Too Large", 17));
    // A HEAD request has a body here, its answer still has none.
    refused("HEAD /p" HOST CHUNKED "X",
        "HTTP/1.1 400 Bad Request\r\n" PLAIN "Content-Length: 11\r\nConnection: close\r\n\r\n");
}

// Answered already: a second answer would be taken for that of the next request.
static void test_broken_chunk_after_the_answer(void) {
    open_pump();
    FP_FEED(k, "POST /" HOST CHUNKED "X");
    FP_OUT(k, HELLO);
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    close_pump();
}

static void test_broken_chunk_while_the_answer_goes_out(void) {
    open_pump();
    FP_FEED(k, "POST /p" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
    lws_response_t r = { .status = 200, .chunked = true, .body = LWS_LIT("x") };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    FP_FEED(k, "X");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, lws_conn_body(&k->c, LWS_LIT("y"), true));
    FP_OUT(k, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
    fp_eof(k);
    TEST_ASSERT_TRUE(k->failed);
    close_pump();
}

static void test_broken_after_good(void) {
    open_pump();
    FP_FEED(k, "GET /" HOST "\r\nGET /late" HOST "\r\nBROKEN\r\n");
    FP_OUT(k, HELLO);
    FP_CALL(k, hello());
    FP_OUT(k, HELLO REFUSED(400, "Bad Request", 11));
    close_pump();
}

// The limits of draining: so much and so long.
static void test_drain(void) {
    static uint8_t *junk;
    ROOM(junk, 4096);
    open_pump();
    FP_FEED(k, "BROKEN\r\n");
    for (int i = 0; i < 16; i++) {
        fp_feed(k, junk, 4096);
        TEST_ASSERT_TRUE(k->open);
    }
    fp_feed(k, junk, 1);
    TEST_ASSERT_FALSE(k->open);
    k = fp_open(&p, &lws_role_h1);
    FP_FEED(k, "BROKEN\r\n");
    fp_pass(&p, LWS_CLOSE_MS * 1000 - 1);
    TEST_ASSERT_TRUE(k->open);
    fp_pass(&p, 1);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

// A peer that sends on while our last words wait for it to read: they are not lost to that.
static void test_flood_while_closing(void) {
    static uint8_t *junk;
    ROOM(junk, 4096);
    open_pump();
    k->window = 0;
    FP_FEED(k, "BROKEN\r\n");
    for (int i = 0; i < 17; i++) {
        TEST_ASSERT_EQUAL_INT(LWS_WANT_READ | LWS_WANT_WRITE, lws_conn_want(&k->c));
        fp_feed(k, junk, 4096);
    }
    TEST_ASSERT_EQUAL_INT(LWS_WANT_WRITE, lws_conn_want(&k->c));
    fp_take(k, SIZE_MAX);
    FP_OUT(k, REFUSED(400, "Bad Request", 11));
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

// ---- the peer half-closes

static void test_eof_between_requests(void) {
    open_pump();
    fp_eof(k);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_FALSE(k->failed);
    k = fp_open(&p, &lws_role_h1);
    FP_FEED(k, "GET /" HOST "\r\n");
    fp_eof(k);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_FALSE(k->failed);
    close_pump();
}

static void test_eof_inside_a_message(void) {
    static const char *const cut[] = {
        "GET / HT", "POST /p" HOST "Content-Length: 3\r\n\r\n",
        "POST /p" HOST "Content-Length: 3\r\n\r\na",
        "POST /p" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n",
    };
    for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
        open_pump();
        fp_feed(k, cut[i], strlen(cut[i]));
        fp_eof(k);
        TEST_ASSERT_FALSE(k->open);
        TEST_ASSERT_TRUE(k->failed);
        FP_OUT(k, "");
        close_pump();
    }
}

static void test_eof_with_an_owed_answer(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    fp_eof(k);
    TEST_ASSERT_TRUE(k->open);
    TEST_ASSERT_EQUAL_INT(0, lws_conn_want(&k->c));
    FP_CALL(k, hello());
    FP_OUT(k, HELLO);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_FALSE(k->failed);
    close_pump();
}

static void test_eof_with_held_requests(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\nGET /" HOST "\r\nGET /late" HOST "\r\nGET /" HOST "\r\nGET");
    fp_eof(k);
    FP_CALL(k, hello());
    FP_OUT(k, HELLO HELLO);
    TEST_ASSERT_TRUE(k->open);
    FP_CALL(k, hello());
    FP_OUT(k, HELLO HELLO);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_eof_with_a_streaming_answer(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    lws_response_t r = { .status = 200, .chunked = true, .body = LWS_LIT("x") };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    fp_eof(k);
    TEST_ASSERT_TRUE(k->open);
    FP_CALL(k, lws_conn_body(&k->c, LWS_LIT("y"), false));
    TEST_ASSERT_TRUE(k->open);
    FP_CALL(k, lws_conn_body(&k->c, LWS_LIT("z"), true));
    FP_OUT(k, "HTTP/1.1 200 OK\r\n" CHUNKED "1\r\nx\r\n1\r\ny\r\n1\r\nz\r\n0\r\n\r\n");
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_eof_while_output_waits(void) {
    open_pump();
    k->window = 10;
    FP_FEED(k, "GET /" HOST "\r\n");
    fp_eof(k);
    TEST_ASSERT_EQUAL_INT(LWS_WANT_WRITE, lws_conn_want(&k->c));
    fp_take(k, 10);
    TEST_ASSERT_TRUE(k->open);
    fp_take(k, SIZE_MAX);
    FP_OUT(k, HELLO);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_eof_on_a_held_connection(void) {
    open_pump();
    lws_conn_hold(&k->c, true);
    FP_FEED(k, "GET /" HOST "\r\n");
    fp_eof(k);
    TEST_ASSERT_TRUE(k->open);
    FP_LOG(&p, "");
    FP_CALL(k, lws_conn_hold(&k->c, false));
    FP_OUT(k, HELLO);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_reset(void) {
    open_pump();
    k->window = 0;
    FP_FEED(k, "GET /" HOST "\r\nGET /late" HOST "\r\nGET / HT");
    fp_reset(k);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    close_pump();
}

// ---- we close

static void test_close_between_requests(void) {
    open_pump();
    FP_CALL(k, lws_conn_close(&k->c, 0, lws_span(NULL, 0)));
    TEST_ASSERT_FALSE(k->open);
    k = fp_open(&p, &lws_role_h1);
    FP_FEED(k, "GET / HT");
    FP_CALL(k, lws_conn_close(&k->c, 0, lws_span(NULL, 0)));
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_FALSE(k->failed);
    close_pump();
}

static void test_close_with_an_owed_answer(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    FP_CALL(k, lws_conn_close(&k->c, 0, lws_span(NULL, 0)));
    TEST_ASSERT_TRUE(k->open);
    FP_CALL(k, hello());
    FP_OUT(k, HELLO_CLOSE);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_close_while_the_answer_goes_out(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    lws_response_t r = { .status = 200, .length = 2, .body = LWS_LIT("a") };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    FP_CALL(k, lws_conn_close(&k->c, 0, lws_span(NULL, 0)));
    TEST_ASSERT_TRUE(k->open);
    FP_CALL(k, lws_conn_body(&k->c, LWS_LIT("b"), true));
    FP_OUT(k, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_close_while_a_body_is_read_past(void) {
    open_pump();
    FP_FEED(k, "POST /" HOST "Content-Length: 9\r\n\r\nabc");
    FP_OUT(k, HELLO);
    FP_CALL(k, lws_conn_close(&k->c, 0, lws_span(NULL, 0)));
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    close_pump();
}

// The client has sent more than is answered: a close would reset its answer away, so it is
// drained.
static void test_close_with_more_input(void) {
    open_pump();
    FP_FEED(k, "GET /bye" HOST "\r\nGET /" HOST "\r\n");
    FP_OUT(k, HELLO_CLOSE);
    FP_LOG(&p, "1 REQUEST GET /bye\n");
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    fp_eof(k);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_abort_inside_an_event(void) {
    open_pump();
    FP_FEED(k, "GET /" HOST "\r\nGET /abort" HOST "\r\nGET /" HOST "\r\n");
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    close_pump();
}

static void test_closed_connection_takes_nothing(void) {
    open_pump();
    FP_FEED(k, "BROKEN\r\n");
    lws_response_t r = { .status = 200 };
    TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, lws_conn_respond(&k->c, &r));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, lws_conn_body(&k->c, LWS_LIT("x"), true));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, lws_conn_send(&k->c, 1, LWS_LIT("x"), true));
    lws_span_t key = LWS_LIT("dGhlIHNhbXBsZSBub25jZQ=="), none = lws_span(NULL, 0);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, lws_conn_websocket(&k->c, key, none, none));
    lws_conn_close(&k->c, 0, lws_span(NULL, 0));
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    close_pump();
}

// Bytes as they are: the raw role.
static void test_raw(void) {
    open_pump();
    k = fp_open(&p, &lws_role_raw);
    FP_FEED(k, "abc");
    FP_FEED(k, "def");
    FP_LOG(&p, "2 BODY abc\n2 BODY def\n");
    FP_CALL(k, lws_conn_send(&k->c, 0, LWS_LIT("ghi"), true));
    FP_OUT(k, "ghi");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, hello());
    FP_CALL(k, lws_conn_close(&k->c, 0, lws_span(NULL, 0)));
    TEST_ASSERT_FALSE(k->open);
    k = fp_open(&p, &lws_role_raw);
    fp_eof(k);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

static void test_roles_by_name(void) {
    TEST_ASSERT_TRUE(lws_role_find(LWS_LIT("h1")) == &lws_role_h1);
    TEST_ASSERT_TRUE(lws_role_find(LWS_LIT("http/1.1")) == &lws_role_h1);
    TEST_ASSERT_TRUE(lws_role_find(LWS_LIT("ws")) == &lws_role_ws);
    TEST_ASSERT_TRUE(lws_role_find(LWS_LIT("raw")) == &lws_role_raw);
    TEST_ASSERT_NULL(lws_role_find(LWS_LIT("h")));
    TEST_ASSERT_NULL(lws_role_find(lws_span(NULL, 0)));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_broken_requests);
    RUN_TEST(test_limits);
    RUN_TEST(test_not_implemented);
    RUN_TEST(test_broken_chunk);
    RUN_TEST(test_broken_chunk_after_the_answer);
    RUN_TEST(test_broken_chunk_while_the_answer_goes_out);
    RUN_TEST(test_broken_after_good);
    RUN_TEST(test_drain);
    RUN_TEST(test_flood_while_closing);
    RUN_TEST(test_eof_between_requests);
    RUN_TEST(test_eof_inside_a_message);
    RUN_TEST(test_eof_with_an_owed_answer);
    RUN_TEST(test_eof_with_held_requests);
    RUN_TEST(test_eof_with_a_streaming_answer);
    RUN_TEST(test_eof_while_output_waits);
    RUN_TEST(test_eof_on_a_held_connection);
    RUN_TEST(test_reset);
    RUN_TEST(test_close_between_requests);
    RUN_TEST(test_close_with_an_owed_answer);
    RUN_TEST(test_close_while_the_answer_goes_out);
    RUN_TEST(test_close_while_a_body_is_read_past);
    RUN_TEST(test_close_with_more_input);
    RUN_TEST(test_abort_inside_an_event);
    RUN_TEST(test_closed_connection_takes_nothing);
    RUN_TEST(test_raw);
    RUN_TEST(test_roles_by_name);
    return UNITY_END();
}
