// lws/http/param.h: parameters of a field value.
#include "lws/http/param.h"

#include "support/split.h"
#include "unity.h"

static const char *params(const char *s) {
    static evlog_t log;
    lws_span_t rest = lws_span(s, strlen(s)), name, value;
    int more;

    log.n = 0;
    evlog_span(&log, lws_param_head(&rest));
    evlog_str(&log, "|");
    while ((more = lws_param_next(&rest, &name, &value)) > 0) {
        evlog_span(&log, name);
        evlog_str(&log, value.p ? "=" : "!");
        evlog_span(&log, value);
        evlog_str(&log, "|");
    }
    evlog_str(&log, more < 0 ? "PROTO" : "");
    return log.text;
}

static void test_params(void) {
    TEST_ASSERT_EQUAL_STRING("text/html|", params("text/html"));
    TEST_ASSERT_EQUAL_STRING("text/html|charset=utf-8|", params("text/html; charset=utf-8"));
    TEST_ASSERT_EQUAL_STRING("a|b=c|d=e|", params("a;b=c;d=e"));
    TEST_ASSERT_EQUAL_STRING("a|b=c|d=e|", params(" a ;\t b = c ;; d=e ; "));
    TEST_ASSERT_EQUAL_STRING("a|b!|c=|", params("a; b; c="));
    TEST_ASSERT_EQUAL_STRING("|", params(""));
    TEST_ASSERT_EQUAL_STRING("|b=c|", params(";b=c"));
    TEST_ASSERT_EQUAL_STRING("a|b=c=d|", params("a; b=c=d"));
}

static void test_quoted_values(void) {
    TEST_ASSERT_EQUAL_STRING("a|b=c; d=e|f=g|", params("a; b=\"c; d=e\"; f=g"));
    TEST_ASSERT_EQUAL_STRING("a|b=|", params("a; b=\"\""));
    TEST_ASSERT_EQUAL_STRING("a|b=\\\"c\\\\|d=e|", params("a; b=\"\\\"c\\\\\" ;d=e"));
    TEST_ASSERT_EQUAL_STRING("a|b=C:\\x\\y|", params("a; b=\"C:\\x\\y\""));
}

static void test_broken_quotes(void) {
    TEST_ASSERT_EQUAL_STRING("a|PROTO", params("a; b=\""));
    TEST_ASSERT_EQUAL_STRING("a|PROTO", params("a; b=\"c"));
    TEST_ASSERT_EQUAL_STRING("a|PROTO", params("a; b=\"c\\\""));
    TEST_ASSERT_EQUAL_STRING("a|PROTO", params("a; b=\"c\"d; e=f"));
}

static void test_find(void) {
    lws_span_t v = LWS_LIT("a; B=1; c=\"2\"; b=3; d=\"");
    lws_span_t found = lws_param_find(v, LWS_LIT("b"));
    TEST_ASSERT_EQUAL_TEXT("1", found.p, found.n);
    found = lws_param_find(v, LWS_LIT("C"));
    TEST_ASSERT_EQUAL_TEXT("2", found.p, found.n);
    TEST_ASSERT_NULL(lws_param_find(v, LWS_LIT("d")).p);
    TEST_ASSERT_NULL(lws_param_find(v, LWS_LIT("a")).p);
    TEST_ASSERT_NULL(lws_param_find(lws_span(NULL, 0), LWS_LIT("a")).p);
}

static void test_unescape(void) {
    uint8_t text[] = "a\\\"b\\\\c\\d\\";
    size_t n = lws_param_unescape(text, sizeof(text) - 1);
    TEST_ASSERT_EQUAL_TEXT("a\"b\\c\\d\\", text, n);
}

static void test_safe(void) {
    TEST_ASSERT(lws_param_safe(LWS_LIT("a \t\xff~")));
    TEST_ASSERT(lws_param_safe(lws_span(NULL, 0)));
    TEST_ASSERT_FALSE(lws_param_safe(LWS_LIT("a\rb")));
    TEST_ASSERT_FALSE(lws_param_safe(LWS_LIT("a\n")));
    TEST_ASSERT_FALSE(lws_param_safe(LWS_LIT("\0")));
    TEST_ASSERT_FALSE(lws_param_safe(LWS_LIT("a\x7f")));
    TEST_ASSERT_FALSE(lws_param_safe(LWS_LIT("\x1f")));
    // Every byte at every place of a text that is longer than a few words.
    char text[37];
    memset(text, 'a', sizeof(text));
    for (size_t at = 0; at < sizeof(text); at++) {
        for (int c = 0; c < 256; c++) {
            text[at] = (char)c;
            bool safe = c == '\t' || (c >= 0x20 && c != 0x7f);
            TEST_ASSERT(lws_param_safe(lws_span(text, sizeof(text))) == safe);
        }
        text[at] = '\xff';
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_params);
    RUN_TEST(test_quoted_values);
    RUN_TEST(test_broken_quotes);
    RUN_TEST(test_find);
    RUN_TEST(test_unescape);
    RUN_TEST(test_safe);
    return UNITY_END();
}
