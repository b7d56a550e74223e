// Log lines: their text, where they are cut, what lets them pass, and what is compiled out.
#define LWS_LOG_COMPILED (LWS_LOG_ALL & ~LWS_LOG_DEBUG)
#include "lws/base/log.h"

#include "unity.h"

static char lines[1024];
static size_t n_lines, lines_len;
static uint32_t last_level;

static void sink(void *user, uint32_t level, const char *line, size_t n) {
    TEST_ASSERT_TRUE(user == lines);
    TEST_ASSERT_TRUE(n <= LWS_LOG_LINE_MAX);
    TEST_ASSERT_TRUE(lines_len + n < sizeof(lines));
    memcpy(lines + lines_len, line, n);
    lines_len += n;
    lines[lines_len] = 0;
    last_level = level;
    n_lines++;
}

static lws_log_t all = { LWS_LOG_ALL, sink, lines };

static void reset(void) {
    n_lines = lines_len = 0;
    lines[0] = 0;
    all.levels = LWS_LOG_ALL;
}

static void expect(const char *want) {
    TEST_ASSERT_EQUAL_STRING(want, lines);
    TEST_ASSERT_EQUAL_INT(1, n_lines);
    reset();
}

static void test_time(void) {
    static const struct {
        uint64_t us;
        const char *want;
    } cases[] = {
        { 0, "0.000000 N x" },
        { 1, "0.000001 N x" },
        { 999999, "0.999999 N x" },
        { 1000000, "1.000000 N x" },
        { 12345678, "12.345678 N x" },
        { UINT64_MAX, "18446744073709.551615 N x" },
    };
    reset();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        LWS_LOG(&all, LWS_LOG_NOTICE, cases[i].us, NULL, "x");
        expect(cases[i].want);
    }
}

static void test_letters(void) {
    static const char want[] = "EWNIDPHXCLUT";
    char line[] = "0.000000 ? x";

    reset();
    for (int bit = 0; bit < 12; bit++) {
        lws_log_text(&all, 1u << bit, 0, NULL, LWS_LIT("x"));
        line[9] = want[bit];
        TEST_ASSERT_EQUAL_INT(1u << bit, last_level);
        expect(line);
    }
    lws_log_text(&all, 1u << 12, 0, NULL, LWS_LIT("x"));
    expect("0.000000 ? x");
    lws_log_text(&all, 0, 0, NULL, LWS_LIT("x"));
    expect("0.000000 ? x");
}

static void test_tags(void) {
    static const lws_log_tag_t bare = { .kind = "ctx" };
    lws_log_tag_t full = { "wsi", 4, LWS_LIT("GET"), LWS_LIT("example.com") };
    lws_log_tag_t named = { "vh", 0, { NULL, 0 }, LWS_LIT("default") };
    lws_log_tag_t hostile = { "wsi", 4294967295u, LWS_LIT("G\nT"), LWS_LIT("\x1b[2J\xff\\") };

    reset();
    LWS_LOG(&all, LWS_LOG_WARN, 0, &bare, "x");
    expect("0.000000 W [ctx] x");
    LWS_LOG(&all, LWS_LOG_WARN, 0, &full, "x");
    expect("0.000000 W [wsi|4|GET|example.com] x");
    LWS_LOG(&all, LWS_LOG_WARN, 0, &named, "x");
    expect("0.000000 W [vh|default] x");
    LWS_LOG(&all, LWS_LOG_WARN, 0, &hostile, "x");
    expect("0.000000 W [wsi|4294967295|G\\x0aT|\\x1b[2J\\xff\\\\] x");
}

static void test_one_piece_lines(void) {
    reset();
    LWS_LOG_INT(&all, LWS_LOG_INFO, 5, NULL, "code ", -1006);
    expect("0.000005 I code -1006");
    LWS_LOG_INT(&all, LWS_LOG_INFO, 5, NULL, "code ", 0);
    expect("0.000005 I code 0");
    LWS_LOG_INT(&all, LWS_LOG_INFO, 5, NULL, "least ", INT64_MIN);
    expect("0.000005 I least -9223372036854775808");
    LWS_LOG_SPAN(&all, LWS_LOG_HEADER, 5, NULL, "host: ", LWS_LIT("a\r\nb: c"));
    expect("0.000005 H host: a\\x0d\\x0ab: c");
    LWS_LOG_SPAN(&all, LWS_LOG_HEADER, 5, NULL, "host: ", lws_span(NULL, 0));
    expect("0.000005 H host: ");
}

static void test_pieces(void) {
    lws_log_line_t l;

    reset();
    lws_log_begin(&l, &all, LWS_LOG_PARSER, 0, NULL);
    LWS_LOG_LIT(&l, "record ");
    lws_log_hex(&l, LWS_LIT("\x16\x03\x01"));
    LWS_LOG_LIT(&l, " of ");
    lws_log_int(&l, 517);
    LWS_LOG_LIT(&l, " in ");
    lws_log_seconds(&l, 1500);
    lws_log_hex(&l, lws_span(NULL, 0));
    lws_log_end(&l);
    expect("0.000000 P record 16 03 01 of 517 in 0.001500");
}

static void test_every_byte_is_printable(void) {
    reset();
    for (int b = 0; b < 256; b++) {
        uint8_t byte = (uint8_t)b;
        LWS_LOG_SPAN(&all, LWS_LOG_USER, 0, NULL, "", lws_span(&byte, 1));
        for (size_t i = 0; i < lines_len; i++) {
            TEST_ASSERT_TRUE(lines[i] >= 0x20 && lines[i] <= 0x7e);
        }
        bool plain = b >= 0x20 && b <= 0x7e;
        TEST_ASSERT_EQUAL_INT(b == '\\' ? 2 : plain ? 1 : 4, lines_len - strlen("0.000000 U "));
        reset();
    }
}

// A line of every length around the limit: whole when it fits, else cut and marked.
static void test_long_lines(void) {
    char text[3 * LWS_LOG_LINE_MAX];
    const size_t prefix = strlen("0.000000 E ");

    memset(text, 'x', sizeof(text));
    for (size_t n = 0; n < sizeof(text); n++) {
        reset();
        lws_log_text(&all, LWS_LOG_ERR, 0, NULL, lws_span(text, n));
        bool cut = prefix + n > LWS_LOG_LINE_MAX - 3;
        TEST_ASSERT_EQUAL_INT(cut ? LWS_LOG_LINE_MAX : prefix + n, lines_len);
        TEST_ASSERT_EQUAL_INT(cut, strcmp(lines + lines_len - 3, "...") == 0);
        TEST_ASSERT_EQUAL_INT(0, strspn(lines + prefix, "x.") + prefix - lines_len);
    }
}

static void test_numbers_and_escapes_are_not_cut_inside(void) {
    for (size_t before = 100; before < LWS_LOG_LINE_MAX; before++) {
        lws_log_line_t l;
        for (int kind = 0; kind < 3; kind++) {
            reset();
            lws_log_begin(&l, &all, LWS_LOG_ERR, 0, NULL);
            while (l.out.len < before && !l.out.full) {
                LWS_LOG_LIT(&l, "x");
            }
            if (kind == 0) {
                lws_log_int(&l, 123456);
            } else if (kind == 1) {
                lws_log_span(&l, LWS_LIT("\x01\x02"));
            } else {
                lws_log_hex(&l, LWS_LIT("\xab\xcd\xef"));
            }
            LWS_LOG_LIT(&l, "");
            lws_log_end(&l);
            const char *tail = lines + 11 + strspn(lines + 11, "x");
            static const char *const whole[][4] = {
                { "123456", "...", "...", "..." },
                { "\\x01\\x02", "\\x01...", "...", "..." },
                { "ab cd ef", "ab cd...", "ab...", "..." },
            };
            bool known = false;
            for (int i = 0; i < 4; i++) {
                known = known || strcmp(tail, whole[kind][i]) == 0;
            }
            TEST_ASSERT_TRUE_MESSAGE(known, tail);
        }
    }
}

static int evaluated;

static int64_t number(void) {
    evaluated++;
    return 1;
}

static void test_levels(void) {
    reset();
    evaluated = 0;
    all.levels = LWS_LOG_ERR | LWS_LOG_WARN;
    LWS_LOG_INT(&all, LWS_LOG_NOTICE, 0, NULL, "x", number());
    TEST_ASSERT_EQUAL_INT(0, n_lines);
    TEST_ASSERT_EQUAL_INT(0, evaluated);        // what is not said is not worked out
    LWS_LOG_INT(&all, LWS_LOG_WARN, 0, NULL, "x", number());
    TEST_ASSERT_EQUAL_INT(1, n_lines);
    all.levels = LWS_LOG_ALL;
    LWS_LOG_INT(&all, LWS_LOG_DEBUG, 0, NULL, "x", number());   // compiled out above
    TEST_ASSERT_EQUAL_INT(1, n_lines);
    TEST_ASSERT_EQUAL_INT(1, evaluated);
    const lws_log_t *none = NULL;
    LWS_LOG(none, LWS_LOG_ERR, 0, NULL, "x");
    static const lws_log_t mute = { LWS_LOG_ALL, NULL, NULL };
    LWS_LOG(&mute, LWS_LOG_ERR, 0, NULL, "x");
    TEST_ASSERT_EQUAL_INT(1, n_lines);
    if (LWS_LOG_ON(&all, LWS_LOG_DEBUG)) {
        TEST_FAIL_MESSAGE("compiled out, and on");
    }
    TEST_ASSERT_EQUAL_INT(7, LWS_LOG_ERR | LWS_LOG_WARN | LWS_LOG_NOTICE);
}

static void test_rate(void) {
    lws_log_rate_t r = { 0, 0, 0 };

    for (int i = 0; i < 3; i++) {
        TEST_ASSERT_TRUE(lws_log_pass(&r, 1000 + (uint64_t)i, 3, 500));
    }
    for (int i = 0; i < 4; i++) {
        TEST_ASSERT_FALSE(lws_log_pass(&r, 1003, 3, 500));
    }
    TEST_ASSERT_FALSE(lws_log_pass(&r, 1499, 3, 500));
    TEST_ASSERT_TRUE(lws_log_pass(&r, 1500, 3, 500));       // a new window
    TEST_ASSERT_EQUAL_INT(5, r.dropped);

    lws_log_line_t l;
    reset();
    lws_log_begin(&l, &all, LWS_LOG_ERR, 0, NULL);
    LWS_LOG_LIT(&l, "x");
    lws_log_dropped(&l, &r);
    lws_log_end(&l);
    expect("0.000000 E x (+5 dropped)");
    lws_log_begin(&l, &all, LWS_LOG_ERR, 0, NULL);
    LWS_LOG_LIT(&l, "x");
    lws_log_dropped(&l, &r);
    lws_log_end(&l);
    expect("0.000000 E x");
}

static void test_rate_limits(void) {
    lws_log_rate_t r = { 0, 0, 0 };

    TEST_ASSERT_FALSE(lws_log_pass(&r, 0, 0, 100));         // none ever
    TEST_ASSERT_FALSE(lws_log_pass(&r, 1000, 0, 100));
    for (int i = 0; i < 70000; i++) {
        lws_log_pass(&r, 0, 0, 100);
    }
    TEST_ASSERT_EQUAL_INT(UINT16_MAX, r.dropped);
    memset(&r, 0, sizeof(r));
    for (int i = 0; i < 5; i++) {
        TEST_ASSERT_TRUE(lws_log_pass(&r, 7, 1, 0));        // a window of nothing limits nothing
    }
    memset(&r, 0, sizeof(r));
    size_t passed = 0;
    for (int i = 0; i < 70000; i++) {
        passed += lws_log_pass(&r, 7, 1000000, 100);
    }
    TEST_ASSERT_EQUAL_INT(UINT16_MAX, passed);
}

static void test_life(void) {
    lws_log_tag_t tag = { "wsi", 4, LWS_LIT("GET"), LWS_LIT("host") };
    lws_log_line_t l;

    reset();
    lws_log_begin(&l, &all, LWS_LOG_INFO, 1000000, NULL);
    lws_log_born(&l, &tag, 2);
    lws_log_end(&l);
    expect("1.000000 I ++ [wsi|4|GET|host] (2)");
    lws_log_begin(&l, &all, LWS_LOG_INFO, 3500000, NULL);
    lws_log_gone(&l, &tag, 1, 2500000);
    lws_log_end(&l);
    expect("3.500000 I -- [wsi|4|GET|host] (1) 2.500000");
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_time);
    RUN_TEST(test_letters);
    RUN_TEST(test_tags);
    RUN_TEST(test_one_piece_lines);
    RUN_TEST(test_pieces);
    RUN_TEST(test_every_byte_is_printable);
    RUN_TEST(test_long_lines);
    RUN_TEST(test_numbers_and_escapes_are_not_cut_inside);
    RUN_TEST(test_levels);
    RUN_TEST(test_rate);
    RUN_TEST(test_rate_limits);
    RUN_TEST(test_life);
    return UNITY_END();
}
