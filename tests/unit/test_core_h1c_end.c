// How exchanges of a client end: cut off, over a limit, late, with another protocol, or with a
// wish to be asked later.
#include "support/asker.h"
#include "unity.h"

#define NOTHING lws_span(NULL, 0)
#define OK_HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define GOT_HELLO "1 RESPONSE 200 OK more\n1 BODY hello final\n"
#define ANSWER(wire, log) asker_expect_after(&asker_get, (wire), false, (log))
#define ANSWER_EOF(wire, log) asker_expect_after(&asker_get, (wire), true, (log))

// ---- the end

static void test_ends(void) {
    ANSWER_EOF("", "1 GONE failed: the connection ended before an answer\n");
    ANSWER_EOF("H", "1 GONE failed: the connection ended inside the answer's head\n");
    ANSWER_EOF("HTTP/1.1 100 x\r\n\r\n",
        "1 GONE failed: the connection ended inside the answer's head\n");
    ANSWER_EOF("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1",
        "1 RESPONSE 200 OK more\n1 BODY 1\n"
        "1 GONE failed: the connection ended inside the answer's body\n");
    ANSWER_EOF("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
        "1 RESPONSE 200 OK more\n1 BODY x\n"
        "1 GONE failed: the connection ended inside the answer's body\n");
    asker_open_pump();
    fp_eof(asker.k);
    FP_LOG(&asker.p, "1 GONE\n");
    asker_close_pump();
}

static void test_a_reset(void) {
    asker_open_asked(&asker_get);
    fp_reset(asker.k);
    FP_LOG(&asker.p, "1 GONE failed: the connection ended before an answer\n");
    asker_close_pump();
    asker_open_asked(&asker_get);
    FP_FEED(asker.k, "HTTP/1.1 200 OK\r\n\r\nx");
    fp_reset(asker.k);
    FP_LOG(&asker.p, "1 RESPONSE 200 OK more\n1 BODY x\n"
        "1 GONE failed: the connection ended inside the answer's body\n");
    asker_close_pump();
}

static void test_we_close(void) {
    asker_open_pump();
    FP_CALL(asker.k, lws_conn_close(&asker.k->c, 0, NOTHING));
    FP_LOG(&asker.p, "1 GONE\n");
    asker_close_pump();
    asker_open_asked(&asker_get);
    FP_CALL(asker.k, lws_conn_close(&asker.k->c, 0, NOTHING));
    TEST_ASSERT_FALSE(asker.k->open);
    TEST_ASSERT_EQUAL_INT(LWS_FAULT_UNANSWERED, asker.k->fault);
    asker_close_pump();
}

// ---- limits

static void test_limits(void) {
    asker_open_pump();
    asker.p.http_client.limits.line = 40;
    asker.p.http_client.limits.head = 60;
    asker.p.http_client.limits.body = 5;
    asker_ask(&asker_get);
    FP_FEED(asker.k, OK_HELLO);
    FP_LOG(&asker.p, GOT_HELLO);
    asker_ask(&asker_get);
    FP_FEED(asker.k, "HTTP/1.1 200 OK\r\nX: 2345678901234567890123456789012345678901\r\n\r\n");
    FP_LOG(&asker.p, "1 GONE failed: the answer's head is over its limit\n");
    asker.k = fp_open(&asker.p, &lws_role_h1c);
    asker_ask(&asker_get);
    FP_FEED(asker.k, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    FP_LOG(&asker.p, "2 GONE failed: the answer's body is over its limit\n");
    asker.k = fp_open(&asker.p, &lws_role_h1c);
    asker_ask(&asker_get);
    FP_FEED(asker.k, "HTTP/1.1 200 OK\r\n\r\nhello!");
    FP_LOG(&asker.p, "3 RESPONSE 200 OK more\n3 BODY hello\n"
        "3 GONE failed: the answer's body is over its limit\n");
    asker_close_pump();
}

// ---- deadlines

static void test_header_ms(void) {
    asker_open_asked(&asker_get);
    fp_pass(&asker.p, 5000000);
    FP_FEED(asker.k, "HTTP/1.1 100 x\r\n\r\nHTTP/");
    fp_pass(&asker.p, 4999999);
    TEST_ASSERT_TRUE(asker.k->open);
    fp_pass(&asker.p, 1);
    FP_LOG(&asker.p, "1 GONE failed: timeout: header_ms\n");
    asker_close_pump();
}

static void test_time_begins_when_the_request_is_out(void) {
    lws_request_t r = asker_with("POST");
    r.length = 4;
    asker_open_asked(&r);
    fp_pass(&asker.p, 60000000);
    TEST_ASSERT_TRUE(asker.k->open);
    asker.k->window = 2;
    asker_body(LWS_LIT("body"), true);
    fp_pass(&asker.p, 9000000);
    fp_take(asker.k, 1);
    fp_pass(&asker.p, 9000000);
    TEST_ASSERT_TRUE(asker.k->open);      // it still takes our output
    fp_take(asker.k, 1);
    fp_pass(&asker.p, 10000000);
    fp_pass(&asker.p, 10000000);
    FP_LOG(&asker.p, "1 GONE failed: timeout: header_ms\n");
    asker_close_pump();
}

static void test_one_that_does_not_take_the_request(void) {
    asker_open_pump();
    asker.k->window = 3;
    asker_ask(&asker_get);
    fp_pass(&asker.p, (uint64_t)LWS_SEND_MS * 1000);
    FP_LOG(&asker.p, "1 GONE failed: timeout: send_ms\n");
    asker_close_pump();
}

static void test_nobody_is_asked_to_continue_for_ever(void) {
    lws_request_t r = asker_with("PUT");
    r.length = 4;
    r.expect = true;
    asker_open_asked(&r);
    fp_pass(&asker.p, (uint64_t)LWS_HEADER_MS * 1000);
    FP_LOG(&asker.p, "1 GONE failed: timeout: header_ms\n");
    asker_close_pump();
}

static void test_body_rate(void) {
    asker_open_asked(&asker_get);
    asker.p.http_client.body_rate = 2;
    asker.p.http_client.body_ms = 1000;
    FP_FEED(asker.k, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12");
    asker.p.quiet = true;
    fp_pass(&asker.p, 1000000);
    FP_FEED(asker.k, "3");
    FP_CALL(asker.k, lws_conn_hold(&asker.k->c, true));
    fp_pass(&asker.p, 1000000);           // it is we who do not read
    TEST_ASSERT_TRUE(asker.k->open);
    FP_CALL(asker.k, lws_conn_hold(&asker.k->c, false));
    FP_FEED(asker.k, "4");
    fp_pass(&asker.p, 1000000);
    TEST_ASSERT_FALSE(asker.k->open);
    TEST_ASSERT_EQUAL_INT(LWS_FAULT_BODY_LATE, asker.k->fault);
    asker_close_pump();
}

static void test_keep_alive_ms(void) {
    asker_open_pump();
    bool asked_before = false;
    TEST_ASSERT_EQUAL_INT(1000000, lws_conn_idle(&asker.k->c, &asked_before));
    fp_pass(&asker.p, (uint64_t)LWS_KEEP_ALIVE_MS * 1000);
    FP_LOG(&asker.p, "1 GONE\n");
    asker_close_pump();
    asker_open_asked(&asker_get);
    TEST_ASSERT_TRUE(lws_conn_idle(&asker.k->c, &asked_before) == UINT64_MAX);
    asker_close_pump();
}

// ---- other protocols

static void test_an_upgrade(void) {
    lws_request_t r = asker_get;
    r.upgrade = LWS_LIT("raw");
    asker_open_pump();
    asker_ask(&r);
    FP_OUT(asker.k,
        "GET /a?b HTTP/1.1\r\nHost: box:80\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n");
    FP_FEED(asker.k, "HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nfirst");
    FP_FEED(asker.k, " words");
    FP_LOG(&asker.p, "1 RESPONSE 101 x\n");
    FP_CALL(asker.k, TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_switch(&asker.k->c, &lws_role_raw)));
    FP_LOG(&asker.p, "1 BODY first words\n");
    TEST_ASSERT_EQUAL_INT(1, asker.p.vh.requests);
    fp_eof(asker.k);
    asker_close_pump();
    // It may as well say no.
    asker_expect_after(&r, OK_HELLO, false, GOT_HELLO);
    asker_expect_after(&r, "HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n", true,
        "1 RESPONSE 101 x\n");
}

static void test_a_tunnel(void) {
    lws_request_t r = asker_with("CONNECT");
    r.target = LWS_LIT("a:443");
    asker_open_asked(&r);
    FP_FEED(asker.k, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x16\x03");
    FP_LOG(&asker.p, "1 RESPONSE 200 OK\n");
    FP_CALL(asker.k, TEST_ASSERT_EQUAL_INT(LWS_OK, lws_conn_switch(&asker.k->c, &lws_role_raw)));
    FP_LOG(&asker.p, "1 BODY \\x16\\x03\n");
    asker_close_pump();
    asker_expect_after(&r, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", false,
        "1 RESPONSE 407 No\n");
}

// ---- Retry-After

static uint32_t retry_after;

static void look(fp_conn_t *conn, const lws_event_t *ev) {
    (void)conn;
    if (ev->type == LWS_EV_RESPONSE) {
        retry_after = lws_http_retry_after(lws_event_head(ev), asker.p.ctx.unix_s);
    }
}

static uint32_t wait_of(const char *field, uint64_t unix_s) {
    asker_open_asked(&asker_get);
    asker.p.on = look;
    asker.p.ctx.unix_s = unix_s;
    FP_FEED(asker.k, "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n");
    fp_feed(asker.k, field, strlen(field));
    FP_FEED(asker.k, "\r\n");
    asker_close_pump();
    return retry_after;
}

static void test_retry_after(void) {
    TEST_ASSERT_EQUAL_INT(UINT32_MAX, wait_of("", 0));
    TEST_ASSERT_EQUAL_INT(120, wait_of("Retry-After: 120\r\n", 0));
    TEST_ASSERT_EQUAL_INT(0, wait_of("Retry-After: 0\r\n", 0));
    TEST_ASSERT_EQUAL_INT(UINT32_MAX - 1, wait_of("Retry-After: 99999999999999999999999\r\n", 0));
    TEST_ASSERT_EQUAL_INT(UINT32_MAX, wait_of("Retry-After: -1\r\n", 0));
    TEST_ASSERT_EQUAL_INT(UINT32_MAX, wait_of("Retry-After: soon\r\n", 5));
    static const char date[] = "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    TEST_ASSERT_EQUAL_INT(UINT32_MAX, wait_of(date, 0));
    TEST_ASSERT_EQUAL_INT(37, wait_of(date, 784111740));
    TEST_ASSERT_EQUAL_INT(0, wait_of(date, 1800000000));
}

static void test_every_fault_has_a_text(void) {
    for (int i = 0; i < LWS_FAULT_COUNT; i++) {
        TEST_ASSERT_TRUE(lws_http_fault_text((lws_http_fault_t)i).n > 5);
    }
    TEST_ASSERT_TRUE(lws_http_fault_text(LWS_FAULT_COUNT).n > 0);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_ends);
    RUN_TEST(test_a_reset);
    RUN_TEST(test_we_close);
    RUN_TEST(test_limits);
    RUN_TEST(test_header_ms);
    RUN_TEST(test_time_begins_when_the_request_is_out);
    RUN_TEST(test_one_that_does_not_take_the_request);
    RUN_TEST(test_nobody_is_asked_to_continue_for_ever);
    RUN_TEST(test_body_rate);
    RUN_TEST(test_keep_alive_ms);
    RUN_TEST(test_an_upgrade);
    RUN_TEST(test_a_tunnel);
    RUN_TEST(test_retry_after);
    RUN_TEST(test_every_fault_has_a_text);
    return UNITY_END();
}
