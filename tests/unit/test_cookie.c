// lws/http/cookie.h: reading Cookie, writing Set-Cookie.
#include "lws/http/cookie.h"

#include "support/http_head.h"
#include "support/split.h"
#include "unity.h"

#define S(s) { (const uint8_t *)(s), sizeof(s) - 1 }

static const char *cookies(const char *field) {
    static evlog_t log;
    size_t n = strlen(field);
    uint8_t *p = guard_copy(field, n);
    lws_span_t rest = lws_span(p, n), name, value;

    log.n = 0;
    evlog_str(&log, "");
    while (lws_cookie_next(&rest, &name, &value)) {
        evlog_str(&log, "[");
        evlog_span(&log, name);
        evlog_str(&log, "=");
        evlog_span(&log, value);
        evlog_str(&log, "]");
    }
    guard_free(p, n);
    return log.text;
}

static void test_cookies(void) {
    TEST_ASSERT_EQUAL_STRING("[a=1]", cookies("a=1"));
    TEST_ASSERT_EQUAL_STRING("[a=1][b=2][a=3]", cookies("a=1; b=2; a=3"));
    TEST_ASSERT_EQUAL_STRING("[a=]", cookies("a="));
    TEST_ASSERT_EQUAL_STRING("[a=b=c]", cookies("a=b=c"));
    TEST_ASSERT_EQUAL_STRING("[sid=x,y z/\\]", cookies("sid=x,y z/\\"));
}

static void test_lenient(void) {
    TEST_ASSERT_EQUAL_STRING("", cookies(""));
    TEST_ASSERT_EQUAL_STRING("[a=1][b=2]", cookies("a=1;b=2;"));
    TEST_ASSERT_EQUAL_STRING("[a=1][b=2]", cookies(";; a = 1 ;\t; b=2 ; "));
    TEST_ASSERT_EQUAL_STRING("[b=2]", cookies("nothing; =nameless; b=2"));
    TEST_ASSERT_EQUAL_STRING("", cookies("="));
    TEST_ASSERT_EQUAL_STRING("[a=\\xff]", cookies("a=\xff"));
}

static void test_quotes_around_a_value_are_dropped(void) {
    TEST_ASSERT_EQUAL_STRING("[a=b c]", cookies("a=\"b c\""));
    TEST_ASSERT_EQUAL_STRING("[a=]", cookies("a=\"\""));
    TEST_ASSERT_EQUAL_STRING("[a=\"]", cookies("a=\""));
    TEST_ASSERT_EQUAL_STRING("[a=\"b]", cookies("a=\"b"));
    TEST_ASSERT_EQUAL_STRING("[a=\"b]", cookies("a=\"b; c\""));     // a semicolon always ends it
}

static void test_find(void) {
    lws_span_t field = LWS_LIT("a=1; b=2; b=3; c=");
    lws_span_t v = lws_cookie_find(field, LWS_LIT("b"));
    TEST_ASSERT_EQUAL_TEXT("2", v.p, v.n);
    v = lws_cookie_find(field, LWS_LIT("c"));
    TEST_ASSERT_NOT_NULL(v.p);
    TEST_ASSERT_EQUAL_INT(0, v.n);
    TEST_ASSERT_NULL(lws_cookie_find(field, LWS_LIT("B")).p);
    TEST_ASSERT_NULL(lws_cookie_find(field, LWS_LIT("")).p);
}

static void test_several_cookie_fields(void) {
    static lws_head_t h;
    http_head(&h, LWS_METHOD_GET, "Cookie: a=1\nHost: b=0\ncookie: b=2; c=3\n");
    lws_span_t v = lws_cookie_get(&h, LWS_LIT("b"));
    TEST_ASSERT_EQUAL_TEXT("2", v.p, v.n);
    v = lws_cookie_get(&h, LWS_LIT("a"));
    TEST_ASSERT_EQUAL_TEXT("1", v.p, v.n);
    TEST_ASSERT_NULL(lws_cookie_get(&h, LWS_LIT("d")).p);
}

static const char *put(const lws_set_cookie_t *c) {
    static char text[256];
    lws_out_t o = lws_out(text, sizeof(text) - 1);
    lws_cookie_put(&o, c);
    if (o.full) {
        TEST_ASSERT_EQUAL_INT(0, o.len);
        TEST_ASSERT_FALSE(lws_cookie_ok(c));
        return "refused";
    }
    TEST_ASSERT(lws_cookie_ok(c));
    text[o.len] = 0;
    return text;
}

static void test_set_cookie(void) {
    lws_set_cookie_t c = { .name = S("sid"), .value = S("31d4d96e") };
    TEST_ASSERT_EQUAL_STRING("sid=31d4d96e", put(&c));
    c.value = LWS_LIT("");
    TEST_ASSERT_EQUAL_STRING("sid=", put(&c));
    c.value = lws_span(NULL, 0);
    TEST_ASSERT_EQUAL_STRING("sid=", put(&c));
}

static void test_all_attributes(void) {
    lws_set_cookie_t c = {
        .name = S("__Host-id"), .value = S("a b,c"), .path = S("/app"),
        .domain = S("dev.example.com"), .expires = 784111777, .max_age = 3600,
        .flags = LWS_COOKIE_SECURE | LWS_COOKIE_HTTP_ONLY | LWS_COOKIE_MAX_AGE | LWS_COOKIE_EXPIRES
            | LWS_COOKIE_STRICT,
    };
    TEST_ASSERT_EQUAL_STRING("__Host-id=a b,c; Path=/app; Domain=dev.example.com; Max-Age=3600; "
        "Expires=Sun, 06 Nov 1994 08:49:37 GMT; Secure; HttpOnly; SameSite=Strict", put(&c));
}

static void test_delete(void) {
    lws_set_cookie_t c = { .name = S("sid"), .flags = LWS_COOKIE_MAX_AGE };
    TEST_ASSERT_EQUAL_STRING("sid=; Max-Age=0", put(&c));
    c.max_age = -1;
    TEST_ASSERT_EQUAL_STRING("sid=; Max-Age=0", put(&c));
}

static void test_same_site(void) {
    lws_set_cookie_t c = { .name = S("a"), .value = S("b"), .flags = LWS_COOKIE_LAX };
    TEST_ASSERT_EQUAL_STRING("a=b; SameSite=Lax", put(&c));
    c.flags = LWS_COOKIE_NONE | LWS_COOKIE_SECURE;
    TEST_ASSERT_EQUAL_STRING("a=b; Secure; SameSite=None", put(&c));
    c.flags = LWS_COOKIE_NONE;
    TEST_ASSERT_EQUAL_STRING("refused", put(&c));
    c.flags = LWS_COOKIE_LAX | LWS_COOKIE_STRICT;
    TEST_ASSERT_EQUAL_STRING("refused", put(&c));
}

static void test_injection_is_refused(void) {
    static const lws_span_t values[] = {
        S("a;b"), S("a\r\nSet-Cookie: x=y"), S("a\nb"), S("a\0b"), S("\"a\""), S(" a"), S("a "),
        S("a\tb"), S("a\x7f"), S("\xc3\xbc"),
    };
    static const lws_span_t names[] = {
        S(""), S("a b"), S("a=b"), S("a;b"), S("a,b"), S("a\r\n"), S("a\"b"), S("(a)"), S("a\xff"),
    };
    static const lws_span_t paths[] = { S("/; Domain=evil"), S("/\r\n"), S("/\x01") };
    static const lws_span_t domains[] = { S("a;b"), S("a b"), S("a\r\n"), S("a/b"), S("\xff") };
    const lws_set_cookie_t good = { .name = S("n"), .value = S("v") };

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        lws_set_cookie_t c = good;
        c.value = values[i];
        TEST_ASSERT_EQUAL_STRING("refused", put(&c));
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        lws_set_cookie_t c = good;
        c.name = names[i];
        TEST_ASSERT_EQUAL_STRING("refused", put(&c));
    }
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        lws_set_cookie_t c = good;
        c.path = paths[i];
        TEST_ASSERT_EQUAL_STRING("refused", put(&c));
    }
    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        lws_set_cookie_t c = good;
        c.domain = domains[i];
        TEST_ASSERT_EQUAL_STRING("refused", put(&c));
    }
}

static void test_what_is_set_comes_back(void) {
    char value[2] = { 0 };

    for (int i = 1; i < 256; i++) {
        value[0] = (char)i;
        lws_set_cookie_t c = { .name = S("n"), .value = { (const uint8_t *)value, 1 } };
        const char *text = put(&c);
        if (strcmp(text, "refused") != 0) {
            lws_span_t v = lws_cookie_find(lws_span(text, strlen(text)), LWS_LIT("n"));
            TEST_ASSERT_EQUAL_TEXT(value, v.p, v.n);
        }
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_cookies);
    RUN_TEST(test_lenient);
    RUN_TEST(test_quotes_around_a_value_are_dropped);
    RUN_TEST(test_find);
    RUN_TEST(test_several_cookie_fields);
    RUN_TEST(test_set_cookie);
    RUN_TEST(test_all_attributes);
    RUN_TEST(test_delete);
    RUN_TEST(test_same_site);
    RUN_TEST(test_injection_is_refused);
    RUN_TEST(test_what_is_set_comes_back);
    return UNITY_END();
}
