// The client's side of HTTP/1.1 over the core: requests as they go out, answers of every framing,
// and bytes that are none (RFC 9112).
#include "support/asker.h"
#include "unity.h"

#define NOTHING lws_span(NULL, 0)
#define OK_HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define GOT_HELLO "1 RESPONSE 200 OK more\n1 BODY hello final\n"
#define GET_OUT "GET /a?b HTTP/1.1\r\nHost: box:80\r\n\r\n"
#define ANSWER(wire, log) asker_expect_after(&asker_get, (wire), false, (log))
#define ANSWER_EOF(wire, log) asker_expect_after(&asker_get, (wire), true, (log))

// ---- requests

static void test_a_get(void) {
    asker_open_pump();
    TEST_ASSERT_TRUE(lws_conn_reusable(&asker.k->c));
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_ask(&asker_get));
    FP_OUT(asker.k, GET_OUT);
    TEST_ASSERT_FALSE(lws_conn_reusable(&asker.k->c));
    FP_FEED(asker.k, OK_HELLO);
    FP_LOG(&asker.p, GOT_HELLO);
    TEST_ASSERT_TRUE(lws_conn_reusable(&asker.k->c));
    TEST_ASSERT_EQUAL_INT(1, asker.p.vh.requests);
    asker_close_pump();
}

static void test_a_request_with_everything(void) {
    lws_request_t r = asker_with("PUT");
    r.type = LWS_LIT("text/plain");
    r.fields = LWS_LIT("X-A: b\r\nX-C: d\r\n");
    r.body = LWS_LIT("hello");
    r.length = 5;
    r.close = true;
    asker_open_pump();
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_ask(&r));
    FP_OUT(asker.k, "PUT /a?b HTTP/1.1\r\nHost: box:80\r\nConnection: close\r\n"
        "Content-Type: text/plain\r\nContent-Length: 5\r\nX-A: b\r\nX-C: d\r\n\r\nhello");
    FP_FEED(asker.k, "HTTP/1.1 204 No Content\r\n\r\n");
    FP_LOG(&asker.p, "1 RESPONSE 204 No Content\n1 GONE\n");
    asker_close_pump();
}

static void test_no_body_is_said_where_one_is_usual(void) {
    static const char *const methods[] = { "POST", "PUT", "PATCH", "DELETE", "X" };
    for (int i = 0; i < 5; i++) {
        lws_request_t r = asker_with(methods[i]);
        asker_open_pump();
        TEST_ASSERT_EQUAL_INT(LWS_OK, asker_ask(&r));
        const uint8_t *end = asker.k->out + asker.k->out_n - 21;
        bool said = memcmp(end, "Content-Length: 0\r\n\r\n", 21) == 0;
        TEST_ASSERT_EQUAL_INT(i < 3, said);
        asker_close_pump();
    }
}

static void test_a_body_in_pieces(void) {
    lws_request_t r = asker_with("POST");
    r.length = 10;
    r.body = LWS_LIT("abc");
    asker_open_asked(&r);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, asker_body(LWS_LIT("12345678"), false));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, asker_body(LWS_LIT("123"), true));
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_body(LWS_LIT("de"), false));
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_body(LWS_LIT("fghij"), true));
    FP_OUT(asker.k, "defghij");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, asker_body(LWS_LIT("asker.k"), true));
    FP_FEED(asker.k, OK_HELLO);
    FP_LOG(&asker.p, GOT_HELLO);
    asker_close_pump();
}

static void test_a_body_of_unknown_length(void) {
    lws_request_t r = asker_with("POST");
    r.chunked = true;
    r.body = LWS_LIT("first");
    asker_open_pump();
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_ask(&r));
    FP_OUT(asker.k, "POST /a?b HTTP/1.1\r\nHost: box:80\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nfirst\r\n");
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_body(LWS_LIT("x"), false));
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_body(NOTHING, false));
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_body(LWS_LIT("last"), true));
    FP_OUT(asker.k, "1\r\nx\r\n4\r\nlast\r\n0\r\n\r\n");
    FP_FEED(asker.k, OK_HELLO);
    TEST_ASSERT_TRUE(lws_conn_reusable(&asker.k->c));
    asker_close_pump();
}

static void test_what_cannot_be_sent_is_refused(void) {
    asker_open_pump();
    lws_request_t bad[12];
    for (int i = 0; i < 12; i++) {
        bad[i] = asker_get;
    }
    bad[0].method = NOTHING;
    bad[1].method = LWS_LIT("GE T");
    bad[2].target = NOTHING;
    bad[3].target = LWS_LIT("/a b");
    bad[4].target = LWS_LIT("/a\r\nX: y");
    bad[5].target = LWS_LIT("/a#b");
    bad[6].host = LWS_LIT("a\r\nX: y");
    bad[7].host = LWS_LIT("a b");
    bad[8].type = LWS_LIT("a\nb");
    bad[9].upgrade = LWS_LIT("web socket");
    bad[10].body = LWS_LIT("more than length");
    bad[11].expect = true;
    for (int i = 0; i < 12; i++) {
        TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, asker_ask(&bad[i]));
    }
    TEST_ASSERT_EQUAL_INT(0, asker.k->out_n);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, asker_body(LWS_LIT("x"), true));
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_ask(&asker_get));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, asker_ask(&asker_get));    // one at a time
    FP_OUT(asker.k, GET_OUT);
    asker_close_pump();
}

static void test_the_other_side_is_another_role(void) {
    asker_open_pump();
    fp_conn_t *server = fp_open(&asker.p, &lws_role_h1);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_request(&server->c, &asker_get));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_switch(&server->c, &lws_role_raw));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_switch(&asker.k->c, &lws_role_raw));
    TEST_ASSERT_FALSE(lws_conn_reusable(&server->c));
    TEST_ASSERT_EQUAL_INT(LWS_FAULT_NONE, lws_conn_fault(&server->c));
    lws_response_t r = { .status = 200 };
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_conn_respond(&asker.k->c, &r));
    asker_close_pump();
}

static void test_framings(void) {
    ANSWER(OK_HELLO, GOT_HELLO);
    ANSWER("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "1 RESPONSE 200 OK\n");
    ANSWER("HTTP/1.1 204 No\r\n\r\n", "1 RESPONSE 204 No\n");
    ANSWER("HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", "1 RESPONSE 304 No\n");
    ANSWER("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;x=1\r\nhello\r\n0\r\nT: v\r\n\r\n",
        "1 RESPONSE 200 OK more\n1 BODY hello\n1 BODY final\n");
    ANSWER_EOF("HTTP/1.1 200 OK\r\n\r\nhello", "1 RESPONSE 200 OK more\n1 BODY hello\n1 GONE\n");
    ANSWER_EOF("HTTP/1.0 200 OK\r\n\r\n", "1 RESPONSE 200 OK more\n1 GONE\n");
    lws_request_t head = asker_with("HEAD");
    asker_expect_after(&head, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false,
        "1 RESPONSE 200 OK\n");
}

static void test_interim_answers_are_read_past(void) {
    ANSWER("HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" OK_HELLO,
        GOT_HELLO);
    char wire[300] = "";
    for (int i = 0; i < LWS_HTTP_MAX_INTERIMS; i++) {
        memcpy(wire + i * 18, "HTTP/1.1 102 x\r\n\r\n", 19);
    }
    size_t n = strlen(wire);
    memcpy(wire + n, OK_HELLO, sizeof(OK_HELLO));
    ANSWER(wire, GOT_HELLO);
    memcpy(wire + n, "HTTP/1.1 102 x\r\n\r\n", 19);
    ANSWER(wire, "1 GONE failed: too many interim answers\n");
}

static void test_the_count_of_interims_begins_anew(void) {
    asker_open_asked(&asker_get);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < LWS_HTTP_MAX_INTERIMS; i++) {
            FP_FEED(asker.k, "HTTP/1.1 102 x\r\n\r\n");
        }
        FP_FEED(asker.k, OK_HELLO);
        FP_LOG(&asker.p, GOT_HELLO);
        TEST_ASSERT_EQUAL_INT(LWS_OK, asker_ask(&asker_get));
    }
    asker_close_pump();
}

static void test_who_keeps_the_connection(void) {
    ANSWER("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        GOT_HELLO "1 GONE\n");
    ANSWER("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", GOT_HELLO "1 GONE\n");
    ANSWER("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
        GOT_HELLO);
    asker_open_asked(&asker_get);
    FP_FEED(asker.k, OK_HELLO);
    TEST_ASSERT_TRUE(lws_conn_reusable(&asker.k->c));
    fp_eof(asker.k);
    FP_LOG(&asker.p, GOT_HELLO "1 GONE\n");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, lws_conn_request(&asker.k->c, &asker_get));
    asker_close_pump();
}

static void test_faults_of_the_peer(void) {
    ANSWER("HTTP/1.1 2x0 OK\r\n", "1 GONE failed: the answer's head is not HTTP\n");
    ANSWER("GET / HTTP/1.1\r\n", "1 GONE failed: the answer's head is not HTTP\n");
    ANSWER("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "1 GONE failed: the answer's head is not HTTP\n");
    ANSWER("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "1 RESPONSE 200 OK more\n1 GONE failed: the answer's body is badly framed\n");
    ANSWER("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "1 GONE failed: the answer's version or coding is unknown\n");
    ANSWER("HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        "1 GONE failed: the server said what nobody asked for\n");
}

static void test_bytes_that_nobody_asked_for(void) {
    ANSWER(OK_HELLO OK_HELLO, GOT_HELLO "1 GONE failed: the server said what nobody asked for\n");
    ANSWER(OK_HELLO "\r\n", GOT_HELLO "1 GONE failed: the server said what nobody asked for\n");
    asker_open_pump();
    FP_FEED(asker.k, OK_HELLO);
    FP_LOG(&asker.p, "1 GONE failed: the server said what nobody asked for\n");
    asker_close_pump();
}

// A second answer that lies behind the first one already cannot be that of a request which is made
// on the first one's end.
static void test_an_answer_does_not_come_before_its_request(void) {
    asker_open_asked(&asker_get);
    asker.again = true;
    FP_FEED(asker.k, OK_HELLO OK_HELLO);
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker.asked);
    FP_LOG(&asker.p, GOT_HELLO "1 GONE failed: the server said what nobody asked for\n");
    asker_close_pump();
    asker_open_asked(&asker_get);
    asker.again = true;
    FP_FEED(asker.k, OK_HELLO);
    FP_OUT(asker.k, GET_OUT);
    FP_FEED(asker.k, OK_HELLO);
    FP_LOG(&asker.p, GOT_HELLO GOT_HELLO);
    asker_close_pump();
}

static void test_held_input_is_no_answer_either(void) {
    asker_open_asked(&asker_get);
    FP_FEED(asker.k, OK_HELLO);
    FP_CALL(asker.k, lws_conn_hold(&asker.k->c, true));
    FP_FEED(asker.k, OK_HELLO);
    TEST_ASSERT_FALSE(lws_conn_reusable(&asker.k->c));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_CLOSED, asker_ask(&asker_get));
    FP_CALL(asker.k, lws_conn_hold(&asker.k->c, false));
    FP_LOG(&asker.p, GOT_HELLO "1 GONE failed: the server said what nobody asked for\n");
    asker_close_pump();
}

// ---- Expect

static lws_request_t expecting(void) {
    lws_request_t r = asker_with("PUT");
    r.length = 4;
    r.expect = true;
    return r;
}

static void test_expect(void) {
    lws_request_t r = expecting();
    asker_open_pump();
    asker_ask(&r);
    FP_OUT(asker.k, "PUT /a?b HTTP/1.1\r\nHost: box:80\r\nContent-Length: 4\r\n"
        "Expect: 100-continue\r\n\r\n");
    FP_FEED(asker.k, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
    FP_LOG(&asker.p, "1 CONTINUE\n");
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_body(LWS_LIT("body"), true));
    FP_OUT(asker.k, "body");
    FP_FEED(asker.k, OK_HELLO);
    FP_LOG(&asker.p, GOT_HELLO);
    TEST_ASSERT_TRUE(lws_conn_reusable(&asker.k->c));
    asker_close_pump();
}

static void test_a_body_that_is_not_wanted(void) {
    lws_request_t r = expecting();
    asker_expect_after(&r, "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n", false,
        "1 RESPONSE 417 No\n1 GONE\n");
    // The owner was tired of waiting.
    asker_open_asked(&r);
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_body(LWS_LIT("body"), true));
    FP_FEED(asker.k, "HTTP/1.1 100 Continue\r\n\r\n" OK_HELLO);
    FP_LOG(&asker.p, GOT_HELLO);
    TEST_ASSERT_TRUE(lws_conn_reusable(&asker.k->c));
    asker_close_pump();
}

static void test_an_answer_before_the_end_of_the_request(void) {
    lws_request_t r = asker_with("POST");
    r.length = 4;
    asker_open_asked(&r);
    asker_body(LWS_LIT("bo"), false);
    FP_FEED(asker.k, OK_HELLO);
    FP_LOG(&asker.p, GOT_HELLO);
    TEST_ASSERT_FALSE(lws_conn_reusable(&asker.k->c));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, asker_ask(&asker_get));
    TEST_ASSERT_EQUAL_INT(LWS_OK, asker_body(LWS_LIT("dy"), true));
    TEST_ASSERT_TRUE(lws_conn_reusable(&asker.k->c));
    FP_OUT(asker.k, "body");
    asker_close_pump();
    // One that closes is not sent the rest.
    asker_open_asked(&r);
    FP_FEED(asker.k, "HTTP/1.1 413 Big\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    FP_LOG(&asker.p, "1 RESPONSE 413 Big\n1 GONE\n");
    asker_close_pump();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_a_get);
    RUN_TEST(test_a_request_with_everything);
    RUN_TEST(test_no_body_is_said_where_one_is_usual);
    RUN_TEST(test_a_body_in_pieces);
    RUN_TEST(test_a_body_of_unknown_length);
    RUN_TEST(test_what_cannot_be_sent_is_refused);
    RUN_TEST(test_the_other_side_is_another_role);
    RUN_TEST(test_framings);
    RUN_TEST(test_interim_answers_are_read_past);
    RUN_TEST(test_the_count_of_interims_begins_anew);
    RUN_TEST(test_who_keeps_the_connection);
    RUN_TEST(test_faults_of_the_peer);
    RUN_TEST(test_bytes_that_nobody_asked_for);
    RUN_TEST(test_an_answer_does_not_come_before_its_request);
    RUN_TEST(test_held_input_is_no_answer_either);
    RUN_TEST(test_expect);
    RUN_TEST(test_a_body_that_is_not_wanted);
    RUN_TEST(test_an_answer_before_the_end_of_the_request);
    return UNITY_END();
}
