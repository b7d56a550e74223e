// The parsed head: known names, methods, reasons, look-ups, and copies that outlive the buffer.
#include "lws/http/header.h"
#include "lws/http/h1_line.h"
#include "support/split.h"
#include "support/test_mem.h"
#include "unity.h"

static lws_span_t span(const char *s) {
    return lws_span(s, strlen(s));
}

#define EXPECT(want, s) do { \
        lws_span_t got_ = (s); \
        TEST_ASSERT_NOT_NULL(got_.p); \
        TEST_ASSERT_EQUAL_TEXT(want, got_.p, got_.n); \
} while (0)

// ---- names

static void test_every_known_name_is_found_in_any_case(void) {
    for (unsigned id = 1; id < LWS_HDR_COUNT; id++) {
        lws_span_t name = lws_hdr_name((lws_hdr_t)id);
        TEST_ASSERT(name.n >= 2);
        TEST_ASSERT_EQUAL_INT(id, lws_hdr_id(name));
        for (unsigned upper = 0; upper < 2; upper++) {
            uint8_t *copy = guard_copy(name.p, name.n);     // reads nothing behind it
            for (size_t i = 0; i < name.n; i++) {
                bool letter = (copy[i] | 0x20) >= 'a' && (copy[i] | 0x20) <= 'z';
                copy[i] = letter ? (uint8_t)(upper ? copy[i] & ~0x20 : copy[i] | 0x20) : copy[i];
            }
            TEST_ASSERT_EQUAL_INT(id, lws_hdr_id(lws_span(copy, name.n)));
            guard_free(copy, name.n);
        }
    }
}

// One changed byte, one byte less or more makes another name, whatever the byte is.
static void test_no_other_name_is_taken_for_a_known_one(void) {
    for (unsigned id = 1; id < LWS_HDR_COUNT; id++) {
        lws_span_t name = lws_hdr_name((lws_hdr_t)id);
        uint8_t text[40];
        for (size_t i = 0; i < name.n; i++) {
            for (unsigned c = 0; c < 256; c++) {
                memcpy(text, name.p, name.n);
                text[i] = (uint8_t)c;
                lws_span_t got = lws_span(text, name.n);
                bool same = lws_hdr_id(got) == (lws_hdr_t)id;
                TEST_ASSERT_EQUAL_INT(lws_span_eq_nocase(got, name), same);
            }
        }
        memcpy(text, name.p, name.n);
        text[name.n] = 'x';
        TEST_ASSERT(lws_hdr_id(lws_span(text, name.n - 1)) != (lws_hdr_t)id);
        TEST_ASSERT(lws_hdr_id(lws_span(text, name.n + 1)) != (lws_hdr_t)id);
    }
    TEST_ASSERT_EQUAL_INT(LWS_HDR_OTHER, lws_hdr_id(span("")));
    TEST_ASSERT_EQUAL_INT(LWS_HDR_OTHER, lws_hdr_id(span("x")));
    TEST_ASSERT_EQUAL_INT(LWS_HDR_OTHER, lws_hdr_id(span("Longer-Than-All-The-Known-Names")));
}

static void test_spelling(void) {
    EXPECT("ETag", lws_hdr_name(LWS_HDR_ETAG));
    EXPECT("WWW-Authenticate", lws_hdr_name(LWS_HDR_WWW_AUTHENTICATE));
    TEST_ASSERT_NULL(lws_hdr_name(LWS_HDR_OTHER).p);
    TEST_ASSERT_NULL(lws_hdr_name(LWS_HDR_COUNT).p);
}

static void test_methods(void) {
    for (unsigned id = LWS_METHOD_GET; id <= LWS_METHOD_PATCH; id++) {
        lws_span_t name = lws_method_name((lws_method_t)id);
        TEST_ASSERT_EQUAL_INT(id, lws_method_id(name));
        TEST_ASSERT_EQUAL_INT(LWS_METHOD_OTHER, lws_method_id(lws_span(name.p, name.n - 1)));
    }
    EXPECT("DELETE", lws_method_name(LWS_METHOD_DELETE));
    TEST_ASSERT_EQUAL_INT(LWS_METHOD_OTHER, lws_method_id(span("get")));
    TEST_ASSERT_EQUAL_INT(LWS_METHOD_OTHER, lws_method_id(span("PROPFIND")));
    TEST_ASSERT_EQUAL_INT(LWS_METHOD_OTHER, lws_method_id(span("")));
    TEST_ASSERT_NULL(lws_method_name(LWS_METHOD_OTHER).p);
}

static void test_reasons(void) {
    static const struct {
        unsigned status;
        const char *reason;
    } cases[] = {
        { 100, "Continue" }, { 101, "Switching Protocols" }, { 200, "OK" }, { 204, "No Content" },
        { 206, "Partial Content" }, { 226, "IM Used" }, { 304, "Not Modified" },
        { 308, "Permanent Redirect" }, { 400, "Bad Request" }, { 404, "Not Found" },
        { 413, "Content Too Large" }, { 414, "URI Too Long" }, { 417, "Expectation Failed" },
        { 426, "Upgrade Required" }, { 431, "Request Header Fields Too Large" },
        { 451, "Unavailable For Legal Reasons" }, { 500, "Internal Server Error" },
        { 505, "HTTP Version Not Supported" }, { 511, "Network Authentication Required" },
        { 306, "Status" }, { 99, "Status" }, { 0, "Status" }, { 512, "Status" },
        { 418, "I'm a Teapot" }, { 70000, "Status" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        lws_span_t reason = lws_status_reason(cases[i].status);
        TEST_ASSERT_EQUAL_TEXT(cases[i].reason, reason.p, reason.n);
    }
}

// ---- characters

// The classes of the parser, spelled out.
static void test_character_classes(void) {
    static const char alnum[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (unsigned c = 0; c < 256; c++) {
        bool visible = c > 0x20 && c < 0x7f;
        bool is_alnum = c && strchr(alnum, (int)c);
        bool token = is_alnum || (c && strchr("!#$%&'*+-.^_`|~", (int)c));
        bool name = is_alnum || (c && strchr("-._~%!$&'()*+;=", (int)c));
        unsigned want = (token ? LWS_H1_TOKEN : 0)
            | (visible && c != '?' && c != '#' ? LWS_H1_PATH : 0)
            | (visible && c != '#' ? LWS_H1_QUERY : 0)
            | (name ? LWS_H1_REG_NAME : 0)
            | (name || (c && strchr(":[]", (int)c)) ? LWS_H1_AUTHORITY : 0)
            | (is_alnum || (c && strchr("+-.", (int)c)) ? LWS_H1_SCHEME : 0);
        TEST_ASSERT_EQUAL_INT(want, lws_h1_class[c]);
    }
}

// ---- a head

static const char text[] =
    "GET /p?q HTTP/1.1\r\n"
    "Host: a\r\n"
    "Accept: x\r\n"
    "X-One: 1\r\n"
    "accept: y, \"z,close\", Z\r\n"
    "x-ONE: 2\r\n"
    "\r\n";

static lws_head_t head;

static void parse(void) {
    static test_mem_t tm;
    lws_h1_t x;
    lws_h1_event_t ev;
    test_mem_init(&tm, 0);
    lws_h1_init(&x, &tm.mem, NULL, false);
    x.head = &head;
    int n = lws_h1_rx(&x, (const uint8_t *)text, sizeof(text) - 1, &ev);
    TEST_ASSERT_EQUAL_INT(sizeof(text) - 1, n);
}

static void test_values_by_id(void) {
    parse();
    EXPECT("a", lws_head_get(&head, LWS_HDR_HOST));
    EXPECT("x", lws_head_get(&head, LWS_HDR_ACCEPT));
    TEST_ASSERT_NULL(lws_head_get(&head, LWS_HDR_COOKIE).p);
}

static void test_values_by_name(void) {
    parse();
    EXPECT("x", lws_head_find(&head, span("ACCEPT"), 0));
    EXPECT("y, \"z,close\", Z", lws_head_find(&head, span("Accept"), 1));
    TEST_ASSERT_NULL(lws_head_find(&head, span("Accept"), 2).p);
    EXPECT("1", lws_head_find(&head, span("x-one"), 0));
    EXPECT("2", lws_head_find(&head, span("x-one"), 1));
    TEST_ASSERT_NULL(lws_head_find(&head, span("x-on"), 0).p);
    TEST_ASSERT_NULL(lws_head_find(&head, span(""), 0).p);
}

static void test_tokens(void) {
    parse();
    TEST_ASSERT_TRUE(lws_head_has_token(&head, LWS_HDR_ACCEPT, span("x")));
    TEST_ASSERT_TRUE(lws_head_has_token(&head, LWS_HDR_ACCEPT, span("Y")));
    TEST_ASSERT_TRUE(lws_head_has_token(&head, LWS_HDR_ACCEPT, span("z")));
    TEST_ASSERT_FALSE(lws_head_has_token(&head, LWS_HDR_ACCEPT, span("close")));
    TEST_ASSERT_FALSE(lws_head_has_token(&head, LWS_HDR_COOKIE, span("x")));
    TEST_ASSERT_FALSE(lws_head_has_token(&head, LWS_HDR_OTHER, span("1")));
}

static void test_a_copy_outlives_the_buffer(void) {
    parse();
    lws_head_t original = head;
    uint8_t *buffer = guard_copy(text, sizeof(text) - 1);
    original.base = buffer;
    size_t size = lws_head_copy_size(&original);
    size_t table = offsetof(lws_head_t, headers) + 5 * sizeof(lws_header_t);
    TEST_ASSERT_EQUAL_INT(table + sizeof(text) - 1, size);
    test_mem_t tm;
    test_mem_init(&tm, 0);
    void *block = lws_mem_alloc(&tm.mem, size);
    lws_head_t *copy = lws_head_copy(block, &original);
    memset(buffer, 0xdd, sizeof(text) - 1);
    guard_free(buffer, sizeof(text) - 1);
    memset(&original, 0xdd, sizeof(original));
    TEST_ASSERT((void *)copy == block);
    EXPECT("a", lws_head_get(copy, LWS_HDR_HOST));
    EXPECT("2", lws_head_find(copy, span("X-One"), 1));
    EXPECT("/p", lws_head_span(copy, copy->path_at, copy->path_len));
    EXPECT("q", lws_head_span(copy, copy->query_at, copy->query_len));
    TEST_ASSERT_EQUAL_INT(LWS_METHOD_GET, copy->method);
    // A copy can be copied.
    size_t again = lws_head_copy_size(copy);
    TEST_ASSERT_EQUAL_INT(size, again);
    void *block2 = lws_mem_alloc(&tm.mem, again);
    lws_head_t *copy2 = lws_head_copy(block2, copy);
    lws_mem_free(&tm.mem, block, size);
    EXPECT("a", lws_head_get(copy2, LWS_HDR_HOST));
    lws_mem_free(&tm.mem, block2, again);
    TEST_ASSERT_NO_LEAK(&tm);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_every_known_name_is_found_in_any_case);
    RUN_TEST(test_no_other_name_is_taken_for_a_known_one);
    RUN_TEST(test_spelling);
    RUN_TEST(test_methods);
    RUN_TEST(test_reasons);
    RUN_TEST(test_character_classes);
    RUN_TEST(test_values_by_id);
    RUN_TEST(test_values_by_name);
    RUN_TEST(test_tokens);
    RUN_TEST(test_a_copy_outlives_the_buffer);
    return UNITY_END();
}
