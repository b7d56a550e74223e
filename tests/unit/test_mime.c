// lws/http/mime.h: media types by file name, and Accept-Encoding.
#include "lws/http/mime.h"

#include "support/split.h"
#include "unity.h"

static const char *type_of(const char *path) {
    static char text[64];
    uint8_t *p = guard_copy(path, strlen(path));
    lws_span_t s = lws_mime_of(lws_span(p, strlen(path)));
    guard_free(p, strlen(path));
    TEST_ASSERT(s.n < sizeof(text));
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    return text;
}

static void test_web_types(void) {
    static const char *const cases[][2] = {
        { "/index.html", "text/html; charset=utf-8" },
        { "/index.htm", "text/html; charset=utf-8" },
        { "/app.js", "text/javascript; charset=utf-8" },
        { "/app.mjs", "text/javascript; charset=utf-8" },
        { "/app.css", "text/css; charset=utf-8" },
        { "/a.txt", "text/plain; charset=utf-8" },
        { "/data.json", "application/json" },
        { "/app.js.map", "application/json" },
        { "/a.png", "image/png" }, { "/a.jpg", "image/jpeg" }, { "/a.jpeg", "image/jpeg" },
        { "/a.gif", "image/gif" }, { "/a.svg", "image/svg+xml" },
        { "/favicon.ico", "image/x-icon" },
        { "/a.webp", "image/webp" }, { "/a.woff", "font/woff" }, { "/a.woff2", "font/woff2" },
        { "/a.wasm", "application/wasm" }, { "/a.webm", "video/webm" },
        { "/app.webmanifest", "application/manifest+json" },
        { "/a.mp4", "video/mp4" }, { "/a.pdf", "application/pdf" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING(cases[i][1], type_of(cases[i][0]));
    }
}

static void test_any_case_and_only_the_last_suffix(void) {
    TEST_ASSERT_EQUAL_STRING("image/png", type_of("/A.PNG"));
    TEST_ASSERT_EQUAL_STRING("image/png", type_of("/a.html.pNg"));
    TEST_ASSERT_EQUAL_STRING("text/css; charset=utf-8", type_of("a.css"));
    TEST_ASSERT_EQUAL_STRING("text/css; charset=utf-8", type_of(".css"));
}

static void test_unknown(void) {
    static const char *const cases[] = {
        "", "/", "/a", "/a.", "/html", "html", "/a.html/b", "/a.html/", "/a.html.", "/a.xhtml5",
        "/a.ht", "/a.htmlx", "/a.woff3", "/a.wof", "/a.webmanifests", "/a.webmanifesto.x", "/.",
        "/a.j", "/a.html ", "/a.jpg,jpeg", "/a.htm,l",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING("application/octet-stream", type_of(cases[i]));
    }
}

static bool gzip(const char *value) {
    return lws_accepts_encoding(lws_span(value, strlen(value)), LWS_LIT("gzip"));
}

static void test_accept_encoding(void) {
    TEST_ASSERT(gzip("gzip"));
    TEST_ASSERT(gzip("GZIP"));
    TEST_ASSERT(gzip("gzip, deflate, br"));
    TEST_ASSERT(gzip("br;q=1.0, gzip;q=0.8, *;q=0.1"));
    TEST_ASSERT(gzip("deflate , gzip"));
    TEST_ASSERT_FALSE(gzip(""));
    TEST_ASSERT_FALSE(gzip("br, deflate"));
    TEST_ASSERT_FALSE(gzip("x-gzip"));
    TEST_ASSERT_FALSE(gzip("gzipped"));
    TEST_ASSERT_FALSE(gzip("identity"));
    TEST_ASSERT_FALSE(lws_accepts_encoding(lws_span(NULL, 0), LWS_LIT("gzip")));
}

static void test_weight_zero_refuses(void) {
    TEST_ASSERT_FALSE(gzip("gzip;q=0"));
    TEST_ASSERT_FALSE(gzip("gzip; q=0"));
    TEST_ASSERT_FALSE(gzip("gzip;Q=0.0"));
    TEST_ASSERT_FALSE(gzip("br, gzip;q=0.000"));
    TEST_ASSERT_FALSE(gzip("gzip;q="));
    TEST_ASSERT(gzip("gzip;q=0.001"));
    TEST_ASSERT(gzip("gzip;q=1"));
    TEST_ASSERT(gzip("gzip;x=0"));
}

static void test_star_is_for_what_is_not_listed(void) {
    TEST_ASSERT(gzip("*"));
    TEST_ASSERT(gzip("br;q=0.5, *;q=0.1"));
    TEST_ASSERT_FALSE(gzip("*;q=0"));
    TEST_ASSERT_FALSE(gzip("gzip;q=0, *"));
    TEST_ASSERT_FALSE(gzip("*, gzip;q=0"));
    TEST_ASSERT(gzip("gzip, *;q=0"));
    TEST_ASSERT(gzip("*;q=0, gzip"));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_web_types);
    RUN_TEST(test_any_case_and_only_the_last_suffix);
    RUN_TEST(test_unknown);
    RUN_TEST(test_accept_encoding);
    RUN_TEST(test_weight_zero_refuses);
    RUN_TEST(test_star_is_for_what_is_not_listed);
    return UNITY_END();
}
