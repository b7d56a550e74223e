// lws/http/date.h: HTTP dates.
#include "lws/http/date.h"

#include "support/effort.h"
#include "support/split.h"
#include "unity.h"

static const char *put(int64_t t) {
    static char text[LWS_DATE_LEN + 1];
    lws_out_t o = lws_out(text, LWS_DATE_LEN);
    lws_date_put(&o, t);
    TEST_ASSERT_EQUAL_INT(LWS_DATE_LEN, lws_out_end(&o));
    return text;
}

// -1: not a date.
static int64_t parse(const char *s) {
    int64_t t = -2;
    uint8_t *p = guard_copy(s, strlen(s));
    int err = lws_date_parse(lws_span(p, strlen(s)), &t);
    guard_free(p, strlen(s));
    TEST_ASSERT(err == LWS_OK || (err == LWS_ERR_PROTO && t == -2));
    return err ? -1 : t;
}

static void test_the_three_forms(void) {
    TEST_ASSERT_EQUAL_INT(784111777, parse("Sun, 06 Nov 1994 08:49:37 GMT"));
    TEST_ASSERT_EQUAL_INT(784111777, parse("Sunday, 06-Nov-94 08:49:37 GMT"));
    TEST_ASSERT_EQUAL_INT(784111777, parse("Sun Nov  6 08:49:37 1994"));
    TEST_ASSERT_EQUAL_INT(785321377, parse("Sun Nov 20 08:49:37 1994"));
    TEST_ASSERT_EQUAL_INT(784371096, parse("Wednesday, 09-Nov-94 08:51:36 GMT"));
    TEST_ASSERT_EQUAL_STRING("Sun, 06 Nov 1994 08:49:37 GMT", put(784111777));
}

static void test_known_moments(void) {
    static const struct {
        int64_t t;
        const char *text;
    } cases[] = {
        { 0, "Thu, 01 Jan 1970 00:00:00 GMT" },
        { 68169600, "Tue, 29 Feb 1972 00:00:00 GMT" },
        { 946684799, "Fri, 31 Dec 1999 23:59:59 GMT" },
        { 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
        { 951868800, "Wed, 01 Mar 2000 00:00:00 GMT" },
        { INT32_MAX, "Tue, 19 Jan 2038 03:14:07 GMT" },
        { UINT32_MAX, "Sun, 07 Feb 2106 06:28:15 GMT" },
        { 4107542399, "Sun, 28 Feb 2100 23:59:59 GMT" },
        { 4107542400, "Mon, 01 Mar 2100 00:00:00 GMT" },
        { LWS_DATE_MAX, "Fri, 31 Dec 9999 23:59:59 GMT" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_STRING(cases[i].text, put(cases[i].t));
        TEST_ASSERT_EQUAL_INT(cases[i].t, parse(cases[i].text));
    }
}

static void test_every_day_until_9999_comes_back(void) {
    const int64_t step = unity_exhaustive ? 1 : 397;
    int64_t second = 0;

    for (int64_t day = 0; day * 86400 <= LWS_DATE_MAX; day += step) {
        second = (second + 12345) % 86400;
        const char *text = put(day * 86400 + second);
        TEST_ASSERT_EQUAL_MEMORY("ThuFriSatSunMonTueWed" + 3 * (day % 7), text, 3);
        int64_t t = -1;
        TEST_ASSERT_EQUAL_INT(LWS_OK, lws_date_parse(lws_span(text, LWS_DATE_LEN), &t));
        TEST_ASSERT_EQUAL_INT(day * 86400 + second, t);
    }
}

static void test_outside_the_calendar(void) {
    TEST_ASSERT_EQUAL_STRING("Thu, 01 Jan 1970 00:00:00 GMT", put(-1));
    TEST_ASSERT_EQUAL_STRING("Thu, 01 Jan 1970 00:00:00 GMT", put(INT64_MIN));
    TEST_ASSERT_EQUAL_STRING("Fri, 31 Dec 9999 23:59:59 GMT", put(LWS_DATE_MAX + 1));
    TEST_ASSERT_EQUAL_STRING("Fri, 31 Dec 9999 23:59:59 GMT", put(INT64_MAX));
}

static void test_two_digit_years(void) {
    TEST_ASSERT_EQUAL_INT(0, parse("Thursday, 01-Jan-70 00:00:00 GMT"));
    TEST_ASSERT_EQUAL_INT(parse("Fri, 31 Dec 1999 00:00:00 GMT"),
        parse("Friday, 31-Dec-99 00:00:00 GMT"));
    TEST_ASSERT_EQUAL_INT(parse("Sat, 01 Jan 2000 00:00:00 GMT"),
        parse("Saturday, 01-Jan-00 00:00:00 GMT"));
    TEST_ASSERT_EQUAL_INT(parse("Tue, 31 Dec 2069 00:00:00 GMT"),
        parse("Tuesday, 31-Dec-69 00:00:00 GMT"));
}

static void test_a_leap_second_is_the_next_second(void) {
    TEST_ASSERT_EQUAL_INT(1483228800, parse("Sat, 31 Dec 2016 23:59:60 GMT"));
}

static void test_the_name_of_the_day_is_not_compared(void) {
    TEST_ASSERT_EQUAL_INT(784111777, parse("Mon, 06 Nov 1994 08:49:37 GMT"));
}

static void test_what_is_no_date(void) {
    static const char *const cases[] = {
        "", "0", "784111777", "now", "Sun", "Sun, 06 Nov 1994",
        "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 6 Nov 1994 08:49:37 GMT",
        "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 32 Jan 1994 08:49:37 GMT", "Sun, 29 Feb 1994 08:49:37 GMT",
        "Sun, 29 Feb 2100 08:49:37 GMT", "Sun, 30 Feb 2000 08:49:37 GMT",
        "Sun, 06 Nov 1969 08:49:37 GMT", "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 199x 08:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08-49-37 GMT",
        "Sunday, 06-Nov-94 08:49:37", "Sunday 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun Nov xx 08:49:37 1994",
        "Sun Nov  0 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        TEST_ASSERT_EQUAL_INT_MESSAGE(-1, parse(cases[i]), cases[i]);
    }
}

static void test_a_date_that_does_not_fit(void) {
    uint8_t small[LWS_DATE_LEN - 1];
    lws_out_t o = lws_out(small, sizeof(small));
    lws_date_put(&o, 0);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOSPC, lws_out_end(&o));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_the_three_forms);
    RUN_TEST(test_known_moments);
    RUN_TEST(test_every_day_until_9999_comes_back);
    RUN_TEST(test_outside_the_calendar);
    RUN_TEST(test_two_digit_years);
    RUN_TEST(test_a_leap_second_is_the_next_second);
    RUN_TEST(test_the_name_of_the_day_is_not_compared);
    RUN_TEST(test_what_is_no_date);
    RUN_TEST(test_a_date_that_does_not_fit);
    return UNITY_END();
}
