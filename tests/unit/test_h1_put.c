// Writing: what is written, that nothing is written past the buffer, and that nobody can smuggle
// in a line.
#include "lws/http/h1.h"
#include "support/h1_log.h"
#include "unity.h"

static uint8_t room[256];

static lws_span_t span(const char *s) {
    return lws_span(s, strlen(s));
}

#define EXPECT(text, o) TEST_ASSERT_EQUAL_TEXT(text, room, (size_t)lws_out_end(&(o)))

static void test_status_line(void) {
    lws_out_t o = lws_out(room, sizeof(room));
    lws_h1_put_status(&o, 200, lws_span(NULL, 0));
    lws_h1_put_status(&o, 404, lws_span(NULL, 0));
    lws_h1_put_status(&o, 418, span("I'm a teapot"));
    lws_h1_put_status(&o, 299, lws_span(NULL, 0));
    lws_h1_put_status(&o, 204, span(""));
    lws_h1_put_status(&o, 100, span("x"));
    lws_h1_put_status(&o, 999, span("x"));
    EXPECT(
        "HTTP/1.1 200 OK\r\nHTTP/1.1 404 Not Found\r\nHTTP/1.1 418 I'm a teapot\r\n"
        "HTTP/1.1 299 Status\r\nHTTP/1.1 204 \r\nHTTP/1.1 100 x\r\nHTTP/1.1 999 x\r\n", o);
}

static void test_request_line(void) {
    lws_out_t o = lws_out(room, sizeof(room));
    lws_h1_put_request(&o, span("GET"), span("/x?y"));
    lws_h1_put_request(&o, span("OPTIONS"), span("*"));
    EXPECT("GET /x?y HTTP/1.1\r\nOPTIONS * HTTP/1.1\r\n", o);
}

static void test_header_lines(void) {
    lws_out_t o = lws_out(room, sizeof(room));
    lws_h1_put_header(&o, span("Content-Type"), span("text/html; charset=utf-8"));
    lws_h1_put_header(&o, span("X-Empty"), span(""));
    lws_h1_put_header(&o, span("X-Null"), lws_span(NULL, 0));
    lws_h1_put_header(&o, span("X-Text"), span("a\tb caf\xc3\xa9"));
    lws_h1_put_length(&o, 0);
    lws_h1_put_length(&o, UINT64_MAX);
    EXPECT(
        "Content-Type: text/html; charset=utf-8\r\n"
        "X-Empty: \r\nX-Null: \r\nX-Text: a\tb caf\xc3\xa9\r\n"
        "Content-Length: 0\r\nContent-Length: 18446744073709551615\r\n", o);
}

static void test_chunk_lines(void) {
    lws_out_t o = lws_out(room, sizeof(room));
    lws_h1_put_chunk(&o, 1);
    lws_h1_put_chunk(&o, 31);
    lws_h1_put_chunk(&o, 0xabcdef);
    EXPECT("1\r\n1f\r\nabcdef\r\n", o);
    lws_h1_put_chunk(&o, 0);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
}

// Each of these would end a line or begin another.
static void test_response_splitting(void) {
    static const char *const values[] = {
        "a\r\nSet-Cookie: x", "a\n", "\r", "a\rb", "\x01", "a\x7f", "\x0b", "12345678\n2345678",
    };
    static const char *const names[] = {
        "", "A B", "A:", "A\r\nB", "A\n", "\xc3\xa9", "(A)", "A\x7f", " A", "A\t",
    };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        lws_out_t o = lws_out(room, sizeof(room));
        TEST_ASSERT_FALSE(lws_h1_field_ok(span("X"), span(values[i])));
        lws_h1_put_header(&o, span("X"), span(values[i]));
        TEST_ASSERT_TRUE(o.full);
        TEST_ASSERT_EQUAL_INT(0, o.len);
        o = lws_out(room, sizeof(room));
        lws_h1_put_status(&o, 200, span(values[i]));
        TEST_ASSERT_TRUE(o.full);
        o = lws_out(room, sizeof(room));
        lws_h1_put_request(&o, span("GET"), span(values[i]));
        TEST_ASSERT_TRUE(o.full);
        TEST_ASSERT_EQUAL_INT(0, o.len);
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        lws_out_t o = lws_out(room, sizeof(room));
        TEST_ASSERT_FALSE(lws_h1_field_ok(span(names[i]), span("x")));
        lws_h1_put_header(&o, span(names[i]), span("x"));
        TEST_ASSERT_TRUE(o.full);
        TEST_ASSERT_EQUAL_INT(0, o.len);
        o = lws_out(room, sizeof(room));
        lws_h1_put_request(&o, span(names[i]), span("/"));
        TEST_ASSERT_TRUE(o.full);
    }
    TEST_ASSERT_TRUE(lws_h1_field_ok(span("X"), lws_span("a\0b", 1)));
    TEST_ASSERT_FALSE(lws_h1_field_ok(span("X"), lws_span("a\0b", 3)));
}

static void test_bad_request_targets_and_statuses(void) {
    static const char *const targets[] = {
        "", "/a b", " /", "/a\t", "/#x", "/caf\xc3\xa9", "/ HTTP/1.1\r\nX: y",
    };
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        lws_out_t o = lws_out(room, sizeof(room));
        lws_h1_put_request(&o, span("GET"), span(targets[i]));
        TEST_ASSERT_TRUE(o.full);
        TEST_ASSERT_EQUAL_INT(0, o.len);
    }
    static const unsigned statuses[] = { 0, 99, 1000, 65736 };
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        lws_out_t o = lws_out(room, sizeof(room));
        lws_h1_put_status(&o, statuses[i], lws_span(NULL, 0));
        TEST_ASSERT_TRUE(o.full);
    }
}

static void put_all(lws_out_t *o) {
    lws_h1_put_status(o, 200, lws_span(NULL, 0));
    lws_h1_put_header(o, span("Name"), span("value"));
    lws_h1_put_length(o, 123);
    lws_h1_put_request(o, span("GET"), span("/"));
    lws_h1_put_chunk(o, 255);
}

// For every size of the buffer: what was written is a prefix, the rest untouched, too small says
// so.
static void test_every_size_of_buffer(void) {
    uint8_t want[256];
    lws_out_t all = lws_out(want, sizeof(want));
    put_all(&all);
    int n = lws_out_end(&all);
    TEST_ASSERT(n > 60);
    for (size_t cap = 0; cap <= (size_t)n; cap++) {
        uint8_t *p = guard_copy(want, cap);
        memset(p, 0xdd, cap);
        lws_out_t o = lws_out(p, cap);
        put_all(&o);
        TEST_ASSERT_EQUAL_INT(cap == (size_t)n ? n : LWS_ERR_NOSPC, lws_out_end(&o));
        TEST_ASSERT_EQUAL_MEMORY(want, p, o.len);
        for (size_t i = o.len; i < cap; i++) {
            TEST_ASSERT_EQUAL_INT(0xdd, p[i]);
        }
        guard_free(p, cap);
    }
}

// The last room is used, whoever comes last.
static void test_an_exact_fit(void) {
    lws_out_t o = lws_out(room, strlen("HTTP/1.1 200 OK\r\n"));
    lws_h1_put_status(&o, 200, lws_span(NULL, 0));
    EXPECT("HTTP/1.1 200 OK\r\n", o);
    o = lws_out(room, strlen("GET / HTTP/1.1\r\n"));
    lws_h1_put_request(&o, span("GET"), span("/"));
    EXPECT("GET / HTTP/1.1\r\n", o);
    o = lws_out(room, strlen("A: b\r\n"));
    lws_h1_put_header(&o, span("A"), span("b"));
    EXPECT("A: b\r\n", o);
    lws_h1_put_header(&o, span("A"), span("b"));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
    TEST_ASSERT_EQUAL_INT(strlen("A: b\r\n"), o.len);
}

// What is written is what is read.
static void test_round_trip(void) {
    lws_out_t o = lws_out(room, sizeof(room));
    lws_h1_put_request(&o, span("POST"), span("/x?y"));
    lws_h1_put_header(&o, lws_hdr_name(LWS_HDR_HOST), span("a:80"));
    lws_h1_put_header(&o, lws_hdr_name(LWS_HDR_TRANSFER_ENCODING), span("chunked"));
    LWS_OUT_LIT(&o, "\r\n");
    lws_h1_put_chunk(&o, 17);
    LWS_OUT_LIT(&o, "seventeen letters\r\n0\r\n\r\n");
    h1_expect(
        &(h1_kind_t) { .response = false }, room, (size_t)lws_out_end(&o),
        "POST /x?y HTTP/1.1 keep-alive chunked\n  Host: a:80\n  Transfer-Encoding: chunked\n"
        "BODY seventeen letters\nEND\n", __LINE__);
    o = lws_out(room, sizeof(room));
    lws_h1_put_status(&o, 201, lws_span(NULL, 0));
    lws_h1_put_length(&o, 2);
    LWS_OUT_LIT(&o, "\r\nhi");
    h1_expect(
        &(h1_kind_t) { .response = true }, room, (size_t)lws_out_end(&o),
        "201 \"Created\" HTTP/1.1 keep-alive length=2\n  Content-Length: 2\nBODY hi\nEND\n",
        __LINE__);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_status_line);
    RUN_TEST(test_request_line);
    RUN_TEST(test_header_lines);
    RUN_TEST(test_chunk_lines);
    RUN_TEST(test_response_splitting);
    RUN_TEST(test_bad_request_targets_and_statuses);
    RUN_TEST(test_every_size_of_buffer);
    RUN_TEST(test_an_exact_fit);
    RUN_TEST(test_round_trip);
    return UNITY_END();
}
