// lws/http/url.h: request paths and queries.
#include "lws/http/url.h"

#include "support/split.h"
#include "unity.h"

static char text[800];

static const char *shown(int n) {
    switch (n) {
        case LWS_ERR_PROTO:
            return "PROTO";
        case LWS_ERR_NOSPC:
            return "NOSPC";
    }
    TEST_ASSERT(n >= 0 && (size_t)n < sizeof(text));
    text[n] = 0;
    return text;
}

// The input ends at an unreadable page.
static const char *path_n(const void *raw, size_t n) {
    uint8_t *p = guard_copy(raw, n);
    int len = lws_url_path((uint8_t *)text, sizeof(text) - 1, lws_span(p, n));
    guard_free(p, n);
    return shown(len);
}

static const char *path(const char *raw) {
    return path_n(raw, strlen(raw));
}

static const char *decode(const char *src, bool plus_is_space) {
    uint8_t *p = guard_copy(src, strlen(src));
    int n = lws_url_decode((uint8_t *)text, sizeof(text) - 1, lws_span(p, strlen(src)),
        plus_is_space);
    guard_free(p, strlen(src));
    return shown(n);
}

static bool clean(const char *raw) {
    uint8_t *p = guard_copy(raw, strlen(raw));
    bool is = lws_url_path_clean(lws_span(p, strlen(raw)));
    guard_free(p, strlen(raw));
    return is;
}

// ---- decoding

static void test_decode(void) {
    TEST_ASSERT_EQUAL_STRING("", decode("", false));
    TEST_ASSERT_EQUAL_STRING("plain", decode("plain", false));
    TEST_ASSERT_EQUAL_STRING("a b/c", decode("a%20b%2Fc", false));
    TEST_ASSERT_EQUAL_STRING("J\xc3\xbcrg", decode("J%c3%BCrg", false));
    TEST_ASSERT_EQUAL_STRING("%41", decode("%2541", false));     // once, not twice
}

static void test_a_plus_is_a_space_only_where_it_is_asked_for(void) {
    TEST_ASSERT_EQUAL_STRING("1+1", decode("1+1", false));
    TEST_ASSERT_EQUAL_STRING("1 1", decode("1+1", true));
    TEST_ASSERT_EQUAL_STRING("1+1", decode("1%2b1", true));
}

static void test_what_is_no_escape_stands_for_itself(void) {
    static const char *const texts[] = {
        "%", "%4", "a%", "a%4", "%zz", "%4g", "%g4", "% 4", "%-1", "%:0", "%@0", "%`0", "100%",
        "100%&", "50%, 60%",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        TEST_ASSERT_EQUAL_STRING(texts[i], decode(texts[i], true));
    }
    TEST_ASSERT_EQUAL_STRING("%A", decode("%%41", true));
    TEST_ASSERT_EQUAL_STRING("%4A", decode("%4%41", true));
}

static void test_a_nul_is_a_byte(void) {
    TEST_ASSERT_EQUAL_INT(3, lws_url_decode((uint8_t *)text, 9, LWS_LIT("a%00b"), false));
    TEST_ASSERT_EQUAL_MEMORY("a\0b", text, 3);
}

static void test_decode_in_place_and_to_the_last_byte(void) {
    uint8_t buf[] = "%61%62c";
    TEST_ASSERT_EQUAL_INT(3, lws_url_decode(buf, 3, lws_span(buf, 7), false));
    TEST_ASSERT_EQUAL_MEMORY("abc", buf, 3);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_url_decode(buf, 2, LWS_LIT("abc"), false));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_url_decode(buf, 2, LWS_LIT("ab%63"), false));
    TEST_ASSERT_EQUAL_INT(0, lws_url_decode(buf, 0, lws_span(NULL, 0), false));
}

// ---- paths

static void test_clean_paths_stay(void) {
    static const char *const paths[] = {
        "/", "/a", "/index.html", "/a/b/c", "/a/b/", "/a.b/..c.d/...", "/a..", "/a./b", "/a../b",
        "/static/js/app.min.js", "/.well-known/acme", "/~user/a;v=1,2/@x:y", "/a-_~!$&'()*+,;=:@",
        "/a b", "/1234567", "/12345678", "/123456789", "/123456/89abcdef",
    };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        TEST_ASSERT_EQUAL_STRING(paths[i], path(paths[i]));
    }
}

static void test_escapes_are_decoded_once(void) {
    TEST_ASSERT_EQUAL_STRING("/a b", path("/a%20b"));
    TEST_ASSERT_EQUAL_STRING("/AZ", path("/%41%5a"));
    TEST_ASSERT_EQUAL_STRING("/%2e%2e/a", path("/%252e%252e/a"));
    TEST_ASSERT_EQUAL_STRING("/a+b", path("/a+b"));
    TEST_ASSERT_EQUAL_STRING("/\xe2\x82\xac", path("/%E2%82%AC"));
    TEST_ASSERT_EQUAL_STRING("/\xe2\x82\xac", path("/\xe2\x82\xac"));
    TEST_ASSERT_EQUAL_STRING("/100%", path("/100%25"));
}

// The examples of RFC 3986 section 5.2.4 and their like.
static void test_dot_segments(void) {
    static const char *const cases[][2] = {
        { "/a/b/c/./../../g", "/a/g" },
        { "/.", "/" }, { "/..", "/" }, { "/./", "/" }, { "/../", "/" },
        { "/a/.", "/a/" }, { "/a/..", "/" }, { "/a/b/..", "/a/" }, { "/a/b/../", "/a/" },
        { "/a/./b", "/a/b" }, { "/a/../b", "/b" }, { "/./a", "/a" }, { "/../a", "/a" },
        { "/.a", "/.a" }, { "/..a", "/..a" }, { "/...", "/..." }, { "/a/.../b", "/a/.../b" },
        { "/a/b/../../../../c", "/c" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING(cases[i][1], path(cases[i][0]));
    }
}

static void test_nothing_climbs_above_the_root(void) {
    static const char *const cases[] = {
        "/../etc/passwd", "/../../../../etc/passwd", "/%2e%2e/etc/passwd", "/.%2e/%2E./etc/passwd",
        "/a/../../etc/passwd", "/a/b/../../../etc/passwd", "//..//../etc/passwd",
        "/./.././etc/./passwd", "/%2e/%2e%2e/etc/passwd",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING("/etc/passwd", path(cases[i]));
    }
}

static void test_slashes_collapse_before_dots_count(void) {
    TEST_ASSERT_EQUAL_STRING("/", path("//"));
    TEST_ASSERT_EQUAL_STRING("/", path("////////////////"));
    TEST_ASSERT_EQUAL_STRING("/a/b/", path("//a///b//"));
    TEST_ASSERT_EQUAL_STRING("/b", path("/a//../b"));
    TEST_ASSERT_EQUAL_STRING("/example.com/x", path("//example.com/x"));
}

static void test_refused_paths(void) {
    static const char *const cases[] = {
        "", "a", "*", "a/b", "http://h/", "%2fa",       // no slash in front
        "/%", "/%4", "/%zz", "/a%2",                    // broken escapes
        "/%00", "/a%00.png", "/%0a", "/%0d%0a", "/%1f", "/%7f", "/\x01", "/a\r", "/\x7f", "/a\tb",
        "/%2f", "/a%2Fb", "/..%2f..%2fetc",             // a slash that is not one
        "/\\", "/a\\..\\b", "/%5c", "/..%5C..%5Cetc",
        "/\xff", "/%ff", "/%c3", "/%c3/a", "/%e2%82", "/%80",   // not UTF-8
        "/%c0%ae%c0%ae/etc", "/%c0%af", "/%e0%80%ae",   // overlong "..", '/', '.'
        "/%ed%a0%80", "/%f4%90%80%80",                  // a surrogate, above U+10FFFF
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING("PROTO", path(cases[i]));
    }
    TEST_ASSERT_EQUAL_STRING("PROTO", path_n("/a\0b", 4));
    TEST_ASSERT_EQUAL_STRING("PROTO", path_n("/0123456789abcdef\0", 18));
}

static void test_a_path_needs_room_for_the_raw_one(void) {
    TEST_ASSERT_EQUAL_INT(2, lws_url_path((uint8_t *)text, 2, LWS_LIT("/a")));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_url_path((uint8_t *)text, 1, LWS_LIT("/a")));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_url_path((uint8_t *)text, 3, LWS_LIT("/%41")));
    TEST_ASSERT_EQUAL_INT(2, lws_url_path((uint8_t *)text, 4, LWS_LIT("/%41")));
}

static void test_a_path_may_be_sanitised_in_place(void) {
    uint8_t buf[] = "/a%20b//./c/../d";
    TEST_ASSERT_EQUAL_INT(6, lws_url_path(buf, 16, lws_span(buf, 16)));
    TEST_ASSERT_EQUAL_MEMORY("/a b/d", buf, 6);
    TEST_ASSERT_EQUAL_INT(6, lws_url_path(buf, 6, lws_span(buf, 6)));
    TEST_ASSERT_EQUAL_MEMORY("/a b/d", buf, 6);
}

// The fast way must not pass what the slow one would change: every byte at every place of a path.
static void test_clean_means_unchanged(void) {
    char raw[26];

    for (size_t n = 1; n <= 25; n++) {
        for (size_t at = 0; at < n; at++) {
            for (unsigned c = 1; c < 256; c++) {
                memset(raw, 'x', n);
                raw[n] = 0;
                raw[0] = '/';
                raw[n / 2] = '/';
                raw[at] = (char)c;
                if (lws_url_path_clean(lws_span(raw, n))) {
                    TEST_ASSERT(c >= 0x20 && c < 0x7f && c != '%' && c != '\\');
                    TEST_ASSERT(raw[0] == '/' && !strstr(raw, "//") && !strstr(raw, "/."));
                } else if (raw[0] == '/' && !strstr(raw, "//") && !strstr(raw, "/.")) {
                    TEST_ASSERT(c < 0x20 || c >= 0x7f || c == '%' || c == '\\');
                }
            }
        }
    }
}

static void test_clean_at_every_length(void) {
    char raw[64] = "/";

    for (size_t n = 1; n < 60; n++) {
        raw[n] = "abc/def.html-"[n % 13];
        raw[n + 1] = 0;
        TEST_ASSERT(clean(raw));
        raw[n] = '%';
        TEST_ASSERT_FALSE(clean(raw));
        raw[n] = "abc/def.html-"[n % 13];
    }
    TEST_ASSERT(clean("/"));
    TEST_ASSERT_FALSE(clean(""));
    TEST_ASSERT_FALSE(clean("x/"));
}

// ---- encoding

static const char *encode(lws_span_t src, lws_url_set_t set) {
    lws_out_t o = lws_out(text, sizeof(text) - 1);
    lws_url_put(&o, src, set);
    return shown(lws_out_end(&o));
}

static void test_encode(void) {
    lws_span_t s = LWS_LIT("/a b/c&d=e+f?g#h\xc3\xbc%\"<>\x7f");
    TEST_ASSERT_EQUAL_STRING("/a%20b/c&d=e+f%3Fg%23h%C3%BC%25%22%3C%3E%7F",
        encode(s, LWS_URL_PATH));
    TEST_ASSERT_EQUAL_STRING("%2Fa%20b%2Fc%26d%3De%2Bf%3Fg%23h%C3%BC%25%22%3C%3E%7F",
        encode(s, LWS_URL_COMPONENT));
    TEST_ASSERT_EQUAL_STRING("%2Fa+b%2Fc%26d%3De%2Bf%3Fg%23h%C3%BC%25%22%3C%3E%7F",
        encode(s, LWS_URL_FORM));
    TEST_ASSERT_EQUAL_STRING("", encode(lws_span(NULL, 0), LWS_URL_PATH));
}

static void test_every_byte_comes_back(void) {
    uint8_t all[256], back[256];

    for (unsigned i = 0; i < 256; i++) {
        all[i] = (uint8_t)i;
    }
    for (int set = LWS_URL_PATH; set <= LWS_URL_FORM; set++) {
        const char *s = encode(lws_span(all, 256), (lws_url_set_t)set);
        for (size_t i = 0; s[i]; i++) {
            TEST_ASSERT(s[i] > ' ' && s[i] < 0x7f);
        }
        TEST_ASSERT_EQUAL_INT(256,
            lws_url_decode(back, 256, lws_span(s, strlen(s)), set == LWS_URL_FORM));
        TEST_ASSERT_EQUAL_MEMORY(all, back, 256);
    }
}

static void test_encode_that_does_not_fit(void) {
    lws_out_t o = lws_out(text, 5);
    lws_url_put(&o, LWS_LIT("ab c"), LWS_URL_PATH);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
}

// ---- queries

static const char *args(const char *query) {
    static evlog_t log;
    lws_span_t q = lws_span(query, strlen(query)), name, value;

    log.n = 0;
    evlog_str(&log, "");
    while (lws_url_next_arg(&q, &name, &value)) {
        evlog_str(&log, "[");
        evlog_span(&log, name);
        evlog_str(&log, value.p ? "]=[" : "] no value [");
        evlog_span(&log, value);
        evlog_str(&log, "]");
    }
    return log.text;
}

static void test_query(void) {
    TEST_ASSERT_EQUAL_STRING("", args(""));
    TEST_ASSERT_EQUAL_STRING("[a]=[1]", args("a=1"));
    TEST_ASSERT_EQUAL_STRING("[a]=[1][b]=[2][a]=[3]", args("a=1&b=2&a=3"));
    TEST_ASSERT_EQUAL_STRING("[a]=[]", args("a="));
    TEST_ASSERT_EQUAL_STRING("[a] no value []", args("a"));
    TEST_ASSERT_EQUAL_STRING("[]=[x]", args("=x"));
    TEST_ASSERT_EQUAL_STRING("[a]=[b=c]", args("a=b=c"));
    TEST_ASSERT_EQUAL_STRING("[a]=[1][b]=[2]", args("&&a=1&&&b=2&"));
    TEST_ASSERT_EQUAL_STRING("[a%20b]=[c+d;e]", args("a%20b=c+d;e"));
    lws_span_t none = lws_span(NULL, 0), name, value;
    TEST_ASSERT_FALSE(lws_url_next_arg(&none, &name, &value));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_decode);
    RUN_TEST(test_a_plus_is_a_space_only_where_it_is_asked_for);
    RUN_TEST(test_what_is_no_escape_stands_for_itself);
    RUN_TEST(test_a_nul_is_a_byte);
    RUN_TEST(test_decode_in_place_and_to_the_last_byte);
    RUN_TEST(test_clean_paths_stay);
    RUN_TEST(test_escapes_are_decoded_once);
    RUN_TEST(test_dot_segments);
    RUN_TEST(test_nothing_climbs_above_the_root);
    RUN_TEST(test_slashes_collapse_before_dots_count);
    RUN_TEST(test_refused_paths);
    RUN_TEST(test_a_path_needs_room_for_the_raw_one);
    RUN_TEST(test_a_path_may_be_sanitised_in_place);
    RUN_TEST(test_clean_means_unchanged);
    RUN_TEST(test_clean_at_every_length);
    RUN_TEST(test_encode);
    RUN_TEST(test_every_byte_comes_back);
    RUN_TEST(test_encode_that_does_not_fit);
    RUN_TEST(test_query);
    return UNITY_END();
}
