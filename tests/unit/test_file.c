// lws/http/file.h: what to answer to a request for a file. Shown as the status, "length" and
// "body", then the fields.
#include "lws/http/file.h"

#include "lws/http/etag.h"
#include "support/http_head.h"
#include "support/room.h"
#include "support/split.h"
#include "unity.h"

#define MTIME 784111777
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define TAG "\"2ebc98a1-3e8\""

static lws_file_plan_t plan;
static evlog_t log_;
static lws_head_t h;

static lws_file_t page(void) {
    lws_file_t f = { .size = 1000, .mtime = MTIME, .nonce = 0xabc };
    f.type = LWS_LIT("text/html");
    return f;
}

static const char *answer(lws_method_t method, const char *fields, const lws_file_t *f) {
    static char *head;
    ROOM(head, 1024);
    lws_out_t o = lws_out(head, 1024);

    memset(&plan, 0xdd, sizeof(plan));      // what the plan needs it sets
    http_head(&h, method, fields);
    log_.n = 0;
    evlog_int(&log_, lws_file_plan(&h, f, &plan));
    TEST_ASSERT_EQUAL_INT(plan.status, lws_file_plan(&h, f, &plan));
    evlog_str(&log_, " length ");
    evlog_int(&log_, (int64_t)plan.length);
    evlog_str(&log_, plan.body ? " body\n" : "\n");
    lws_file_put_head(&o, f, &plan);
    TEST_ASSERT(lws_out_end(&o) >= 0);
    lws_span_t rest = lws_span(head, o.len);
    while (rest.n) {
        const uint8_t *cr = memchr(rest.p, '\r', rest.n);
        TEST_ASSERT(cr && cr[1] == '\n');
        size_t n = (size_t)(cr - rest.p);
        evlog_span(&log_, lws_span(rest.p, n));
        evlog_str(&log_, "\n");
        rest = lws_span(cr + 2, rest.n - n - 2);
    }
    return log_.text;
}

static const char *get(const char *fields) {
    lws_file_t f = page();
    return answer(LWS_METHOD_GET, fields, &f);
}

static void test_plain(void) {
    TEST_ASSERT_EQUAL_STRING(
        "200 length 1000 body\n"
        "Content-Type: text/html\n"
        "Accept-Ranges: bytes\n"
        "ETag: " TAG "\n"
        "Last-Modified: " DATE "\n", get("Host: h\n"));
}

static void test_head_is_get_without_the_body(void) {
    lws_file_t f = page();
    TEST_ASSERT_EQUAL_STRING(
        "200 length 1000\n"
        "Content-Type: text/html\n"
        "Accept-Ranges: bytes\n"
        "ETag: " TAG "\n"
        "Last-Modified: " DATE "\n", answer(LWS_METHOD_HEAD, "Range: bytes=0-1\n", &f));
}

static void test_other_methods(void) {
    static const lws_method_t methods[] = {
        LWS_METHOD_OTHER, LWS_METHOD_POST, LWS_METHOD_PUT, LWS_METHOD_DELETE, LWS_METHOD_OPTIONS,
    };
    lws_file_t f = page();
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        TEST_ASSERT_EQUAL_STRING("405 length 0\nAllow: GET, HEAD\n",
            answer(methods[i], "Range: bytes=0-1\nIf-Match: \"y\"\n", &f));
    }
}

static void test_nothing_is_known(void) {
    lws_file_t f = { 0 };
    TEST_ASSERT_EQUAL_STRING("200 length 0 body\nAccept-Ranges: bytes\n",
        answer(LWS_METHOD_GET, "If-None-Match: \"x\"\nIf-Modified-Since: " DATE "\n", &f));
    TEST_ASSERT_EQUAL_STRING("412 length 0\n", answer(LWS_METHOD_GET, "If-Match: \"x\"\n", &f));
    TEST_ASSERT_EQUAL_STRING("200 length 0 body\nAccept-Ranges: bytes\n",
        answer(LWS_METHOD_GET, "If-Match: *\n", &f));
}

static void test_all_fields(void) {
    lws_file_t f = page();
    f.etag = LWS_LIT("W/\"mine\"");
    f.encoding = LWS_LIT("gzip");
    f.max_age = 3600;
    f.flags = LWS_FILE_VARY | LWS_FILE_IMMUTABLE | LWS_FILE_NO_RANGES;
    TEST_ASSERT_EQUAL_STRING(
        "200 length 1000 body\n"
        "Content-Type: text/html\n"
        "Content-Encoding: gzip\n"
        "ETag: W/\"mine\"\n"
        "Last-Modified: " DATE "\n"
        "Cache-Control: max-age=3600, immutable\n"
        "Vary: Accept-Encoding\n", answer(LWS_METHOD_GET, "Range: bytes=0-1\n", &f));
    f.flags = LWS_FILE_NO_CACHE;
    TEST_ASSERT_NOT_NULL(strstr(answer(LWS_METHOD_GET, "", &f), "Cache-Control: no-cache\n"));
    f.flags = 0;
    TEST_ASSERT_NOT_NULL(strstr(answer(LWS_METHOD_GET, "", &f), "Cache-Control: max-age=3600\n"));
}

static void test_not_modified(void) {
    TEST_ASSERT_EQUAL_STRING("304 length 0\nETag: " TAG "\n", get("If-None-Match: " TAG "\n"));
    TEST_ASSERT_EQUAL_STRING("304 length 0\nETag: " TAG "\n",
        get("If-Modified-Since: " DATE "\n"));
    lws_file_t f = page();
    f.max_age = 60;
    f.flags = LWS_FILE_VARY;
    TEST_ASSERT_EQUAL_STRING(
        "304 length 0\n"
        "ETag: " TAG "\n"
        "Cache-Control: max-age=60\n"
        "Vary: Accept-Encoding\n",
        answer(LWS_METHOD_HEAD, "If-None-Match: *\nRange: bytes=0-1\n", &f));
}

static void test_a_weak_tag_of_its_own(void) {
    lws_file_t f = page();
    f.flags = LWS_FILE_WEAK;
    TEST_ASSERT_EQUAL_STRING("304 length 0\nETag: W/" TAG "\n",
        answer(LWS_METHOD_GET, "If-None-Match: " TAG "\n", &f));
    TEST_ASSERT_EQUAL_STRING("412 length 0\n",
        answer(LWS_METHOD_GET, "If-Match: W/" TAG "\n", &f));
}

static void test_precondition_failed(void) {
    TEST_ASSERT_EQUAL_STRING("412 length 0\n", get("If-Match: \"y\"\nRange: bytes=0-1\n"));
    TEST_ASSERT_EQUAL_STRING("412 length 0\n",
        get("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\n"));
}

static void test_one_range(void) {
    TEST_ASSERT_EQUAL_STRING(
        "206 length 100 body\n"
        "Content-Type: text/html\n"
        "Content-Range: bytes 900-999/1000\n"
        "Accept-Ranges: bytes\n"
        "ETag: " TAG "\n"
        "Last-Modified: " DATE "\n", get("Range: bytes=-100\n"));
    TEST_ASSERT_EQUAL_INT(1, plan.count);
    TEST_ASSERT_EQUAL_INT(900, plan.ranges[0].first);
    TEST_ASSERT_EQUAL_INT(999, plan.ranges[0].last);
}

static void test_several_ranges(void) {
    // heads of 82 and 88 bytes, a byte each, and 28 at the end
    TEST_ASSERT_EQUAL_STRING(
        "206 length 200 body\n"
        "Content-Type: multipart/byteranges; boundary=lws-0000000000000abc\n"
        "Accept-Ranges: bytes\n"
        "ETag: " TAG "\n"
        "Last-Modified: " DATE "\n", get("Range: bytes=0-0,-1\n"));
    TEST_ASSERT_EQUAL_INT(2, plan.count);
}

static void test_no_range_inside_the_file(void) {
    TEST_ASSERT_EQUAL_STRING("416 length 0\nContent-Range: bytes */1000\n",
        get("Range: bytes=1000-\n"));
}

static void test_ranges_that_are_ignored(void) {
    static const char *const fields[] = {
        "Range: items=0-1\n", "Range: bytes=5-4\n", "Range: bytes=0-1\nIf-Range: \"y\"\n",
        "Range: bytes=0-1\nIf-Range: W/" TAG "\n",
        "Range: bytes=1000-\nIf-Range: Sun, 06 Nov 1994 08:49:38 GMT\n",
        "If-Range: " TAG "\n",
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        TEST_ASSERT_EQUAL_MEMORY("200 length 1000 body\n", get(fields[i]), 21);
        TEST_ASSERT_EQUAL_INT(0, plan.count);
    }
    TEST_ASSERT_EQUAL_MEMORY("206 length 2 body\n",
        get("Range: bytes=0-1\nIf-Range: " TAG "\n"), 18);
    TEST_ASSERT_EQUAL_MEMORY("206 length 2 body\n",
        get("Range: bytes=0-1\nIf-Range: " DATE "\n"), 18);
}

static void test_conditions_come_before_ranges(void) {
    TEST_ASSERT_EQUAL_MEMORY("304", get("If-None-Match: " TAG "\nRange: bytes=9999-\n"), 3);
    TEST_ASSERT_EQUAL_MEMORY("416", get("If-None-Match: \"y\"\nRange: bytes=9999-\n"), 3);
}

static void test_response_splitting(void) {
    static const lws_span_t evil[] = {
        { (const uint8_t *)"a\r\nSet-Cookie: x=1", 18 }, { (const uint8_t *)"a\nb", 3 },
        { (const uint8_t *)"a\0b", 3 },
    };
    char head[512];

    http_head(&h, LWS_METHOD_GET, "");
    for (size_t i = 0; i < 9; i++) {
        lws_file_t f = page();
        *(i % 3 == 0 ? &f.type : i % 3 == 1 ? &f.encoding : &f.etag) = evil[i / 3];
        lws_out_t o = lws_out(head, sizeof(head));
        lws_file_plan(&h, &f, &plan);
        lws_file_put_head(&o, &f, &plan);
        TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
        TEST_ASSERT_EQUAL_INT(0, o.len);
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_plain);
    RUN_TEST(test_head_is_get_without_the_body);
    RUN_TEST(test_other_methods);
    RUN_TEST(test_nothing_is_known);
    RUN_TEST(test_all_fields);
    RUN_TEST(test_not_modified);
    RUN_TEST(test_a_weak_tag_of_its_own);
    RUN_TEST(test_precondition_failed);
    RUN_TEST(test_one_range);
    RUN_TEST(test_several_ranges);
    RUN_TEST(test_no_range_inside_the_file);
    RUN_TEST(test_ranges_that_are_ignored);
    RUN_TEST(test_conditions_come_before_ranges);
    RUN_TEST(test_response_splitting);
    return UNITY_END();
}
