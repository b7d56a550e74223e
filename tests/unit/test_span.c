// Spans, the reading and the writing cursor.
#include "unity.h"

#include "lws/base/span.h"
#include "support/split.h"

static lws_span_t text(const char *s) {
    return lws_span(s, strlen(s));
}

static void test_eq(void) {
    TEST_ASSERT_TRUE(lws_span_eq(LWS_LIT("abc"), LWS_LIT("abc")));
    TEST_ASSERT_FALSE(lws_span_eq(LWS_LIT("abc"), LWS_LIT("abC")));
    TEST_ASSERT_FALSE(lws_span_eq(LWS_LIT("abc"), LWS_LIT("ab")));
    TEST_ASSERT_TRUE(lws_span_eq(lws_span(NULL, 0), LWS_LIT("")));
    TEST_ASSERT_TRUE(lws_span_eq(lws_span(NULL, 0), lws_span(NULL, 0)));
}

static void test_eq_nocase_of_every_pair_of_bytes(void) {
    for (int a = 0; a < 256; a++) {
        for (int b = 0; b < 256; b++) {
            uint8_t x = (uint8_t)a, y = (uint8_t)b;
            bool letter = (a | 0x20) >= 'a' && (a | 0x20) <= 'z';
            bool want = a == b || (letter && (a ^ 0x20) == b);
            TEST_ASSERT_EQUAL_INT(want, lws_span_eq_nocase(lws_span(&x, 1), lws_span(&y, 1)));
        }
    }
    TEST_ASSERT_TRUE(lws_span_eq_nocase(LWS_LIT("Content-TYPE"), LWS_LIT("content-type")));
    TEST_ASSERT_FALSE(lws_span_eq_nocase(LWS_LIT("a"), LWS_LIT("ab")));
    TEST_ASSERT_FALSE(lws_span_eq_nocase(LWS_LIT("Content-Type"), LWS_LIT("content-typo")));
    TEST_ASSERT_TRUE(lws_span_eq_nocase(lws_span(NULL, 0), LWS_LIT("")));
}

static void test_trim(void) {
    static const char *const cases[][2] = {
        { "", "" }, { " ", "" }, { "\t \t", "" }, { "a", "a" }, { " a", "a" }, { "a\t", "a" },
        { "\t a b \t", "a b" }, { "\ra\n", "\ra\n" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        lws_span_t got = lws_span_trim(text(cases[i][0]));
        TEST_ASSERT_EQUAL_TEXT(cases[i][1], got.p, got.n);
    }
    TEST_ASSERT_EQUAL_INT(0, lws_span_trim(lws_span(NULL, 0)).n);
}

// The items of a list, each in < >.
static void items(const char *list, const char *want) {
    char got[100];
    lws_out_t o = lws_out(got, sizeof(got));
    size_t n = strlen(list);
    uint8_t *copy = guard_copy(list, n);
    lws_span_t rest = lws_span(copy, n);
    lws_span_t item;

    while (lws_span_next_item(&rest, &item)) {
        LWS_OUT_LIT(&o, "<");
        lws_out_span(&o, item);
        LWS_OUT_LIT(&o, ">");
    }
    TEST_ASSERT_EQUAL_INT(0, rest.n);
    TEST_ASSERT_FALSE(lws_span_next_item(&rest, &item));
    guard_free(copy, n);
    TEST_ASSERT_EQUAL_TEXT(want, got, (size_t)lws_out_end(&o));
}

static void test_next_item(void) {
    items("", "");
    items(",", "");
    items(" , ,\t,", "");
    items("a", "<a>");
    items("a,b", "<a><b>");
    items(" a , b c ,,d\t", "<a><b c><d>");
    items("a;x=\"1,2\",b", "<a;x=\"1,2\"><b>");
    items("\"a\\\",b\",c", "<\"a\\\",b\"><c>");
    items("\"a\\\\\",c", "<\"a\\\\\"><c>");
    items("a\\,b", "<a\\><b>");             // a backslash outside quotes is itself
    items("a,\"b,c", "<a><\"b,c>");         // a quote that nobody closes
    items("a,\"b\\", "<a><\"b\\>");         // and one that ends inside a quoted-pair
}

static void test_has_token(void) {
    static const struct {
        const char *list, *token;
        bool want;
    } cases[] = {
        { "keep-alive, Upgrade", "upgrade", true },
        { "Upgrade", "upgrade", true },
        { "upgraded", "upgrade", false },
        { "up grade", "upgrade", false },
        { "", "upgrade", false },
        { ",,upgrade,", "UPGRADE", true },
        { "\"a, upgrade\"", "upgrade", false },
        { "a", "", false },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool got = lws_span_has_token(text(cases[i].list), text(cases[i].token));
        TEST_ASSERT_EQUAL_INT_MESSAGE(cases[i].want, got, cases[i].list);
    }
}

static void test_dec(void) {
    static const struct {
        const char *text;
        uint64_t max;
        int want;
        uint64_t value;
    } cases[] = {
        { "0", 0, LWS_OK, 0 },
        { "1", 0, LWS_ERR_TOO_BIG, 0 },
        { "255", 255, LWS_OK, 255 },
        { "256", 255, LWS_ERR_TOO_BIG, 0 },
        { "9876543210", UINT64_MAX, LWS_OK, 9876543210ull },
        { "18446744073709551615", UINT64_MAX, LWS_OK, UINT64_MAX },
        { "18446744073709551616", UINT64_MAX, LWS_ERR_TOO_BIG, 0 },
        { "18446744073709551610", UINT64_MAX - 6, LWS_ERR_TOO_BIG, 0 },
        { "99999999999999999999", UINT64_MAX, LWS_ERR_TOO_BIG, 0 },
        { "100000000000000000000", UINT64_MAX, LWS_ERR_TOO_BIG, 0 },
        { "000000000000000000000000000042", 42, LWS_OK, 42 },
        { "999999999999999999999999999999x", UINT64_MAX, LWS_ERR_PROTO, 0 },
        { "", 9, LWS_ERR_PROTO, 0 },
        { "+1", 9, LWS_ERR_PROTO, 0 },
        { "-1", 9, LWS_ERR_PROTO, 0 },
        { " 1", 9, LWS_ERR_PROTO, 0 },
        { "1 ", 9, LWS_ERR_PROTO, 0 },
        { "0x1", 9, LWS_ERR_PROTO, 0 },
        { "1/", 99, LWS_ERR_PROTO, 0 },
        { "1:", 99, LWS_ERR_PROTO, 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t value = 77;
        int got = lws_span_dec(text(cases[i].text), cases[i].max, &value);
        TEST_ASSERT_EQUAL_INT_MESSAGE(cases[i].want, got, cases[i].text);
        TEST_ASSERT_TRUE_MESSAGE(value == (got ? 77 : cases[i].value), cases[i].text);
    }
}

static void test_in(void) {
    static const uint8_t b[] = {
        1, 2, 3, 4, 5, 6, 7, 0x88, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
    };
    uint8_t *copy = guard_copy(b, sizeof(b));
    lws_in_t in = { copy, sizeof(b), false };

    TEST_ASSERT_EQUAL_INT(1, lws_in_u8(&in));
    TEST_ASSERT_EQUAL_INT(0x0203, lws_in_u16(&in));
    TEST_ASSERT_EQUAL_INT(0x04050607, lws_in_u32(&in));
    TEST_ASSERT_TRUE(lws_in_u64(&in) == 0x88090a0b0c0d0e0full);
    TEST_ASSERT_EQUAL_INT(0, lws_in_bytes(&in, 0).n);
    lws_span_t s = lws_in_bytes(&in, 3);
    TEST_ASSERT_EQUAL_MEMORY("\x10\x11\x12", s.p, 3);
    TEST_ASSERT_EQUAL_INT(0, in.n);
    TEST_ASSERT_FALSE(in.bad);
    TEST_ASSERT_EQUAL_INT(0, lws_in_u8(&in));
    TEST_ASSERT_TRUE(in.bad);
    guard_free(copy, sizeof(b));
}

static void test_in_past_the_end_is_sticky(void) {
    static const uint8_t b[] = { 1, 2, 3 };

    for (int how = 0; how < 4; how++) {
        lws_in_t in = { b, sizeof(b), false };
        if (how == 0) {
            TEST_ASSERT_EQUAL_INT(0, lws_in_u32(&in));
        } else if (how == 1) {
            TEST_ASSERT_TRUE(lws_in_u64(&in) == 0);
        } else if (how == 2) {
            TEST_ASSERT_NULL(lws_in_bytes(&in, 4).p);
        } else {
            TEST_ASSERT_NULL(lws_in_bytes(&in, (size_t)-1).p);
        }
        TEST_ASSERT_TRUE(in.bad);
        TEST_ASSERT_EQUAL_INT(0, lws_in_u8(&in));       // one that would have fitted
        TEST_ASSERT_EQUAL_INT(0, lws_in_u16(&in));
        TEST_ASSERT_NULL(lws_in_bytes(&in, 0).p);
        TEST_ASSERT_NULL(lws_in_bytes(&in, 1).p);
    }
    lws_in_t last = { b, 2, false };
    TEST_ASSERT_EQUAL_INT(0x0102, lws_in_u16(&last));       // up to the end is not past it
    TEST_ASSERT_FALSE(last.bad);
    lws_in_t none = { NULL, 0, false };
    TEST_ASSERT_EQUAL_INT(0, lws_in_bytes(&none, 0).n);
    TEST_ASSERT_FALSE(none.bad);
    TEST_ASSERT_EQUAL_INT(0, lws_in_u16(&none));
    TEST_ASSERT_TRUE(none.bad);
}

static void test_out(void) {
    uint8_t b[18];
    lws_out_t o = lws_out(b, sizeof(b));

    lws_out_u8(&o, 1);
    lws_out_u16(&o, 0x0203);
    lws_out_u32(&o, 0x04050607);
    lws_out_u64(&o, 0x88090a0b0c0d0e0full);
    LWS_OUT_LIT(&o, "\x10\x11");
    lws_out_span(&o, LWS_LIT("\x12"));
    TEST_ASSERT_EQUAL_INT(18, lws_out_end(&o));
    TEST_ASSERT_EQUAL_MEMORY("\1\2\3\4\5\6\7\x88\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12", b, 18);
    lws_out_put(&o, NULL, 0);
    lws_out_span(&o, lws_span(NULL, 0));
    TEST_ASSERT_EQUAL_INT(18, lws_out_end(&o));
    lws_out_u8(&o, 0);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
}

static void put_one(lws_out_t *o, int which) {
    switch (which) {
        case 0:
            lws_out_u8(o, 1);
            break;
        case 1:
            lws_out_u16(o, 1);
            break;
        case 2:
            lws_out_u32(o, 1);
            break;
        case 3:
            lws_out_u64(o, 1);
            break;
        case 4:
            lws_out_dec(o, 123);
            break;
        case 5:
            lws_out_hex(o, 0x123456, 0);
            break;
        default:
            LWS_OUT_LIT(o, "12345");
            break;
    }
}

static void test_out_that_does_not_fit_writes_nothing(void) {
    static const size_t sizes[] = { 1, 2, 4, 8, 3, 6, 5 };

    for (int which = 0; which < 7; which++) {
        for (size_t cap = 0; cap < sizes[which]; cap++) {
            uint8_t b[8];
            memset(b, 0xee, sizeof(b));
            lws_out_t o = lws_out(b, cap);
            put_one(&o, which);
            TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
            TEST_ASSERT_EQUAL_INT(0, o.len);
            lws_out_put(&o, "", 0);
            put_one(&o, 0);             // one that would have fitted, perhaps
            TEST_ASSERT_EQUAL_INT(0, o.len);
            TEST_ASSERT_EQUAL_MEMORY("\xee\xee\xee\xee\xee\xee\xee\xee", b, 8);
        }
    }
    lws_out_t o = lws_out(NULL, 0);
    lws_out_put(&o, NULL, 0);
    TEST_ASSERT_EQUAL_INT(0, lws_out_end(&o));
    lws_out_u8(&o, 1);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
}

static void dec(uint64_t v, const char *want) {
    char b[24];
    lws_out_t o = lws_out(b, sizeof(b));
    uint64_t back;

    lws_out_dec(&o, v);
    TEST_ASSERT_EQUAL_TEXT(want, b, (size_t)lws_out_end(&o));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_span_dec(lws_span(b, o.len), UINT64_MAX, &back));
    TEST_ASSERT_TRUE(back == v);
}

static void test_out_dec(void) {
    dec(0, "0");
    dec(9, "9");
    dec(10, "10");
    dec(4294967295u, "4294967295");
    dec(4294967296u, "4294967296");
    dec(9999999999999999999ull, "9999999999999999999");
    dec(10000000000000000000ull, "10000000000000000000");
    dec(UINT64_MAX, "18446744073709551615");
    uint64_t v = 1;
    for (int digits = 1; digits < 20; digits++, v *= 10) {
        char want[24] = "1";
        memset(want + 1, '0', (size_t)digits - 1);
        want[digits] = 0;
        dec(v, want);
    }
}

static void hex(uint64_t v, unsigned digits, const char *want) {
    char b[16];
    lws_out_t o = lws_out(b, sizeof(b));

    lws_out_hex(&o, v, digits);
    TEST_ASSERT_EQUAL_TEXT(want, b, (size_t)lws_out_end(&o));
}

static void test_out_hex(void) {
    hex(0, 0, "0");
    hex(0, 1, "0");
    hex(0, 4, "0000");
    hex(0x9af, 0, "9af");
    hex(0x9af, 2, "9af");       // more digits than asked for when they are needed
    hex(0x9af, 8, "000009af");
    hex(UINT64_MAX, 0, "ffffffffffffffff");
    hex(1, 16, "0000000000000001");
    hex(1, 99, "0000000000000001");
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_eq);
    RUN_TEST(test_eq_nocase_of_every_pair_of_bytes);
    RUN_TEST(test_trim);
    RUN_TEST(test_next_item);
    RUN_TEST(test_has_token);
    RUN_TEST(test_dec);
    RUN_TEST(test_in);
    RUN_TEST(test_in_past_the_end_is_sticky);
    RUN_TEST(test_out);
    RUN_TEST(test_out_that_does_not_fit_writes_nothing);
    RUN_TEST(test_out_dec);
    RUN_TEST(test_out_hex);
    return UNITY_END();
}
