// The split check itself: it must find every kind of dependence on where pieces end.
#include "unity.h"

#include "support/effort.h"
#include "support/room.h"
#include "support/split.h"

static char why[200];

typedef struct pieces {
    size_t fed, count, longest;
    int opens, closes;
    int fault;              // what this parser does wrong
    const uint8_t *last;    // kept into a past piece
} pieces_t;

enum {
    NOTHING, SHOWS_PIECES, FAILS_AT_ONE_CUT, KEEPS_POINTER, IS_RANDOM, LOGS_FOREVER,
};

static pieces_t seen;

static void pieces_open(void *user) {
    pieces_t *s = user;
    s->opens++;
    s->fed = 0;
    s->last = NULL;
}

static void pieces_feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    pieces_t *s = user;

    s->count++;
    if (n > s->longest) {
        s->longest = n;
    }
    if (n == 0 || buf[n - 1] != (uint8_t)(s->fed + n - 1)) {
        TEST_FAIL_MESSAGE("not the next bytes");
    }
    if (s->fault == KEEPS_POINTER && s->last) {
        evlog_span(log, lws_span(s->last, 1));
    }
    s->last = buf;
    s->fed += n;
    evlog_span(log, lws_span(buf, n));
    if (s->fault == SHOWS_PIECES) {
        evlog_str(log, "|");
    } else if (s->fault == FAILS_AT_ONE_CUT && s->fed == 17) {
        evlog_str(log, "!");
    } else if (s->fault == LOGS_FOREVER) {
        for (;;) {
            evlog_int(log, 12345);
        }
    }
}

static void pieces_close(void *user, evlog_t *log) {
    pieces_t *s = user;
    s->closes++;
    if (s->fault == IS_RANDOM) {
        evlog_int(log, s->closes);
    }
    evlog_str(log, " end");
}

static uint8_t input[40];
static const split_case_t pieces = { pieces_open, pieces_feed, pieces_close, &seen };

static void check(void) {
    TEST_SPLIT(&pieces, input, sizeof(input));
}

static bool finds(int fault) {
    memset(&seen, 0, sizeof(seen));
    seen.fault = fault;
    return !unity_try(check, why, sizeof(why))
           && strcmp(why, "split input gives other events (above)") == 0;
}

static void test_every_kind_of_run(void) {
    memset(&seen, 0, sizeof(seen));
    check();
    TEST_ASSERT_EQUAL_INT(seen.opens, seen.closes);
    const int random = unity_exhaustive ? 50 : 5;
    // whole twice, byte by byte, 39 cuts in two, at least so many random ones
    TEST_ASSERT_TRUE(seen.opens >= 2 + 1 + 39 + random);
    TEST_ASSERT_EQUAL_INT(sizeof(input), seen.longest);
    TEST_ASSERT_TRUE(seen.count > 40 + 2 * 39 + (size_t)random);
    TEST_ASSERT_EQUAL_INT(0, memcmp(split_log(), "\\x00\\x01", 8));
    TEST_ASSERT_NOT_NULL(strstr(split_log(), " !\"#$%&' end"));
}

static void test_no_input(void) {
    memset(&seen, 0, sizeof(seen));
    TEST_SPLIT(&pieces, NULL, 0);
    TEST_ASSERT_EQUAL_INT(0, seen.count);
    TEST_ASSERT_EQUAL_STRING(" end", split_log());
}

// The places where a long input was cut in two.
#define LONG_INPUT 20000
static uint8_t *cut_at;
static size_t place;

static void places_open(void *user) {
    (void)user;
    place = 0;
}

static void places_feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    (void)user;
    (void)buf;
    (void)log;
    place += n;
    if (n > 2000 && place < LONG_INPUT) {
        cut_at[place] = 1;
    } else if (n > 2000) {
        cut_at[place - n] = 1;
    }
}

static void places_close(void *user, evlog_t *log) {
    (void)user;
    (void)log;
}

static void test_a_long_input_is_cut_at_both_ends(void) {
    static const split_case_t places = { places_open, places_feed, places_close, NULL };
    static uint8_t *big;
    const size_t edge = unity_exhaustive ? 500 : 10;
    size_t cuts = 0;

    ROOM(cut_at, LONG_INPUT);
    ROOM(big, LONG_INPUT);
    TEST_SPLIT(&places, big, LONG_INPUT);
    for (size_t i = 1; i < LONG_INPUT; i++) {
        TEST_ASSERT_TRUE(cut_at[i] || (i > edge && i < LONG_INPUT - edge));
        cuts += cut_at[i];
    }
    TEST_ASSERT_TRUE(cuts > 2 * edge && cuts < 10000);
    TEST_ASSERT_TRUE(cuts > 3000 || !unity_exhaustive);
}

static void test_faults_are_found(void) {
    TEST_ASSERT_FALSE(finds(NOTHING));
    TEST_ASSERT_TRUE(finds(SHOWS_PIECES));
    TEST_ASSERT_TRUE(finds(FAILS_AT_ONE_CUT));
    TEST_ASSERT_TRUE(finds(KEEPS_POINTER));
    TEST_ASSERT_TRUE(finds(IS_RANDOM));
}

static void test_a_full_log_is_a_failure(void) {
    memset(&seen, 0, sizeof(seen));
    seen.fault = LOGS_FOREVER;
    TEST_ASSERT_FALSE(unity_try(check, why, sizeof(why)));
    TEST_ASSERT_EQUAL_STRING("the event log is full: EVLOG_SIZE", why);
    seen.fault = NOTHING;
    check();                    // frees what the one before could not
}

static void test_log_text(void) {
    static evlog_t log;

    evlog_str(&log, "a");
    evlog_int(&log, 0);
    evlog_int(&log, INT64_MIN);
    evlog_int(&log, INT64_MAX);
    evlog_span(&log, LWS_LIT("~\x7f \x00"));
    TEST_ASSERT_EQUAL_STRING("a0-92233720368547758089223372036854775807~\\x7f \\x00", log.text);
}

static void test_guarded_copies(void) {
    static const size_t sizes[] = { 0, 1, 3, 4095, 4096, 4097, 70000 };
    static uint8_t *big;
    const size_t most = unity_exhaustive ? 70000 : 4097;

    ROOM(big, most);
    memset(big, 0x5a, most);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && sizes[i] <= most; i++) {
        uint8_t *p = guard_copy(big, sizes[i]);
        TEST_ASSERT_NOT_NULL(p);
        TEST_ASSERT_EQUAL_MEMORY(big, p, sizes[i]);
        memset(p, 1, sizes[i]);     // writable
        guard_free(p, sizes[i]);
    }
}

int main(void) {
    for (size_t i = 0; i < sizeof(input); i++) {
        input[i] = (uint8_t)i;
    }
    UNITY_BEGIN();
    RUN_TEST(test_every_kind_of_run);
    RUN_TEST(test_no_input);
    RUN_TEST(test_a_long_input_is_cut_at_both_ends);
    RUN_TEST(test_faults_are_found);
    RUN_TEST(test_a_full_log_is_a_failure);
    RUN_TEST(test_log_text);
    RUN_TEST(test_guarded_copies);
    return UNITY_END();
}
