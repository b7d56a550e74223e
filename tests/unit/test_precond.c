// lws/http/precond.h: conditional requests.
#include "lws/http/precond.h"

#include "support/http_head.h"
#include "unity.h"

#define MTIME 784111777
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

static lws_head_t h;

static unsigned judge(lws_method_t method, const char *fields, lws_span_t etag, int64_t mtime) {
    http_head(&h, method, fields);
    return lws_precond(&h, etag, mtime);
}

// Of a file with the tag "x", last modified at DATE.
static unsigned get(const char *fields) {
    return judge(LWS_METHOD_GET, fields, LWS_LIT("\"x\""), MTIME);
}

static void test_no_condition(void) {
    TEST_ASSERT_EQUAL_INT(0, get(""));
    http_head(&h, LWS_METHOD_GET, "Host: h\nRange: bytes=0-1\nIf-Range: \"x\"\n");
    TEST_ASSERT_FALSE(lws_precond_any(&h));
    http_head(&h, LWS_METHOD_GET, "If-None-Match: \"x\"\n");
    TEST_ASSERT(lws_precond_any(&h));
}

static void test_if_match(void) {
    TEST_ASSERT_EQUAL_INT(0, get("If-Match: \"x\"\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-Match: \"a\", \"x\"\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-Match: *\n"));
    TEST_ASSERT_EQUAL_INT(412, get("If-Match: \"y\"\n"));
    TEST_ASSERT_EQUAL_INT(412, get("If-Match: W/\"x\"\n"));     // strong comparison
    TEST_ASSERT_EQUAL_INT(412, get("If-Match: broken\n"));
    TEST_ASSERT_EQUAL_INT(412, get("If-Match:\n"));
    TEST_ASSERT_EQUAL_INT(412,
        judge(LWS_METHOD_GET, "If-Match: W/\"x\"\n", LWS_LIT("W/\"x\""), 0));
}

static void test_if_none_match(void) {
    TEST_ASSERT_EQUAL_INT(304, get("If-None-Match: \"x\"\n"));
    TEST_ASSERT_EQUAL_INT(304, get("If-None-Match: W/\"x\"\n"));    // weak comparison
    TEST_ASSERT_EQUAL_INT(304, get("If-None-Match: \"a\",\"x\"\n"));
    TEST_ASSERT_EQUAL_INT(304, get("If-None-Match: *\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-None-Match: \"y\"\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-None-Match: broken\n"));
}

static void test_a_list_in_several_fields(void) {
    TEST_ASSERT_EQUAL_INT(304, get("If-None-Match: \"a\"\nHost: h\nIf-None-Match: \"x\"\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-Match: \"a\"\nIf-Match: \"x\"\n"));
}

static void test_dates(void) {
    TEST_ASSERT_EQUAL_INT(304, get("If-Modified-Since: " DATE "\n"));
    TEST_ASSERT_EQUAL_INT(304, get("If-Modified-Since: " AFTER "\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-Modified-Since: " BEFORE "\n"));
    TEST_ASSERT_EQUAL_INT(304, get("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-Unmodified-Since: " DATE "\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-Unmodified-Since: " AFTER "\n"));
    TEST_ASSERT_EQUAL_INT(412, get("If-Unmodified-Since: " BEFORE "\n"));
}

static void test_what_is_no_date_is_ignored(void) {
    TEST_ASSERT_EQUAL_INT(0, get("If-Modified-Since: yesterday\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-Unmodified-Since: yesterday\n"));
    TEST_ASSERT_EQUAL_INT(0,
        judge(LWS_METHOD_GET, "If-Modified-Since: " DATE "\n", LWS_LIT("\"x\""), 0));
    TEST_ASSERT_EQUAL_INT(0,
        judge(LWS_METHOD_GET, "If-Unmodified-Since: " DATE "\n", LWS_LIT("\"x\""), 0));
}

// RFC 9110 section 13.2.2: a tag decides before a date does, If-Match before If-None-Match.
static void test_precedence(void) {
    TEST_ASSERT_EQUAL_INT(0, get("If-Match: \"x\"\nIf-Unmodified-Since: " BEFORE "\n"));
    TEST_ASSERT_EQUAL_INT(412, get("If-Match: \"y\"\nIf-Unmodified-Since: " AFTER "\n"));
    TEST_ASSERT_EQUAL_INT(0, get("If-None-Match: \"y\"\nIf-Modified-Since: " AFTER "\n"));
    TEST_ASSERT_EQUAL_INT(304, get("If-None-Match: \"x\"\nIf-Modified-Since: " BEFORE "\n"));
    TEST_ASSERT_EQUAL_INT(412, get("If-Match: \"y\"\nIf-None-Match: \"x\"\n"));
    TEST_ASSERT_EQUAL_INT(304, get("If-Match: \"x\"\nIf-None-Match: \"x\"\n"));
    TEST_ASSERT_EQUAL_INT(412,
        get("If-Unmodified-Since: " BEFORE "\nIf-Modified-Since: " AFTER "\n"));
}

static void test_other_methods_fail_instead_of_304(void) {
    lws_span_t x = LWS_LIT("\"x\"");
    TEST_ASSERT_EQUAL_INT(304, judge(LWS_METHOD_HEAD, "If-None-Match: \"x\"\n", x, MTIME));
    TEST_ASSERT_EQUAL_INT(412, judge(LWS_METHOD_PUT, "If-None-Match: \"x\"\n", x, MTIME));
    TEST_ASSERT_EQUAL_INT(0, judge(LWS_METHOD_PUT, "If-Modified-Since: " DATE "\n", x, MTIME));
    TEST_ASSERT_EQUAL_INT(412,
        judge(LWS_METHOD_PUT, "If-Unmodified-Since: " BEFORE "\n", x, MTIME));
}

static void test_what_does_not_exist_and_what_has_no_tag(void) {
    lws_span_t nothing = lws_span(NULL, 0), untagged = LWS_LIT("");
    TEST_ASSERT_EQUAL_INT(412, judge(LWS_METHOD_PUT, "If-Match: *\n", nothing, 0));
    TEST_ASSERT_EQUAL_INT(0, judge(LWS_METHOD_PUT, "If-None-Match: *\n", nothing, 0));
    TEST_ASSERT_EQUAL_INT(0, judge(LWS_METHOD_PUT, "If-Match: *\n", untagged, 0));
    TEST_ASSERT_EQUAL_INT(412, judge(LWS_METHOD_PUT, "If-None-Match: *\n", untagged, 0));
    TEST_ASSERT_EQUAL_INT(412, judge(LWS_METHOD_PUT, "If-Match: \"\"\n", untagged, 0));
}

static bool ranged(const char *fields, lws_span_t etag, int64_t mtime) {
    http_head(&h, LWS_METHOD_GET, fields);
    return lws_precond_range(&h, etag, mtime);
}

static void test_if_range(void) {
    lws_span_t x = LWS_LIT("\"x\""), weak = LWS_LIT("W/\"x\"");
    TEST_ASSERT(ranged("", x, MTIME));
    TEST_ASSERT(ranged("If-Range: \"x\"\n", x, MTIME));
    TEST_ASSERT_FALSE(ranged("If-Range: \"y\"\n", x, MTIME));
    TEST_ASSERT_FALSE(ranged("If-Range: W/\"x\"\n", x, MTIME));
    TEST_ASSERT_FALSE(ranged("If-Range: W/\"x\"\n", weak, MTIME));
    TEST_ASSERT_FALSE(ranged("If-Range: *\n", x, MTIME));
    TEST_ASSERT(ranged("If-Range: " DATE "\n", x, MTIME));
    TEST_ASSERT_FALSE(ranged("If-Range: " AFTER "\n", x, MTIME));       // exactly, not "since"
    TEST_ASSERT_FALSE(ranged("If-Range: " BEFORE "\n", x, MTIME));
    TEST_ASSERT_FALSE(ranged("If-Range: " DATE "\n", x, 0));
    TEST_ASSERT_FALSE(ranged("If-Range: junk\n", x, MTIME));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_no_condition);
    RUN_TEST(test_if_match);
    RUN_TEST(test_if_none_match);
    RUN_TEST(test_a_list_in_several_fields);
    RUN_TEST(test_dates);
    RUN_TEST(test_what_is_no_date_is_ignored);
    RUN_TEST(test_precedence);
    RUN_TEST(test_other_methods_fail_instead_of_304);
    RUN_TEST(test_what_does_not_exist_and_what_has_no_tag);
    RUN_TEST(test_if_range);
    return UNITY_END();
}
