// lws/http/form.h: application/x-www-form-urlencoded as a stream. A body and the log of its
// events; every body is fed in all splits.
#include "lws/http/form.h"

#include "support/room.h"
#include "support/split.h"
#include "unity.h"

typedef struct run {
    lws_form_t x;
    const lws_form_limits_t *limits;
    bool failed;
} run_t;

static run_t run;

static void open_(void *user) {
    run_t *r = user;
    memset(&r->x, 0, sizeof(r->x));
    r->x.limits = r->limits;
    r->failed = false;
}

static void log_event(evlog_t *log, const lws_form_event_t *ev) {
    if (ev->type == LWS_FORM_FIELD) {
        evlog_str(log, "[");
        evlog_span(log, ev->data);
        evlog_str(log, "](");
    } else if (ev->type == LWS_FORM_DATA) {
        TEST_ASSERT(ev->data.n > 0);
        evlog_span(log, ev->data);
    } else if (ev->type == LWS_FORM_FIELD_END) {
        evlog_str(log, ")");
    } else if (ev->type == LWS_FORM_END) {
        evlog_str(log, " END");
    }
}

static bool log_error(run_t *r, evlog_t *log, int err) {
    lws_form_event_t ev;

    if (err >= 0) {
        return false;
    }
    r->failed = true;
    evlog_str(log, err == LWS_ERR_TOO_BIG ? " TOO_BIG" : " ?");
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_form_rx(&r->x, (const uint8_t *)"a", 1, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_form_eof(&r->x, &ev));
    return true;
}

static void feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    run_t *r = user;
    lws_form_event_t ev;

    while (n && !r->failed) {
        int used = lws_form_rx(&r->x, buf, n, &ev);
        if (log_error(r, log, used)) {
            break;
        }
        TEST_ASSERT((size_t)used <= n);
        TEST_ASSERT(ev.type != LWS_FORM_NONE || (size_t)used == n);
        log_event(log, &ev);
        buf += used;
        n -= (size_t)used;
    }
}

static void close_(void *user, evlog_t *log) {
    run_t *r = user;
    lws_form_event_t ev = { .type = LWS_FORM_NONE };

    while (!r->failed && ev.type != LWS_FORM_END) {
        if (!log_error(r, log, lws_form_eof(&r->x, &ev))) {
            log_event(log, &ev);
        }
    }
}

static const split_case_t split = { open_, feed, close_, &run };

static const char *parse(const char *body) {
    TEST_SPLIT(&split, body, strlen(body));
    return split_log();
}

static void test_fields(void) {
    TEST_ASSERT_EQUAL_STRING(" END", parse(""));
    TEST_ASSERT_EQUAL_STRING("[a](1) END", parse("a=1"));
    TEST_ASSERT_EQUAL_STRING("[a](1)[b](2)[a](3) END", parse("a=1&b=2&a=3"));
    TEST_ASSERT_EQUAL_STRING("[a](b=c) END", parse("a=b=c"));
}

static void test_empty_names_values_and_pairs(void) {
    TEST_ASSERT_EQUAL_STRING("[a]() END", parse("a="));
    TEST_ASSERT_EQUAL_STRING("[a]() END", parse("a"));
    TEST_ASSERT_EQUAL_STRING("[a]()[b]()[c]() END", parse("a&b=&c"));
    TEST_ASSERT_EQUAL_STRING("[](x) END", parse("=x"));
    TEST_ASSERT_EQUAL_STRING("[]() END", parse("="));
    TEST_ASSERT_EQUAL_STRING("[a](1)[b](2) END", parse("&&a=1&&&b=2&"));
    TEST_ASSERT_EQUAL_STRING(" END", parse("&"));
}

static void test_decoding(void) {
    TEST_ASSERT_EQUAL_STRING("[a b](c d) END", parse("a+b=c+d"));
    TEST_ASSERT_EQUAL_STRING("[a=b&c](1+1=2&3) END", parse("a%3Db%26c=1%2B1%3d2%263"));
    TEST_ASSERT_EQUAL_STRING("[\\xc3\\xbc](\\x00\\xff%41) END", parse("%C3%BC=%00%ff%2541"));
    TEST_ASSERT_EQUAL_STRING("[a](line\\x0d\\x0aline) END", parse("a=line%0D%0Aline"));
    TEST_ASSERT_EQUAL_STRING("[](%) END", parse("=%25"));
}

static void test_long_values_come_in_pieces(void) {
    static char *body, *want;

    ROOM(body, 1600);
    ROOM(want, 1600);
    memcpy(body, "a=", 2);
    memcpy(want, "[a](", 4);
    memset(body + 2, 'v', 1500);
    memcpy(body + 1502, "&b", 3);
    memset(want + 4, 'v', 1500);
    memcpy(want + 1504, ")[b]() END", 11);
    TEST_ASSERT_EQUAL_STRING(want, parse(body));
}

static void test_what_is_no_escape_stands_for_itself(void) {
    TEST_ASSERT_EQUAL_STRING("[%zz](1) END", parse("%zz=1"));
    TEST_ASSERT_EQUAL_STRING("[a%](1) END", parse("a%=1"));
    TEST_ASSERT_EQUAL_STRING("[a%4]()[b]() END", parse("a%4&b"));
    TEST_ASSERT_EQUAL_STRING("[%]() END", parse("%"));
    TEST_ASSERT_EQUAL_STRING("[a%4]() END", parse("a%4"));
    TEST_ASSERT_EQUAL_STRING("[a](b%zz) END", parse("a=b%zz"));
    TEST_ASSERT_EQUAL_STRING("[a](b%4)[c]() END", parse("a=b%4&c"));
    TEST_ASSERT_EQUAL_STRING("[a](b%) END", parse("a=b%"));
    TEST_ASSERT_EQUAL_STRING("[a](b%4) END", parse("a=b%4"));
    TEST_ASSERT_EQUAL_STRING("[a](A%A) END", parse("a=%41%%41"));
    TEST_ASSERT_EQUAL_STRING("[a](100%)[b](%4A) END", parse("a=100%&b=%4%41"));
}

static void test_a_name_has_a_limit(void) {
    char body[256];

    for (int extra = 0; extra < 2; extra++) {
        memset(body, 'n', sizeof(body));
        memcpy(body + LWS_FORM_MAX_NAME + extra, "=v", 3);
        TEST_ASSERT((strcmp(parse(body), " TOO_BIG") == 0) == (extra == 1));
    }
    run.limits = &(lws_form_limits_t) { .name = 3 };
    TEST_ASSERT_EQUAL_STRING("[abc](1)[+++](2) END", parse("abc=1&%2b%2b%2b=2"));
    TEST_ASSERT_EQUAL_STRING(" TOO_BIG", parse("abcd=1"));
    TEST_ASSERT_EQUAL_STRING("[ab%](1)[a%4]() END", parse("ab%=1&a%4"));
    TEST_ASSERT_EQUAL_STRING(" TOO_BIG", parse("ab%4=1"));
    TEST_ASSERT_EQUAL_STRING(" TOO_BIG", parse("ab%4"));
    TEST_ASSERT_EQUAL_STRING("[abc](1) TOO_BIG", parse("abc=1&a%20bc=1"));
    run.limits = &(lws_form_limits_t) { .name = 255 };      // more than the buffer holds
    memset(body, 'n', sizeof(body));
    body[LWS_FORM_MAX_NAME + 1] = 0;
    TEST_ASSERT_EQUAL_STRING(" TOO_BIG", parse(body));
    run.limits = NULL;
}

static void test_the_number_of_fields_has_a_limit(void) {
    char body[2 * (LWS_FORM_MAX_FIELDS + 1) + 1];

    for (size_t extra = 0; extra < 2; extra++) {
        for (size_t i = 0; i < LWS_FORM_MAX_FIELDS + extra; i++) {
            memcpy(body + 2 * i, "a&", 3);
        }
        const char *log = parse(body);
        TEST_ASSERT_EQUAL_STRING(extra ? ") TOO_BIG" : ") END", strrchr(log, ')'));
    }
    run.limits = &(lws_form_limits_t) { .fields = 2 };
    TEST_ASSERT_EQUAL_STRING("[a]()[b]() END", parse("a=&&b&"));
    TEST_ASSERT_EQUAL_STRING("[a]()[b]() TOO_BIG", parse("a=&&b&c"));
    TEST_ASSERT_EQUAL_STRING("[a]()[b]() TOO_BIG", parse("a=&&b&="));
    run.limits = NULL;
}

static void test_a_value_has_a_limit(void) {
    run.limits = &(lws_form_limits_t) { .value = 3 };
    TEST_ASSERT_EQUAL_STRING("[a](123)[b](456) END", parse("a=123&b=456"));
    TEST_ASSERT_EQUAL_STRING("[a](123)[b](4 5)[c](+++) END", parse("a=123&b=4+5&c=%2b%2B%2b"));
    TEST_ASSERT_EQUAL_STRING("[a](123 TOO_BIG", parse("a=1234"));
    TEST_ASSERT_EQUAL_STRING("[a](12+ TOO_BIG", parse("a=12%2b%34"));
    TEST_ASSERT_EQUAL_STRING("[a](12%)[b]() END", parse("a=12%&b"));
    TEST_ASSERT_EQUAL_STRING("[a](1%4) END", parse("a=1%4"));
    TEST_ASSERT_EQUAL_STRING("[a](12% TOO_BIG", parse("a=12%4&b"));
    TEST_ASSERT_EQUAL_STRING("[a](12 TOO_BIG", parse("a=12%4"));
    run.limits = NULL;
}

static void test_the_default_limit_of_a_value(void) {
    uint8_t piece[256];
    lws_form_t x = { 0 };
    lws_form_event_t ev;
    size_t total = 0;
    int n;

    TEST_ASSERT_EQUAL_INT(2, lws_form_rx(&x, (const uint8_t *)"a=", 2, &ev));
    memset(piece, 'v', sizeof(piece));
    while ((n = lws_form_rx(&x, piece, sizeof(piece), &ev)) >= 0) {
        total += (size_t)n;
    }
    TEST_ASSERT_EQUAL_INT(LWS_ERR_TOO_BIG, n);
    TEST_ASSERT_EQUAL_INT(LWS_FORM_MAX_VALUE, total);
}

static void test_after_the_end(void) {
    lws_form_t x = { 0 };
    lws_form_event_t ev;
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_form_eof(&x, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_FORM_END, ev.type);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_form_eof(&x, &ev));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_form_rx(&x, (const uint8_t *)"a", 1, &ev));
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_fields);
    RUN_TEST(test_empty_names_values_and_pairs);
    RUN_TEST(test_decoding);
    RUN_TEST(test_long_values_come_in_pieces);
    RUN_TEST(test_what_is_no_escape_stands_for_itself);
    RUN_TEST(test_a_name_has_a_limit);
    RUN_TEST(test_the_number_of_fields_has_a_limit);
    RUN_TEST(test_a_value_has_a_limit);
    RUN_TEST(test_the_default_limit_of_a_value);
    RUN_TEST(test_after_the_end);
    return UNITY_END();
}
