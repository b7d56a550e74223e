// HTTP/1.1 over the core: requests in, answers out, byte by byte (RFC 9112, RFC 9110).
#include "support/fake_pump.h"
#include "support/room.h"
#include "support/test_mem.h"
#include "unity.h"

#define HOST " HTTP/1.1\r\nHost: a\r\n"
#define HELLO_BODY "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
#define HELLO "HTTP/1.1 200 OK\r\n" HELLO_BODY
#define HELLO_CLOSE "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n" \
    "Connection: close\r\n\r\nhello"

static fp_t p;
static test_mem_t mem;
static fp_conn_t *k;
static size_t body_got;

static lws_response_t plain(unsigned status, lws_span_t body) {
    lws_response_t r = { .status = (uint16_t)status, .type = LWS_LIT("text/plain") };
    r.body = body;
    r.length = body.n;
    return r;
}

static int answer(unsigned status, lws_span_t body) {
    lws_response_t r = plain(status, body);
    return lws_conn_respond(&k->c, &r);
}

static int hello(void) {
    return answer(200, LWS_LIT("hello"));
}

static void got_body(void) {
    uint8_t text[32];
    lws_out_t o = lws_out(text, sizeof(text));
    LWS_OUT_LIT(&o, "got ");
    lws_out_dec(&o, body_got);
    lws_response_t r = { .status = 200, .body = lws_span(text, o.len), .length = o.len };
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_respond(&k->c, &r));
}

// "/" and "/body" are answered, everything else is the test's own business.
static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    k = conn;
    if (ev->type == LWS_EV_REQUEST) {
        const lws_head_t *h = lws_event_head(ev);
        lws_span_t path = lws_head_span(h, h->path_at, h->path_len);
        body_got = 0;
        if (lws_span_eq(path, LWS_LIT("/"))) {
            TEST_ASSERT_EQUAL_INT(LWS_OK, hello());
        }
    } else if (ev->type == LWS_EV_BODY) {
        body_got += ev->data.n;
        if (ev->final) {
            got_body();
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

// ---- answers

static void test_hello_and_keep_alive(void) {
    open_pump();
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, HELLO);
    TEST_ASSERT_EQUAL_INT(1, k->writes);
    FP_FEED(k, "GET /?a=1" HOST "\r\n");
    FP_OUT(k, HELLO);
    TEST_ASSERT_EQUAL_INT(0, mem.calls);
    TEST_ASSERT_EQUAL_INT(2, p.vh.requests);
    FP_LOG(&p, "1 REQUEST GET /\n1 REQUEST GET /\n");
    close_pump();
}

static void test_date(void) {
    open_pump();
    lws_context_clock(&p.ctx, 5, 784111777);
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, HELLO);       // a clock that was never set
    lws_context_clock(&p.ctx, 6, 1735689600);
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, "HTTP/1.1 200 OK\r\nDate: Wed, 01 Jan 2025 00:00:00 GMT\r\n" HELLO_BODY);
    lws_context_clock(&p.ctx, 7, 1735689601);
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, "HTTP/1.1 200 OK\r\nDate: Wed, 01 Jan 2025 00:00:01 GMT\r\n" HELLO_BODY);
    close_pump();
}

static void test_pipelining_in_one_write(void) {
    open_pump();
    FP_FEED(k, "GET /" HOST "\r\nGET /" HOST "\r\nGET /" HOST "Connection: close\r\n\r\n");
    FP_OUT(k, HELLO HELLO HELLO_CLOSE);
    TEST_ASSERT_EQUAL_INT(1, k->writes);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_FALSE(k->failed);
    close_pump();
}

static void test_late_answer_holds_input(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\nGET /" HOST "\r\nGET /la");
    FP_OUT(k, "");
    TEST_ASSERT_EQUAL_INT(LWS_CONN_HELD_ROLE, k->c.flags);
    TEST_ASSERT_EQUAL_INT(LWS_WANT_READ, lws_conn_want(&k->c));
    FP_FEED(k, "te2" HOST "\r\n");
    FP_LOG(&p, "1 REQUEST GET /late\n");
    FP_CALL(k, hello());
    FP_OUT(k, HELLO HELLO);
    FP_LOG(&p, "1 REQUEST GET /\n1 REQUEST GET /late2\n");
    TEST_ASSERT_EQUAL_INT(0, k->c.flags & LWS_CONN_HELD_ROLE);
    FP_CALL(k, hello());
    FP_OUT(k, HELLO);
    TEST_ASSERT_EQUAL_INT(sizeof(lws_head_t), mem.live_bytes);      // the context's spare one
    close_pump();
}

static void test_late_answer_without_cork(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    TEST_ASSERT_EQUAL_INT(LWS_OK, hello());
    TEST_ASSERT_EQUAL_INT(LWS_WANT_READ | LWS_WANT_WRITE, lws_conn_want(&k->c));
    fp_take(k, 0);
    FP_OUT(k, HELLO);
    close_pump();
}

static void test_one_answer_a_request(void) {
    open_pump();
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, hello());
    FP_FEED(k, "GET /late" HOST "\r\n");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, answer(100, lws_span(NULL, 0)));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, answer(600, lws_span(NULL, 0)));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_body(&k->c, LWS_LIT("x"), true));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_send(&k->c, 1, LWS_LIT("x"), true));
    FP_CALL(k, hello());
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, hello());
    FP_OUT(k, HELLO);
    close_pump();
}

// What cannot be sent leaves no trace: another answer takes its place.
static void test_bad_answers_are_refused_whole(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    lws_response_t r = plain(200, LWS_LIT("hello"));
    r.type = LWS_LIT("text/plain\r\nX: injected");
    r.close = r.chunked = true;
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_respond(&k->c, &r)));
    r = plain(200, LWS_LIT("hello"));
    r.length = 4;
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_respond(&k->c, &r)));
    FP_OUT(k, "");
    FP_CALL(k, hello());
    FP_OUT(k, HELLO);
    close_pump();
}

static void test_fields_and_close(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    lws_response_t r = { .status = 404, .fields = LWS_LIT("X-A: 1\r\nX-B: 2\r\n"), .close = true };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    FP_OUT(k, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\nX-A: 1\r\n"
        "X-B: 2\r\n\r\n");
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

// ---- bodies of answers

static void respond_chunked(unsigned status, lws_span_t first) {
    lws_response_t r = { .status = (uint16_t)status, .chunked = true, .body = first };
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_respond(&k->c, &r)));
}

static void body(lws_span_t data, bool last) {
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_body(&k->c, data, last)));
}

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static void test_chunked(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    respond_chunked(200, LWS_LIT("hello"));
    FP_OUT(k, CHUNKED "5\r\nhello\r\n");
    body(LWS_LIT(""), false);
    FP_OUT(k, "");
    body(LWS_LIT("0123456789abcdef"), false);
    FP_OUT(k, "10\r\n0123456789abcdef\r\n");
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, "");
    body(LWS_LIT("x"), true);
    FP_OUT(k, "1\r\nx\r\n0\r\n\r\n" HELLO);
    FP_FEED(k, "GET /late" HOST "\r\n");
    respond_chunked(200, lws_span(NULL, 0));
    body(lws_span(NULL, 0), true);
    FP_OUT(k, CHUNKED "0\r\n\r\n");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_body(&k->c, LWS_LIT("x"), true));
    close_pump();
}

static void test_length_in_pieces(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    lws_response_t r = { .status = 200, .length = 10, .body = LWS_LIT("01") };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    FP_OUT(k, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01");
    body(LWS_LIT("2345"), false);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_body(&k->c, LWS_LIT("67890"), false));
    body(LWS_LIT("6789"), false);       // complete without being told so
    FP_OUT(k, "23456789");
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, HELLO);
    close_pump();
}

static void test_length_not_reached_closes(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    lws_response_t r = { .status = 200, .length = 10 };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    body(LWS_LIT("2345"), true);
    FP_OUT(k, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n2345");
    // A reset would take away what the client may not have read yet.
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    fp_eof(k);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    close_pump();
}

static void test_head_has_no_body(void) {
    open_pump();
    FP_FEED(k, "HEAD /" HOST "\r\n");
    FP_OUT(k, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n");
    // A file's length without its bytes is a whole answer, too.
    FP_FEED(k, "HEAD /late" HOST "\r\n");
    lws_response_t r = { .status = 200, .length = 5000 };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    FP_OUT(k, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    // Chunks are swallowed until the last.
    FP_FEED(k, "HEAD /late" HOST "\r\n");
    respond_chunked(200, LWS_LIT("hello"));
    FP_FEED(k, "GET /" HOST "\r\n");
    body(LWS_LIT("hello"), false);
    FP_OUT(k, CHUNKED);
    body(LWS_LIT("hello"), true);
    // and the next message has a body again.
    FP_OUT(k, HELLO);
    close_pump();
}

static void test_statuses_without_body(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    FP_CALL(k, answer(204, lws_span(NULL, 0)));
    FP_OUT(k, "HTTP/1.1 204 No Content\r\nContent-Type: text/plain\r\n\r\n");
    FP_FEED(k, "GET /late" HOST "\r\n");
    FP_CALL(k, answer(304, LWS_LIT("hello")));
    FP_OUT(k, "HTTP/1.1 304 Not Modified\r\nContent-Type: text/plain\r\n\r\n");
    FP_FEED(k, "GET /late" HOST "\r\n");
    respond_chunked(204, LWS_LIT("hello"));
    body(LWS_LIT("hello"), true);
    FP_OUT(k, "HTTP/1.1 204 No Content\r\n\r\n");
    // 205 says so by its length
    FP_FEED(k, "GET /late" HOST "\r\n");
    FP_CALL(k, answer(205, LWS_LIT("hello")));
    FP_OUT(k, "HTTP/1.1 205 Reset Content\r\nContent-Type: text/plain\r\n"
        "Content-Length: 0\r\n\r\n");
    FP_FEED(k, "GET /late" HOST "\r\n");
    respond_chunked(205, LWS_LIT("hello"));
    body(LWS_LIT("hello"), true);
    FP_OUT(k, "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n");
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, HELLO);
    close_pump();
}

static void test_http_1_0(void) {
    open_pump();
    FP_FEED(k, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    FP_OUT(k, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
        "Connection: keep-alive\r\n\r\nhello");
    // No chunks for HTTP/1.0: the connection ends the body.
    FP_FEED(k, "GET /late HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    respond_chunked(200, LWS_LIT("he"));
    body(LWS_LIT("llo"), true);
    FP_OUT(k, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
    TEST_ASSERT_FALSE(k->open);
    k = fp_open(&p, &lws_role_h1);
    FP_FEED(k, "GET / HTTP/1.0\r\n\r\n");
    FP_OUT(k, HELLO_CLOSE);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

// ---- bodies of requests

#define GOT(n) "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngot " #n

static void test_request_bodies(void) {
    open_pump();
    FP_FEED(k, "POST /body" HOST "Content-Length: 3\r\n\r\nabc");
    FP_OUT(k, GOT(3));
    FP_LOG(&p, "1 REQUEST POST /body more\n1 BODY abc final\n");
    FP_FEED(k, "POST /body" HOST "Content-Length: 3\r\n\r\n");
    FP_FEED(k, "a");
    FP_FEED(k, "bcGET /" HOST "\r\n");
    FP_OUT(k, GOT(3) HELLO);
    FP_LOG(&p, "1 REQUEST POST /body more\n1 BODY a\n1 BODY bc final\n1 REQUEST GET /\n");
    FP_FEED(k, "POST /body" HOST "Transfer-Encoding: chunked\r\n\r\n"
        "2\r\nab\r\n1;x=y\r\nc\r\n0\r\n");
    FP_LOG(&p, "1 REQUEST POST /body more\n1 BODY ab\n1 BODY c\n");
    FP_FEED(k, "X-Sum: 1\r\n\r\n");
    FP_LOG(&p, "1 BODY final\n");
    FP_OUT(k, GOT(3));
    FP_FEED(k, "POST /body" HOST "Content-Length: 0\r\n\r\n");
    FP_LOG(&p, "1 REQUEST POST /body\n");
    FP_CALL(k, hello());
    FP_OUT(k, HELLO);
    TEST_ASSERT_EQUAL_INT(0, k->c.held.used);
    close_pump();
}

static void test_expect_continue(void) {
    open_pump();
    FP_FEED(k, "POST /body" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    FP_OUT(k, "HTTP/1.1 100 Continue\r\n\r\n");
    FP_FEED(k, "a");
    FP_FEED(k, "bc");
    FP_OUT(k, GOT(3));
    // A client that did not wait is not told.
    FP_FEED(k, "POST /body" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc");
    FP_OUT(k, GOT(3));
    FP_FEED(k, "POST /body" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\na");
    FP_FEED(k, "bc");
    FP_OUT(k, GOT(3));
    // Nothing to wait for.
    FP_FEED(k, "POST /" HOST "Content-Length: 0\r\nExpect: 100-continue\r\n\r\n");
    FP_OUT(k, HELLO);
    close_pump();
}

static void test_expectation_refused(void) {
    open_pump();
    p.http.limits.body = 100;
    FP_FEED(k, "POST /body" HOST "Content-Length: 101\r\nExpect: 100-continue\r\n\r\n");
    FP_OUT(k, "HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain; charset=UTF-8\r\n"
        "Content-Length: 17\r\nConnection: close\r\n\r\nContent Too Large");
    FP_LOG(&p, "");
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    fp_eof(k);
    TEST_ASSERT_FALSE(k->open);
    // Refused by the application: nobody sends 100, and the connection says that it ends.
    k = fp_open(&p, &lws_role_h1);
    FP_FEED(k, "POST /" HOST "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n");
    FP_OUT(k, HELLO_CLOSE);
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    FP_FEED(k, "0123456789");
    fp_eof(k);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

// Answered in the turn of the head or later, while the body comes.
static void test_early_answer_reads_past_the_body(void) {
    open_pump();
    FP_FEED(k, "POST /" HOST "Content-Length: 10\r\n\r\n01234");
    FP_OUT(k, HELLO);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, hello());
    FP_FEED(k, "56789GET /" HOST "\r\n");
    FP_OUT(k, HELLO);
    FP_LOG(&p, "1 REQUEST POST / more\n1 REQUEST GET /\n");
    close_pump();
}

static void test_early_answer_reads_past_chunks(void) {
    open_pump();
    FP_FEED(k, "POST /late" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\n01");
    FP_CALL(k, hello());
    FP_OUT(k, HELLO);
    FP_FEED(k, "234\r\n0\r\n\r\nGET /" HOST "\r\n");
    FP_OUT(k, HELLO);
    close_pump();
}

static void test_early_answer_gives_up_a_long_body(void) {
    open_pump();
    FP_FEED(k, "POST /" HOST "Content-Length: 70000\r\n\r\n");
    FP_OUT(k, HELLO_CLOSE);
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    close_pump();
}

static void test_early_answer_gives_up_endless_chunks(void) {
    static uint8_t *chunk;
    const size_t n = 8 + 4096;
    ROOM(chunk, n);
    open_pump();
    FP_FEED(k, "POST /late" HOST "Transfer-Encoding: chunked\r\n\r\n");
    FP_CALL(k, hello());
    FP_OUT(k, HELLO);
    memcpy(chunk, "1000\r\n", 6);
    memset(chunk + 6, 'x', 4096);
    memcpy(chunk + 6 + 4096, "\r\n", 2);
    for (int i = 0; i < 16; i++) {
        TEST_ASSERT_EQUAL_INT(LWS_CONN_OPEN, k->c.state);
        fp_feed(k, chunk, n);
    }
    fp_feed(k, chunk, n);
    TEST_ASSERT_FALSE(k->open && k->c.state == LWS_CONN_OPEN);
    close_pump();
}

// An answer that began before the body ended: both go on.
static void test_answer_streams_while_body_comes(void) {
    open_pump();
    FP_FEED(k, "POST /late" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
    respond_chunked(200, LWS_LIT("AB"));
    FP_FEED(k, "2\r\ncd\r\n");
    FP_LOG(&p, "1 REQUEST POST /late more\n1 BODY ab\n1 BODY cd\n");
    body(LWS_LIT("CD"), true);
    FP_OUT(k, CHUNKED "2\r\nAB\r\n2\r\nCD\r\n0\r\n\r\n");
    // The owner had its say: what is left of the body is read past.
    FP_FEED(k, "2\r\nef\r\n0\r\n\r\nGET /" HOST "\r\n");
    FP_LOG(&p, "1 REQUEST GET /\n");
    FP_OUT(k, HELLO);
    close_pump();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_hello_and_keep_alive);
    RUN_TEST(test_date);
    RUN_TEST(test_pipelining_in_one_write);
    RUN_TEST(test_late_answer_holds_input);
    RUN_TEST(test_late_answer_without_cork);
    RUN_TEST(test_one_answer_a_request);
    RUN_TEST(test_bad_answers_are_refused_whole);
    RUN_TEST(test_fields_and_close);
    RUN_TEST(test_chunked);
    RUN_TEST(test_length_in_pieces);
    RUN_TEST(test_length_not_reached_closes);
    RUN_TEST(test_head_has_no_body);
    RUN_TEST(test_statuses_without_body);
    RUN_TEST(test_http_1_0);
    RUN_TEST(test_request_bodies);
    RUN_TEST(test_expect_continue);
    RUN_TEST(test_expectation_refused);
    RUN_TEST(test_early_answer_reads_past_the_body);
    RUN_TEST(test_early_answer_reads_past_chunks);
    RUN_TEST(test_early_answer_gives_up_a_long_body);
    RUN_TEST(test_early_answer_gives_up_endless_chunks);
    RUN_TEST(test_answer_streams_while_body_comes);
    return UNITY_END();
}
