// The UTF-8 validator against a reading of RFC 3629 that knows nothing of states.
#include "unity.h"

#include "lws/base/utf8.h"
#include "support/effort.h"
#include "support/split.h"

static int validate(const uint8_t *p, size_t n) {
    uint32_t state = 0;
    int err = lws_utf8_rx(&state, p, n);
    TEST_ASSERT(lws_utf8_ok(p, n) == (!err && lws_utf8_done(state)));
    if (err) {
        return err;
    }
    return lws_utf8_done(state) ? LWS_OK : LWS_ERR_STATE;   // STATE: cut inside a character
}

static size_t encode(uint32_t c, uint8_t *p) {
    if (c < 0x80) {
        p[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        p[0] = (uint8_t)(0xc0 | c >> 6);
        p[1] = (uint8_t)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        p[0] = (uint8_t)(0xe0 | c >> 12);
        p[1] = (uint8_t)(0x80 | (c >> 6 & 63));
        p[2] = (uint8_t)(0x80 | (c & 63));
        return 3;
    }
    p[0] = (uint8_t)(0xf0 | c >> 18);
    p[1] = (uint8_t)(0x80 | (c >> 12 & 63));
    p[2] = (uint8_t)(0x80 | (c >> 6 & 63));
    p[3] = (uint8_t)(0x80 | (c & 63));
    return 4;
}

// Code points, alone and with text behind them (which takes another way through the validator).
static void test_every_code_point(void) {
    const uint32_t step = unity_exhaustive ? 1 : 61;
    for (uint32_t c = 0; c < 0x200000; c += c > 0x11000 && (c & 0xfff) < 0xff0 ? 7 * step : step) {
        uint8_t b[12];
        size_t n = encode(c, b);
        bool good = c < 0x110000 && !(c >= 0xd800 && c < 0xe000);
        memcpy(b + n, "abcdefg", 7);
        if (good != (validate(b, n) == LWS_OK) || good != (validate(b, n + 7) == LWS_OK)) {
            TEST_ASSERT_EQUAL_INT_MESSAGE(-1, c, "code point judged wrongly");
        }
    }
}

// Does any character begin with these n <= 4 bytes, or is it them? From the table of RFC 3629
// section 4, row by row.
static bool begins_a_character(const uint8_t *p, size_t n) {
    static const uint8_t rows[][5] = {      // first byte from, to; second byte from, to; length
        { 0x00, 0x7f, 0x00, 0x00, 1 },
        { 0xc2, 0xdf, 0x80, 0xbf, 2 },
        { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
        { 0xe1, 0xec, 0x80, 0xbf, 3 },
        { 0xed, 0xed, 0x80, 0x9f, 3 },
        { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 },
        { 0xf1, 0xf3, 0x80, 0xbf, 4 },
        { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        const uint8_t *row = rows[r];
        if (p[0] < row[0] || p[0] > row[1] || n > row[4]) {
            continue;
        }
        bool good = n < 2 || (p[1] >= row[2] && p[1] <= row[3]);
        for (size_t i = 2; i < n; i++) {
            good = good && p[i] >= 0x80 && p[i] <= 0xbf;
        }
        return good;
    }
    return false;
}

// One byte after another, as long as a character is not whole: refused at the very byte that makes
// every continuation wrong.
static void fails_fast(const uint8_t *b, size_t n) {
    uint32_t state = 0;
    size_t i = 0;
    int err;

    do {
        err = lws_utf8_rx(&state, b + i++, 1);
    } while (!err && !lws_utf8_done(state) && i < n);
    TEST_ASSERT_EQUAL_INT(!err, begins_a_character(b, i));
}

static void test_fail_fast(void) {
    static const uint8_t third[] = { 0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff };
    uint8_t b[4];

    for (int first = 0x80; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            if (!unity_exhaustive && !memchr(third, second, sizeof(third))) {
                continue;
            }
            b[0] = (uint8_t)first;
            b[1] = (uint8_t)second;
            for (size_t i = 0; i < 100; i++) {
                b[2] = third[i / 10];
                b[3] = third[i % 10];
                fails_fast(b, 4);
            }
        }
    }
}

static const struct {
    const char *text;
    int want;
} cases[] = {
    { "", LWS_OK },
    { "Hello", LWS_OK },
    { "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", LWS_OK },
    { "\xc2\x80", LWS_OK },
    { "\xe0\xa0\x80", LWS_OK },
    { "\xed\x9f\xbf", LWS_OK },
    { "\xee\x80\x80", LWS_OK },
    { "\xef\xbf\xbf", LWS_OK },
    { "\xef\xbb\xbf", LWS_OK },                             // a byte order mark is a character
    { "\xf0\x90\x80\x80", LWS_OK },
    { "\xf4\x8f\xbf\xbf", LWS_OK },
    { "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80" "edited", LWS_ERR_PROTO },
    { "\xf4\x90\x80\x80", LWS_ERR_PROTO },
    { "\xf4\x90", LWS_ERR_PROTO },                          // not one byte later
    { "\xed\xa0", LWS_ERR_PROTO },
    { "\xe0\x9f", LWS_ERR_PROTO },
    { "\xf0\x8f", LWS_ERR_PROTO },
    { "\xf5", LWS_ERR_PROTO },
    { "\xfe", LWS_ERR_PROTO },
    { "\xff", LWS_ERR_PROTO },
    { "\x80", LWS_ERR_PROTO },
    { "\xbf", LWS_ERR_PROTO },
    { "\xc0\x80", LWS_ERR_PROTO },
    { "\xc1\xbf", LWS_ERR_PROTO },
    { "\xc2", LWS_ERR_STATE },
    { "\xe2\x82", LWS_ERR_STATE },
    { "\xf0\x9f\x98", LWS_ERR_STATE },
    { "\xc2" "a", LWS_ERR_PROTO },
    { "\xe2\x82" "a", LWS_ERR_PROTO },
    { "\xe2" "\xc2\x80", LWS_ERR_PROTO },
    { "\xf0\x9f\x98\xc2", LWS_ERR_PROTO },
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

// Each at every place among ASCII, so that every way through the words is taken, against an
// unreadable page.
static void test_cases_at_every_place(void) {
    for (size_t i = 0; i < CASES; i++) {
        size_t n = strlen(cases[i].text);
        for (size_t before = 0; before < 80; before++) {
            for (size_t after = 0; after < 10; after++) {
                uint8_t b[120];
                memset(b, 'x', sizeof(b));
                memcpy(b + before, cases[i].text, n);
                int want = cases[i].want;
                if (want == LWS_ERR_STATE && after) {
                    want = LWS_ERR_PROTO;
                }
                uint8_t *p = guard_copy(b, before + n + after);
                TEST_ASSERT_EQUAL_INT(want, validate(p, before + n + after));
                guard_free(p, before + n + after);
            }
        }
    }
}

static void test_one_bad_byte_anywhere_is_found(void) {
    uint8_t b[300];

    for (size_t from = 0; from < 8; from++) {
        for (size_t at = from; at < sizeof(b); at++) {
            memset(b, 'a', sizeof(b));
            b[at] = 0x80;
            TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, validate(b + from, sizeof(b) - from));
            TEST_ASSERT_EQUAL_INT(LWS_OK, validate(b + from, at - from));
        }
    }
}

static void test_an_error_stays(void) {
    uint32_t state = 0;

    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_utf8_rx(&state, (const uint8_t *)"\xff", 1));
    TEST_ASSERT_FALSE(lws_utf8_done(state));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_utf8_rx(&state, (const uint8_t *)"a", 1));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_PROTO, lws_utf8_rx(&state, (const uint8_t *)"a", 0));
    TEST_ASSERT_FALSE(lws_utf8_done(state));
}

static void test_no_input_changes_nothing(void) {
    uint32_t state = 0;

    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_utf8_rx(&state, NULL, 0));
    TEST_ASSERT_TRUE(lws_utf8_done(state));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_utf8_rx(&state, (const uint8_t *)"\xf0", 1));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_utf8_rx(&state, (const uint8_t *)"", 0));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_utf8_rx(&state, (const uint8_t *)"\x9f\x98\x80", 3));
    TEST_ASSERT_TRUE(lws_utf8_done(state));
}

// --- any split, the same verdict at the same byte

typedef struct reader {
    uint32_t state;
    bool bad;
} reader_t;

static void reader_open(void *user) {
    memset(user, 0, sizeof(reader_t));
}

// Where the error is, to the byte: a piece that is refused is judged again byte by byte.
static void reader_feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    reader_t *r = user;
    uint32_t before = r->state;

    if (r->bad) {
        return;
    }
    if (lws_utf8_rx(&r->state, buf, n) == LWS_OK) {
        for (size_t i = 0; i < n; i++) {
            evlog_str(log, ".");
        }
        return;
    }
    while (lws_utf8_rx(&before, buf, 1) == LWS_OK) {
        evlog_str(log, ".");
        buf++;
    }
    r->bad = true;
    evlog_str(log, "bad");
}

static void reader_close(void *user, evlog_t *log) {
    reader_t *r = user;
    evlog_str(log, lws_utf8_done(r->state) ? " done" : " not done");
}

static reader_t reader;
static const split_case_t split = { reader_open, reader_feed, reader_close, &reader };

static void test_split_of_cases(void) {
    for (size_t i = 0; i < CASES; i++) {
        TEST_SPLIT(&split, cases[i].text, strlen(cases[i].text));
    }
    TEST_SPLIT(&split, "a\xed\xa0\x80", 4);
    TEST_ASSERT_EQUAL_STRING("..bad not done", split_log());
}

static void test_split_of_long_text(void) {
    static const uint32_t points[] = { 'a', 0xe9, 0x20ac, 0x1f600, 'z', 0x7ff, 0xffff, 0x10ffff };
    uint8_t b[1000];
    size_t n = 0;

    for (size_t i = 0; n < sizeof(b) - 60; i++) {
        n += encode(points[i * i % 8], b + n);
        if (i % 16 == 7) {
            memset(b + n, 'A' + (int)(i % 26), 37);
            n += 37;
        }
    }
    TEST_SPLIT(&split, b, n);
    TEST_ASSERT_NOT_NULL(strstr(split_log(), " done"));
    b[n - 100] = 0xff;
    TEST_SPLIT(&split, b, n);
    TEST_ASSERT_NOT_NULL(strstr(split_log(), "bad not done"));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_every_code_point);
    RUN_TEST(test_fail_fast);
    RUN_TEST(test_cases_at_every_place);
    RUN_TEST(test_one_bad_byte_anywhere_is_found);
    RUN_TEST(test_an_error_stays);
    RUN_TEST(test_no_input_changes_nothing);
    RUN_TEST(test_split_of_cases);
    RUN_TEST(test_split_of_long_text);
    return UNITY_END();
}
