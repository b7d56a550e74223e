// lws/http/mount.h: from a request path to a file's name.
#include "lws/http/mount.h"

#include "unity.h"

#define S(s) { (const uint8_t *)(s), sizeof(s) - 1 }

static char text[256];

// The index of the mount and what is left of the path.
static const char *find(const lws_mount_t *list, size_t count, const char *path) {
    lws_span_t rest;
    const lws_mount_t *m = lws_mount_find(list, count, lws_span(path, strlen(path)), &rest);

    if (!m) {
        return "none";
    }
    text[0] = (char)('0' + (m - list));
    text[1] = ' ';
    memcpy(text + 2, rest.p, rest.n);
    text[2 + rest.n] = 0;
    return text;
}

static void test_the_longest_prefix_wins(void) {
    static const lws_mount_t list[] = {
        { .prefix = S("/") }, { .prefix = S("/static") }, { .prefix = S("/static/img/") },
    };
    TEST_ASSERT_EQUAL_STRING("0 /", find(list, 3, "/"));
    TEST_ASSERT_EQUAL_STRING("0 /a/b", find(list, 3, "/a/b"));
    TEST_ASSERT_EQUAL_STRING("1 ", find(list, 3, "/static"));
    TEST_ASSERT_EQUAL_STRING("1 /", find(list, 3, "/static/"));
    TEST_ASSERT_EQUAL_STRING("1 /a.js", find(list, 3, "/static/a.js"));
    TEST_ASSERT_EQUAL_STRING("2 /a.png", find(list, 3, "/static/img/a.png"));
    TEST_ASSERT_EQUAL_STRING("2 ", find(list, 3, "/static/img"));
}

static void test_a_prefix_ends_at_a_segment(void) {
    static const lws_mount_t list[] = { { .prefix = S("/static") } };
    TEST_ASSERT_EQUAL_STRING("none", find(list, 1, "/static2"));
    TEST_ASSERT_EQUAL_STRING("none", find(list, 1, "/static.js"));
    TEST_ASSERT_EQUAL_STRING("none", find(list, 1, "/stati"));
    TEST_ASSERT_EQUAL_STRING("none", find(list, 1, "/Static/a"));
    TEST_ASSERT_EQUAL_STRING("none", find(list, 1, "/a/static/b"));
    TEST_ASSERT_EQUAL_STRING("none", find(list, 0, "/"));
}

static void test_an_empty_prefix_is_everything(void) {
    static const lws_mount_t list[] = { { .origin = S("/www") }, { .prefix = S("/") } };
    TEST_ASSERT_EQUAL_STRING("0 /a", find(list, 2, "/a"));      // of equal ones the first
    TEST_ASSERT_EQUAL_STRING("0 /", find(list, 2, "/"));
}

static const char *join(const char *origin, const char *rest, const char *index) {
    lws_mount_t m = { .prefix = S("/") };
    m.origin = lws_span(origin, strlen(origin));
    m.index = lws_span(index, strlen(index));
    int n = lws_mount_join(text, sizeof(text), &m, lws_span(rest, strlen(rest)));
    TEST_ASSERT_EQUAL_INT(strlen(text), n);
    return text;
}

static void test_join(void) {
    TEST_ASSERT_EQUAL_STRING("/www/a/b.js", join("/www", "/a/b.js", ""));
    TEST_ASSERT_EQUAL_STRING("/www/a.js", join("/www/", "/a.js", ""));
    TEST_ASSERT_EQUAL_STRING("/a.js", join("/", "/a.js", ""));
    TEST_ASSERT_EQUAL_STRING("/a.js", join("", "/a.js", ""));
}

static void test_the_index_stands_for_a_folder(void) {
    TEST_ASSERT_EQUAL_STRING("/www/index.html", join("/www", "/", ""));
    TEST_ASSERT_EQUAL_STRING("/www/index.html", join("/www", "", ""));
    TEST_ASSERT_EQUAL_STRING("/www/a/main.htm", join("/www", "/a/", "main.htm"));
    TEST_ASSERT_EQUAL_STRING("/index.html", join("", "", ""));
}

static void test_join_needs_room_for_the_nul(void) {
    lws_mount_t m = { .origin = S("/www") };
    TEST_ASSERT_EQUAL_INT(6, lws_mount_join(text, 7, &m, LWS_LIT("/a")));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_mount_join(text, 6, &m, LWS_LIT("/a")));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_mount_join(text, 0, &m, LWS_LIT("/a")));
}

static const char *redirect(lws_span_t path, lws_span_t query) {
    lws_out_t o = lws_out(text, sizeof(text) - 1);
    lws_mount_put_redirect(&o, path, query);
    int n = lws_out_end(&o);
    if (n < 0) {
        return "refused";
    }
    text[n] = 0;
    return text;
}

static void test_redirect(void) {
    lws_span_t none = lws_span(NULL, 0);
    TEST_ASSERT_EQUAL_STRING("/static/", redirect(LWS_LIT("/static"), none));
    TEST_ASSERT_EQUAL_STRING("/a/b%20c/?x=1&y=%20", redirect(LWS_LIT("/a/b c"),
        LWS_LIT("x=1&y=%20")));
    TEST_ASSERT_EQUAL_STRING("/a/?", redirect(LWS_LIT("/a"), LWS_LIT("")));
    TEST_ASSERT_EQUAL_STRING("/%C3%BC%3Fq%23/", redirect(LWS_LIT("/\xc3\xbc?q#"), none));
}

static void test_redirects_are_not_split(void) {
    TEST_ASSERT_EQUAL_STRING("refused", redirect(LWS_LIT("/a"), LWS_LIT("x\r\nSet-Cookie: y")));
    TEST_ASSERT_EQUAL_STRING("/a%0D%0Ax/", redirect(LWS_LIT("/a\r\nx"), lws_span(NULL, 0)));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_the_longest_prefix_wins);
    RUN_TEST(test_a_prefix_ends_at_a_segment);
    RUN_TEST(test_an_empty_prefix_is_everything);
    RUN_TEST(test_join);
    RUN_TEST(test_the_index_stands_for_a_folder);
    RUN_TEST(test_join_needs_room_for_the_nul);
    RUN_TEST(test_redirect);
    RUN_TEST(test_redirects_are_not_split);
    return UNITY_END();
}
