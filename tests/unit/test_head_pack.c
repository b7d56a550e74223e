// A packed head: what is unpacked says all that the parsed one said, in hardly more bytes than the
// text had.
#include "lws/http/h1.h"
#include "lws/http/head_pack.h"
#include "support/split.h"
#include "support/test_mem.h"
#include "unity.h"

static lws_head_t head, again;
static test_mem_t tm;

#define EXPECT_SAME(at, len) do { \
        lws_span_t a_ = lws_head_span(&head, head.at, head.len); \
        lws_span_t b_ = lws_head_span(&again, again.at, again.len); \
        TEST_ASSERT(lws_span_eq(a_, b_)); \
} while (0)

static bool none(lws_hdr_t id) {
    (void)id;
    return false;
}

static bool cookies(lws_hdr_t id) {
    return id == LWS_HDR_COOKIE;
}

static void parse(const char *text) {
    lws_h1_t x;
    lws_h1_event_t ev;
    memset(&x, 0, sizeof(x));
    lws_h1_init(&x, &tm.mem, NULL, false);
    x.head = &head;
    lws_h1_rx(&x, (const uint8_t *)text, strlen(text), &ev);
    TEST_ASSERT_EQUAL_INT(LWS_H1_HEAD, ev.type);
}

// head goes through a pack into again; the text is gone meanwhile.
static lws_head_pack_t *pack(const char *text, lws_head_skip_t skip) {
    size_t n = strlen(text);
    parse(text);
    uint8_t *buffer = guard_copy(text, n);
    lws_head_t borrowed = head;
    borrowed.base = buffer;
    size_t size = lws_head_pack_size(&borrowed, skip);
    void *block = lws_mem_alloc(&tm.mem, size);
    lws_head_pack_t *p = lws_head_pack(block, &borrowed, skip);
    TEST_ASSERT((void *)p == block);
    TEST_ASSERT_EQUAL_INT(size, p->size);
    memset(buffer, 0xdd, n);
    guard_free(buffer, n);
    memset(&again, 0xdd, sizeof(again));
    lws_head_unpack(&again, p);
    return p;
}

static void expect_same_target(void) {
    EXPECT_SAME(method_at, method_len);
    EXPECT_SAME(path_at, path_len);
    EXPECT_SAME(query_at, query_len);
    EXPECT_SAME(authority_at, authority_len);
    TEST_ASSERT_EQUAL_INT(!head.query_at, !again.query_at);
    TEST_ASSERT_EQUAL_INT(head.method, again.method);
    TEST_ASSERT_EQUAL_INT(head.target, again.target);
    TEST_ASSERT_EQUAL_INT(head.minor, again.minor);
    TEST_ASSERT_EQUAL_INT(head.flags, again.flags);
    TEST_ASSERT(head.content_length == again.content_length);
}

static void expect_same_fields(void) {
    TEST_ASSERT_EQUAL_INT(head.count, again.count);
    TEST_ASSERT_EQUAL_MEMORY(head.known, again.known, sizeof(head.known));
    for (size_t i = 0; i < head.count; i++) {
        TEST_ASSERT_EQUAL_INT(head.headers[i].id, again.headers[i].id);
        EXPECT_SAME(headers[i].name, headers[i].name_len);
        EXPECT_SAME(headers[i].value, headers[i].value_len);
    }
}

static const char *const texts[] = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a/b?c=d HTTP/1.1\r\nHost:a\r\nX-One: 1\r\nx-one:   2  \r\nEmpty:\r\n\r\n",
    "GET /? HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4294967296\r\nExpect: 100-continue\r\n\r\n",
    "PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET http://h:80/p?q HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: \r\n\r\n",
    "FROBNICATE /x HTTP/1.0\r\n\r\n",
};

static void test_nothing_is_lost(void) {
    test_mem_init(&tm, 0);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (int every = 0; every < 2; every++) {
            lws_head_pack_t *p = pack(texts[i], every ? none : NULL);
            expect_same_target();
            expect_same_fields();
            TEST_ASSERT(p->size <= strlen(texts[i]) + sizeof(*p) + head.count);
            lws_mem_free(&tm.mem, p, p->size);
        }
    }
    TEST_ASSERT_NO_LEAK(&tm);
}

// Path and query are one piece of text, as in the request.
static void test_the_target_is_whole(void) {
    test_mem_init(&tm, 0);
    lws_head_pack_t *p = pack(texts[1], NULL);
    lws_span_t url = lws_head_span(&again, again.path_at,
        (uint16_t)(again.query_at + again.query_len - again.path_at));
    TEST_ASSERT_EQUAL_TEXT("/a/b?c=d", url.p, url.n);
    lws_mem_free(&tm.mem, p, p->size);
    TEST_ASSERT_NO_LEAK(&tm);
}

static void test_fields_are_left_out(void) {
    test_mem_init(&tm, 0);
    lws_head_pack_t *p = pack(texts[2], cookies);
    expect_same_target();
    TEST_ASSERT_EQUAL_INT(1, again.count);
    TEST_ASSERT_NULL(lws_head_get(&again, LWS_HDR_COOKIE).p);
    lws_span_t host = lws_head_get(&again, LWS_HDR_HOST);
    TEST_ASSERT_EQUAL_TEXT("a", host.p, host.n);
    lws_mem_free(&tm.mem, p, p->size);
    TEST_ASSERT_NO_LEAK(&tm);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_nothing_is_lost);
    RUN_TEST(test_the_target_is_whole);
    RUN_TEST(test_fields_are_left_out);
    return UNITY_END();
}
