// Deadlines: how long each side may take for what, and that quiet connections cost no timer work.
#include "support/fake_pump.h"
#include "support/test_mem.h"
#include "unity.h"

#define HOST " HTTP/1.1\r\nHost: a\r\n"
#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define TIMEOUT_408 "HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=UTF-8\r\n" \
    "Content-Length: 15\r\nConnection: close\r\n\r\nRequest Timeout"
#define NOTHING lws_span(NULL, 0)
#define MS 1000u

static fp_t p;
static test_mem_t mem;
static fp_conn_t *k;

static void hello(void) {
    lws_response_t r = { .status = 200, .body = LWS_LIT("hello"), .length = 5 };
    FP_CALL(k, TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_respond(&k->c, &r)));
}

static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    k = conn;
    if (ev->type == LWS_EV_REQUEST) {
        const lws_head_t *h = lws_event_head(ev);
        lws_span_t path = lws_head_span(h, h->path_at, h->path_len);
        if (lws_span_eq(path, LWS_LIT("/"))) {
            hello();
        }
    }
}

static void open_role(const lws_role_t *role) {
    test_mem_init(&mem, 0);
    fp_init(&p, &mem.mem, on_event, NULL);
    k = fp_open(&p, role);
}

static void open_pump(void) {
    open_role(&lws_role_h1);
}

static void close_pump(void) {
    fp_close(&p);
    TEST_ASSERT_NO_LEAK(&mem);
}

// It lives for ms and not longer.
static void lives(uint32_t ms) {
    fp_pass(&p, ms * (uint64_t)MS - 1);
    TEST_ASSERT_TRUE(k->open && k->c.state == LWS_CONN_OPEN);
    fp_pass(&p, 1);
    TEST_ASSERT_FALSE(k->open && k->c.state == LWS_CONN_OPEN);
}

// ---- HTTP

static void test_nothing_is_ever_sent(void) {
    open_pump();
    lives(LWS_HEADER_MS);
    TEST_ASSERT_FALSE(k->open);
    FP_OUT(k, "");
    close_pump();
}

static void test_a_head_that_does_not_end(void) {
    open_pump();
    fp_pass(&p, 4000 * MS);
    FP_FEED(k, "GET / HTTP/1.1\r\n");
    for (int i = 0; i < 9; i++) {       // a line a second does not help
        fp_pass(&p, 1000 * MS);
        FP_FEED(k, "X: y\r\n");
    }
    lives(1000);
    FP_OUT(k, TIMEOUT_408);
    TEST_ASSERT_EQUAL_INT(LWS_CONN_DRAINING, k->c.state);
    fp_pass(&p, LWS_CLOSE_MS * MS);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    close_pump();
}

static void test_keep_alive(void) {
    open_pump();
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, HELLO);
    fp_pass(&p, 29999 * MS);
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, HELLO);
    lives(LWS_KEEP_ALIVE_MS);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_FALSE(k->failed);
    FP_OUT(k, "");
    close_pump();
}

// The second request's head is under the head's limit, which is shorter.
static void test_slow_head_after_keep_alive(void) {
    open_pump();
    FP_FEED(k, "GET /" HOST "\r\n");
    FP_OUT(k, HELLO);
    fp_pass(&p, 5000 * MS);
    FP_FEED(k, "GET");
    lives(LWS_HEADER_MS);
    FP_OUT(k, TIMEOUT_408);
    close_pump();
}

static void test_an_answer_may_take_for_ever(void) {
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\nGET /late" HOST "\r\n");
    fp_pass(&p, 3600000000u);
    hello();
    fp_pass(&p, 3600000000u);
    hello();
    FP_OUT(k, HELLO HELLO);
    lives(LWS_KEEP_ALIVE_MS);
    close_pump();
}

static void test_body_rate(void) {
    uint8_t bytes[1000] = { 0 };
    open_pump();
    FP_FEED(k, "POST /p" HOST "Content-Length: 100000\r\n\r\n");
    for (int i = 0; i < 5; i++) {       // exactly fast enough
        fp_pass(&p, 9999 * MS);
        fp_feed(k, bytes, sizeof(bytes));
        fp_pass(&p, 1 * MS);
        TEST_ASSERT_TRUE(k->open);
    }
    fp_feed(k, bytes, sizeof(bytes) - 1);
    lives(LWS_BODY_MS);
    FP_OUT(k, TIMEOUT_408);
    close_pump();
}

// Answered already: nothing more to say.
static void test_body_rate_after_the_answer(void) {
    open_pump();
    FP_FEED(k, "POST /" HOST "Content-Length: 100\r\n\r\n");
    FP_OUT(k, HELLO);
    lives(LWS_BODY_MS);
    FP_OUT(k, "");
    close_pump();
}

static void test_body_rate_while_the_answer_goes_out(void) {
    open_pump();
    FP_FEED(k, "POST /p" HOST "Content-Length: 100\r\n\r\n");
    lws_response_t r = { .status = 200, .chunked = true, .body = LWS_LIT("x") };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    fp_forget(k);
    lives(LWS_BODY_MS);
    FP_OUT(k, "");
    close_pump();
}

// The client is not to blame for a body that we do not read.
static void test_body_rate_while_we_hold_back(void) {
    open_pump();
    FP_FEED(k, "POST /p" HOST "Content-Length: 100\r\n\r\n");
    FP_CALL(k, lws_conn_hold(&k->c, true));
    fp_pass(&p, 3600000000u);
    TEST_ASSERT_TRUE(k->open);
    FP_CALL(k, lws_conn_hold(&k->c, false));
    lives(LWS_BODY_MS);
    close_pump();
    // Nor when it is our output that it does not take: that has a limit of its own.
    open_pump();
    p.vh.max_tx = 100;
    p.vh.send_ms = 25000;
    k->window = 0;
    FP_FEED(k, "POST /p" HOST "Content-Length: 100\r\n\r\n");
    lws_response_t r = { .status = 200, .chunked = true, .body = LWS_LIT("x") };
    FP_CALL(k, lws_conn_respond(&k->c, &r));
    lives(25000);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

// The wait for the next request begins when the answer is out.
static void test_keep_alive_after_a_slow_answer(void) {
    open_pump();
    k->window = 0;
    FP_FEED(k, "GET /" HOST "\r\n");
    for (int i = 0; i < 4; i++) {
        fp_pass(&p, 20000 * MS);
        fp_take(k, 1);
    }
    fp_take(k, SIZE_MAX);
    FP_OUT(k, HELLO);
    fp_pass(&p, 9999 * MS);
    TEST_ASSERT_EQUAL_INT(LWS_CONN_OPEN, k->c.state);
    fp_pass(&p, LWS_KEEP_ALIVE_MS * MS);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_FALSE(k->failed);
    close_pump();
}

static void test_requests_that_we_hold_back(void) {
    open_pump();
    lws_conn_hold(&k->c, true);
    fp_pass(&p, 3600000000u);
    FP_FEED(k, "GET /" HOST "\r\n");
    fp_pass(&p, 3600000000u);
    TEST_ASSERT_TRUE(k->open);
    FP_CALL(k, lws_conn_hold(&k->c, false));
    FP_OUT(k, HELLO);
    lives(LWS_KEEP_ALIVE_MS);
    close_pump();
}

// What was asked behind a request whose coroutine goes on, by one that may have gone since.
static void test_requests_behind_one_that_goes_on(void) {
    open_pump();
    FP_FEED(k, "GET /" HOST "\r\n");
    lws_conn_hold(&k->c, true);
    FP_FEED(k, "GET /" HOST "\r\n");
    fp_eof(k);
    TEST_ASSERT_TRUE(k->open);
    lives(LWS_KEEP_ALIVE_MS);
    TEST_ASSERT_FALSE(k->open);
    FP_OUT(k, HELLO);
    close_pump();
    open_pump();                        // in time
    FP_FEED(k, "GET /" HOST "\r\n");
    lws_conn_hold(&k->c, true);
    FP_FEED(k, "GET /" HOST "\r\n");
    fp_eof(k);
    fp_pass(&p, (LWS_KEEP_ALIVE_MS - 1) * MS);
    FP_CALL(k, lws_conn_hold(&k->c, false));
    FP_OUT(k, HELLO HELLO);
    TEST_ASSERT_FALSE(k->open);
    close_pump();
}

#define COMMENT "3\r\n:\n\n\r\n"
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

// Begins an answer; events: as an event stream.
static void begin(const char *request, bool events) {
    open_pump();
    fp_feed(k, request, strlen(request));
    lws_response_t r = { .status = 200, .chunked = true };
    FP_CALL(k, (TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_respond(&k->c, &r)),
        events ? lws_conn_events(&k->c) : (void)0));
}

static void test_silence_of_an_event_stream(void) {
    begin("GET /late" HOST "\r\n", true);
    fp_pass(&p, LWS_SSE_MS * MS - 1);
    FP_OUT(k, CHUNKED);
    fp_pass(&p, 1);
    FP_OUT(k, COMMENT);
    fp_pass(&p, (LWS_SSE_MS - 1) * MS);
    FP_CALL(k, lws_conn_body(&k->c, LWS_LIT("a"), false));      // no silence
    fp_pass(&p, (LWS_SSE_MS - 1) * MS);
    FP_OUT(k, "1\r\na\r\n");
    fp_pass(&p, MS);
    FP_OUT(k, COMMENT);
    FP_CALL(k, lws_conn_body(&k->c, NOTHING, true));
    FP_OUT(k, "0\r\n\r\n");
    lives(LWS_KEEP_ALIVE_MS);           // and no comments any more
    FP_OUT(k, "");
    close_pump();
    begin("GET /late" HOST "\r\n", true);
    p.http.sse_ms = 0;
    fp_pass(&p, 3600000000u);
    FP_OUT(k, CHUNKED);
    close_pump();
}

// One that takes nothing gets no comments, but the end.
static void test_silence_of_who_does_not_read(void) {
    begin("GET /late" HOST "\r\n", true);
    k->window = 0;
    fp_pass(&p, LWS_SSE_MS * MS);
    fp_pass(&p, LWS_SEND_MS * MS - 1);
    TEST_ASSERT_TRUE(k->open);
    fp_pass(&p, 1);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    close_pump();
}

// No comment goes into an answer that is no event stream, or has no body.
static void test_silence_of_other_answers(void) {
    begin("GET /late" HOST "\r\n", false);
    fp_pass(&p, 3600000000u);
    FP_OUT(k, CHUNKED);
    close_pump();
    begin("HEAD /late" HOST "\r\n", true);
    fp_pass(&p, 3600000000u);
    FP_OUT(k, CHUNKED);
    close_pump();
    open_pump();
    FP_FEED(k, "GET /late" HOST "\r\n");
    lws_conn_events(&k->c);             // it has not begun
    TEST_ASSERT_TRUE(lws_conn_owes(&k->c));
    fp_pass(&p, 3600000000u);
    FP_OUT(k, "");
    hello();
    TEST_ASSERT_FALSE(lws_conn_owes(&k->c));
    close_pump();
}

// ---- output

static void test_send_stall(void) {
    open_pump();
    k->window = 10;
    FP_FEED(k, "GET /late" HOST "\r\n");
    hello();
    fp_pass(&p, 29999 * MS);
    fp_take(k, 1);                      // any progress counts
    fp_pass(&p, 29999 * MS);
    TEST_ASSERT_TRUE(k->open);
    fp_pass(&p, 1 * MS);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    close_pump();
}

static void test_send_stall_is_over(void) {
    open_role(&lws_role_raw);
    k->window = 1;
    FP_CALL(k, lws_conn_send(&k->c, 0, LWS_LIT("ab"), true));
    fp_pass(&p, 20000 * MS);
    fp_take(k, SIZE_MAX);
    FP_OUT(k, "ab");
    fp_pass(&p, 60000 * MS);
    k->window = 0;
    FP_CALL(k, lws_conn_send(&k->c, 0, LWS_LIT("ab"), true));
    lives(LWS_SEND_MS);                 // counts from the new stall
    close_pump();
}

// The last answer of a connection has as much time as any other.
static void test_last_answer_to_a_slow_peer(void) {
    open_pump();
    k->window = 0;
    FP_FEED(k, "GET /" HOST "Connection: close\r\n\r\n");
    TEST_ASSERT_EQUAL_INT(LWS_CONN_CLOSING, k->c.state);
    for (int i = 0; i < 10; i++) {
        fp_pass(&p, 20000 * MS);
        TEST_ASSERT_TRUE(k->open);
        fp_take(k, 1);
    }
    fp_pass(&p, LWS_SEND_MS * MS);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    close_pump();
}

// ---- WebSocket

static void feed_frame(uint8_t byte0, const char *text) {
    uint8_t wire[64];
    fp_feed(k, wire, fp_frame(wire, byte0, text, strlen(text)));
}

static void test_validity(void) {
    open_role(&lws_role_ws);
    for (int i = 0; i < 3; i++) {
        fp_pass(&p, LWS_PING_MS * (uint64_t)MS - 1);
        FP_OUT(k, "");
        fp_pass(&p, 1);
        FP_OUT_BYTES(k, "\x89\x00", 2);
        fp_pass(&p, 9000 * MS);
        feed_frame(0x8a, "");
    }
    fp_pass(&p, 299000 * MS);
    feed_frame(0x81, "anything that is heard counts");
    fp_pass(&p, 299000 * MS);
    FP_OUT(k, "");
    fp_pass(&p, 1000 * MS);
    FP_OUT_BYTES(k, "\x89\x00", 2);
    lives(LWS_HANGUP_MS - LWS_PING_MS);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    TEST_ASSERT_EQUAL_INT(LWS_WS_ABNORMAL, k->close_code);
    close_pump();
}

static void test_hangup_without_ping(void) {
    open_role(&lws_role_ws);
    p.ws.ping_ms = 0;
    FP_CALL(k, (void)0);
    lives(LWS_HANGUP_MS);
    FP_OUT(k, "");
    close_pump();
    open_role(&lws_role_ws);
    p.ws.hangup_ms = 0;
    for (int i = 0; i < 5; i++) {
        fp_pass(&p, LWS_PING_MS * MS);
    }
    FP_OUT_BYTES(k, "\x89\x00", 2);     // asked once
    TEST_ASSERT_TRUE(k->open);
    close_pump();
}

// Held back is what it says, not that it says something.
static void test_validity_while_we_hold_back(void) {
    open_role(&lws_role_ws);
    lws_conn_hold(&k->c, true);
    feed_frame(0x81, "a");
    for (int i = 0; i < 10; i++) {
        fp_pass(&p, LWS_PING_MS * (uint64_t)MS);
        FP_OUT_BYTES(k, "\x89\x00", 2);
        fp_pass(&p, 1);
        feed_frame(0x8a, "");
    }
    TEST_ASSERT_TRUE(k->open);
    FP_LOG(&p, "");
    FP_CALL(k, lws_conn_hold(&k->c, false));
    FP_LOG(&p, "1 MESSAGE text a\n1 PONG\n1 PONG\n1 PONG\n1 PONG\n1 PONG\n1 PONG\n1 PONG\n"
        "1 PONG\n1 PONG\n1 PONG\n");
    close_pump();
}

static void test_dead_peer_while_we_hold_back(void) {
    for (int eof = 0; eof < 2; eof++) {
        open_role(&lws_role_ws);
        lws_conn_hold(&k->c, true);
        feed_frame(0x81, "a");
        feed_frame(0x81, "b");
        if (eof) {
            fp_eof(k);
        }
        lives(LWS_HANGUP_MS);
        TEST_ASSERT_FALSE(k->open);
        TEST_ASSERT_EQUAL_INT(LWS_WS_ABNORMAL, k->close_code);
        close_pump();
    }
}

// Nothing is read any more, so that no answer is heard: it is asked, but not given up.
static void test_deaf_while_we_hold_back(void) {
    open_role(&lws_role_ws);
    lws_conn_hold(&k->c, true);
    for (int i = 0; i < LWS_CONN_MAX_HELD / 32 + 1; i++) {
        feed_frame(0x81, "0123456789012345678901234567890");
    }
    for (int i = 0; i < 10; i++) {
        fp_pass(&p, LWS_PING_MS * (uint64_t)MS);
        FP_OUT_BYTES(k, "\x89\x00", 2);
    }
    TEST_ASSERT_TRUE(k->open);
    p.ws.ping_ms = 0;
    fp_pass(&p, 3600000000u);
    FP_OUT(k, "");
    TEST_ASSERT_TRUE(k->open);
    close_pump();
}

static void test_close_handshake_timeout(void) {
    open_role(&lws_role_ws);
    FP_CALL(k, lws_conn_close(&k->c, 1001, NOTHING));
    FP_OUT(k, "\x88\x02\x03\xe9");
    fp_pass(&p, 1000 * MS);
    feed_frame(0x81, "not a goodbye");
    lives(LWS_CLOSE_MS - 1000);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(k->failed);
    TEST_ASSERT_EQUAL_INT(1001, k->close_code);
    close_pump();
}

// ---- timers

static void test_every_limit_can_be_off(void) {
    open_pump();
    p.http.header_ms = p.http.keep_alive_ms = p.http.body_ms = p.vh.send_ms = p.vh.close_ms = 0;
    p.ws.ping_ms = p.ws.hangup_ms = 0;
    fp_conn_t *c[7];
    for (int i = 0; i < 7; i++) {
        c[i] = fp_open(&p, i < 5 ? &lws_role_h1 : &lws_role_ws);
    }
    FP_FEED(c[1], "GET / HT");
    FP_FEED(c[2], "GET /" HOST "\r\n");
    FP_FEED(c[3], "POST /p" HOST "Content-Length: 100\r\n\r\n");
    c[4]->window = 0;
    FP_FEED(c[4], "GET /" HOST "Connection: close\r\n\r\n");
    FP_CALL(c[6], lws_conn_close(&c[6]->c, 1000, NOTHING));
    fp_pass(&p, LWS_HEADER_MS * MS);    // the first connection's timer was set before
    TEST_ASSERT_TRUE(lws_context_wait(&p.ctx) == LWS_SUL_NEVER);
    fp_pass(&p, 86400000000u);
    for (int i = 0; i < 7; i++) {
        TEST_ASSERT_TRUE(c[i]->open);
    }
    close_pump();
}

// A timer that would only be moved to later is left alone, and finds that out when it fires.
static void test_timers_are_lazy(void) {
    open_pump();
    uint64_t first = k->c.timer.us;
    for (int i = 0; i < 1000; i++) {
        fp_pass(&p, 9 * MS);
        FP_FEED(k, "GET /" HOST "\r\n");
        TEST_ASSERT_TRUE(k->c.timer.us == first);
    }
    fp_forget(k);
    fp_pass(&p, 1000 * MS);
    TEST_ASSERT_TRUE(k->c.timer.us == p.ctx.now_us + 29000 * MS);
    TEST_ASSERT_TRUE(lws_context_wait(&p.ctx) == 29000 * MS);
    fp_pass(&p, 29000 * MS);
    TEST_ASSERT_FALSE(k->open);
    TEST_ASSERT_TRUE(lws_context_wait(&p.ctx) == LWS_SUL_NEVER);
    close_pump();
}

static void test_many_deadlines_in_one_jump(void) {
    open_pump();
    for (int i = 0; i < 8; i++) {
        fp_conn_t *c = fp_open(&p, i & 1 ? &lws_role_h1 : &lws_role_ws);
        c->window = (size_t)i * 3;
    }
    fp_pass(&p, 86400000000u);
    fp_pass(&p, 86400000000u);
    for (size_t i = 0; i < p.count; i++) {
        TEST_ASSERT_FALSE(p.conns[i].open);
    }
    close_pump();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_nothing_is_ever_sent);
    RUN_TEST(test_a_head_that_does_not_end);
    RUN_TEST(test_keep_alive);
    RUN_TEST(test_slow_head_after_keep_alive);
    RUN_TEST(test_an_answer_may_take_for_ever);
    RUN_TEST(test_body_rate);
    RUN_TEST(test_body_rate_after_the_answer);
    RUN_TEST(test_body_rate_while_the_answer_goes_out);
    RUN_TEST(test_body_rate_while_we_hold_back);
    RUN_TEST(test_keep_alive_after_a_slow_answer);
    RUN_TEST(test_requests_that_we_hold_back);
    RUN_TEST(test_requests_behind_one_that_goes_on);
    RUN_TEST(test_silence_of_an_event_stream);
    RUN_TEST(test_silence_of_who_does_not_read);
    RUN_TEST(test_silence_of_other_answers);
    RUN_TEST(test_send_stall);
    RUN_TEST(test_send_stall_is_over);
    RUN_TEST(test_last_answer_to_a_slow_peer);
    RUN_TEST(test_validity);
    RUN_TEST(test_hangup_without_ping);
    RUN_TEST(test_validity_while_we_hold_back);
    RUN_TEST(test_dead_peer_while_we_hold_back);
    RUN_TEST(test_deaf_while_we_hold_back);
    RUN_TEST(test_close_handshake_timeout);
    RUN_TEST(test_every_limit_can_be_off);
    RUN_TEST(test_timers_are_lazy);
    RUN_TEST(test_many_deadlines_in_one_jump);
    return UNITY_END();
}
