// What happens to connections, as lines of the log.
#include "support/fake_pump.h"
#include "support/test_mem.h"
#include "unity.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define PUT "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"

static fp_t p;
static test_mem_t mem;
static lws_log_t sink;
static char lines[640];
static size_t lines_n;

static void put(void *user, uint32_t level, const char *line, size_t n) {
    (void)user;
    (void)level;
    TEST_ASSERT_TRUE(lines_n + n + 1 < sizeof(lines));
    memcpy(lines + lines_n, line, n);
    lines_n += n;
    lines[lines_n++] = '\n';
}

#define LINES(want) do { \
        TEST_ASSERT_EQUAL_TEXT((want), lines, lines_n); \
        lines_n = 0; \
} while (0)

static void on_event(fp_conn_t *k, const lws_event_t *ev) {
    if (ev->type == LWS_EV_REQUEST && !ev->more) {
        lws_response_t r = { .status = 200, .body = LWS_LIT("hello"), .length = 5 };
        TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_respond(&k->c, &r));
    }
}

static void open_pump(uint32_t levels) {
    test_mem_init(&mem, 0);
    fp_init(&p, &mem.mem, on_event, NULL);
    sink = (lws_log_t) { .levels = levels, .sink = put };
    p.ctx.log = &sink;
    p.ctx.now_us = 5000000;
    p.vh.name = "web";
    lines_n = 0;
}

static void close_pump(void) {
    sink.levels = 0;
    fp_close(&p);
    TEST_ASSERT_NO_LEAK(&mem);
}

static void test_come_and_go(void) {
    open_pump(LWS_LOG_ALL);
    fp_conn_t *a = fp_open(&p, &lws_role_h1);
    fp_conn_t *b = fp_open(&p, &lws_role_ws);
    LINES("5.000000 I ++ [conn|1|h1|web] (1)\n5.000000 I ++ [conn|2|ws|web] (2)\n");
    FP_FEED(a, GET);
    LINES("");                              // requests are not told
    p.ctx.now_us += 1500000;
    fp_eof(a);
    LINES("6.500000 I -- [conn|1|h1|web] (1) 1.500000 s rx 27 tx 43\n");
    FP_FEED(b, "\x88\x82\0\0\0\0\x03\xe9");
    LINES("6.500000 I -- [conn|2|ws|web] (0) 1.500000 s rx 8 tx 4, closed with 1001\n");
    close_pump();
}

static void test_refused(void) {
    open_pump(LWS_LOG_NOTICE);
    fp_conn_t *k = fp_open(&p, &lws_role_h1);
    FP_FEED(k, "nonsense\r\n\r\n");
    LINES("5.000000 N [conn|1|h1|web] refused: 400 Bad Request\n");
    k = fp_open(&p, &lws_role_ws);
    FP_FEED(k, "\x83\x80\0\0\0\0");         // an opcode that there is not
    LINES("5.000000 N [conn|2|ws|web] refused: 1002\n");
    close_pump();
}

static void passes_limit(const lws_role_t *role, const char *sent, uint32_t ms, const char *want) {
    open_pump(LWS_LOG_NOTICE);
    fp_conn_t *k = fp_open(&p, role);
    if (sent[0]) {
        fp_feed(k, sent, strlen(sent));
    }
    fp_pass(&p, ms * (uint64_t)1000);
    TEST_ASSERT_EQUAL_TEXT(want, lines, lines_n);
    close_pump();
}

static void test_timeouts_name_their_limit(void) {
    passes_limit(&lws_role_h1, "", LWS_HEADER_MS,
        "15.000000 N [conn|1|h1|web] timeout: header_ms\n");
    passes_limit(&lws_role_h1, "GET /", LWS_HEADER_MS,
        "15.000000 N [conn|1|h1|web] timeout: header_ms\n");
    passes_limit(&lws_role_h1, PUT "x", LWS_BODY_MS,
        "15.000000 N [conn|1|h1|web] timeout: body_ms\n");
    passes_limit(&lws_role_h1, GET, LWS_KEEP_ALIVE_MS, "");     // as it should be
}

static void test_peer_that_does_not_read(void) {
    open_pump(LWS_LOG_NOTICE);
    fp_conn_t *k = fp_open(&p, &lws_role_h1);
    k->window = 10;
    FP_FEED(k, GET);
    fp_pass(&p, LWS_SEND_MS * (uint64_t)1000);
    LINES("35.000000 N [conn|1|h1|web] timeout: send_ms\n");
    close_pump();
}

static void test_silent_websocket(void) {
    open_pump(LWS_LOG_NOTICE);
    fp_open(&p, &lws_role_ws);
    fp_pass(&p, LWS_PING_MS * (uint64_t)1000);
    LINES("");
    fp_pass(&p, (LWS_HANGUP_MS - LWS_PING_MS) * (uint64_t)1000);
    LINES("315.000000 N [conn|1|ws|web] timeout: hangup_ms\n");
    close_pump();
}

static void test_no_memory(void) {
    open_pump(LWS_LOG_WARN);
    fp_conn_t *k = fp_open(&p, &lws_role_h1);
    test_mem_init(&mem, 1);                 // the first allocation fails
    FP_FEED(k, "GET / HT");                 // is to be kept
    LINES("5.000000 W [conn|1|h1|web] aborted: no memory\n");
    close_pump();
}

// Few lines, however many come.
static void test_full(void) {
    open_pump(LWS_LOG_WARN);
    p.vh.max_conns = 1;
    fp_open(&p, &lws_role_h1);
    for (int i = 0; i < 6; i++) {
        TEST_ASSERT_NULL(fp_open(&p, &lws_role_h1));
    }
    #define FULL "5.000000 W [vh|web] full: connection refused\n"
    LINES(FULL FULL FULL);
    p.ctx.now_us += 10000000;
    TEST_ASSERT_NULL(fp_open(&p, &lws_role_h1));
    LINES("15.000000 W [vh|web] full: connection refused (+3 dropped)\n");
    close_pump();
}

static void test_silent(void) {
    open_pump(0);
    FP_FEED(fp_open(&p, &lws_role_h1), "nonsense\r\n\r\n");
    p.ctx.log = NULL;
    FP_FEED(fp_open(&p, &lws_role_h1), "nonsense\r\n\r\n");
    LINES("");
    close_pump();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_come_and_go);
    RUN_TEST(test_refused);
    RUN_TEST(test_timeouts_name_their_limit);
    RUN_TEST(test_peer_that_does_not_read);
    RUN_TEST(test_silent_websocket);
    RUN_TEST(test_no_memory);
    RUN_TEST(test_full);
    RUN_TEST(test_silent);
    return UNITY_END();
}
