// lws/http/etag.h: entity tags.
#include "lws/http/etag.h"

#include "unity.h"

static lws_span_t str(const char *s) {
    return lws_span(s, strlen(s));
}

static void test_make(void) {
    char text[LWS_ETAG_MAX];
    lws_out_t o = lws_out(text, sizeof(text));
    lws_etag_put(&o, 0x1234, 0x5f000000, false);
    TEST_ASSERT_EQUAL_TEXT("\"5f000000-1234\"", text, o.len);
    o = lws_out(text, sizeof(text));
    lws_etag_put(&o, 0, 1, true);
    TEST_ASSERT_EQUAL_TEXT("W/\"1-0\"", text, o.len);
}

static void test_the_longest_fits(void) {
    char text[LWS_ETAG_MAX];
    lws_out_t o = lws_out(text, sizeof(text));
    lws_etag_put(&o, UINT64_MAX, -1, true);
    TEST_ASSERT_EQUAL_INT(LWS_ETAG_MAX, lws_out_end(&o));
}

// The table of RFC 9110 section 8.8.3.2.
static void test_comparison(void) {
    static const struct {
        const char *a, *b;
        bool strong, weak;
    } cases[] = {
        { "W/\"1\"", "W/\"1\"", false, true },
        { "W/\"1\"", "W/\"2\"", false, false },
        { "W/\"1\"", "\"1\"", false, true },
        { "\"1\"", "\"1\"", true, true },
        { "\"1\"", "\"2\"", false, false },
        { "\"a\"", "\"A\"", false, false },
        { "", "", false, false },
        { "\"\"", "\"\"", true, true },
        { "w/\"1\"", "\"1\"", false, false },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_INT(cases[i].strong,
            lws_etag_equal(str(cases[i].a), str(cases[i].b), false));
        TEST_ASSERT_EQUAL_INT(cases[i].strong,
            lws_etag_equal(str(cases[i].b), str(cases[i].a), false));
        TEST_ASSERT_EQUAL_INT(cases[i].weak,
            lws_etag_equal(str(cases[i].a), str(cases[i].b), true));
        TEST_ASSERT_EQUAL_INT(cases[i].weak,
            lws_etag_equal(str(cases[i].b), str(cases[i].a), true));
    }
}

static bool in(const char *list) {
    return lws_etag_in_list(str(list), LWS_LIT("\"x\""), true);
}

static void test_lists(void) {
    TEST_ASSERT(in("\"x\""));
    TEST_ASSERT(in("W/\"x\""));
    TEST_ASSERT(in("\"a\", \"x\""));
    TEST_ASSERT(in("\"a\",W/\"b\" ,\t\"x\",\"c\""));
    TEST_ASSERT(in(",, \"x\" ,"));
    TEST_ASSERT(in("\"a,b\", \"x\""));
    TEST_ASSERT(in("\"back\\\", \"x\""));       // a backslash escapes nothing here
    TEST_ASSERT_FALSE(in(""));
    TEST_ASSERT_FALSE(in("\"X\""));
    TEST_ASSERT_FALSE(in("\"a, \"x\""));        // "a, " is not a tag: no spaces in tags
    TEST_ASSERT_FALSE(in("\",\"x,\""));
    TEST_ASSERT_FALSE(in("x"));
    TEST_ASSERT_FALSE(in("\"x"));
    TEST_ASSERT_FALSE(in("W/x"));
    TEST_ASSERT_FALSE(in("W/"));
    TEST_ASSERT_FALSE(in("junk, \"x\""));       // ends where it breaks
}

static void test_star(void) {
    TEST_ASSERT(in("*"));
    TEST_ASSERT(in(" * "));
    TEST_ASSERT(lws_etag_in_list(LWS_LIT("*"), LWS_LIT(""), false));
    TEST_ASSERT_FALSE(in("*, \"a\""));
    TEST_ASSERT_FALSE(in("**"));
}

static void test_an_empty_tag_is_in_no_other_list(void) {
    TEST_ASSERT_FALSE(lws_etag_in_list(LWS_LIT("\"\""), LWS_LIT(""), true));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_make);
    RUN_TEST(test_the_longest_fits);
    RUN_TEST(test_comparison);
    RUN_TEST(test_lists);
    RUN_TEST(test_star);
    RUN_TEST(test_an_empty_tag_is_in_no_other_list);
    return UNITY_END();
}
