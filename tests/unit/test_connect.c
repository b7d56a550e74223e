// How a connection that we open comes about: phases, addresses, one time for all.
#include "lws/core/connect.h"
#include "unity.h"

#define MS 1000u
#define NEVER 1000000u

// What becomes of a connect to an address, and after how many milliseconds.
typedef struct fate {
    bool good;
    uint32_t ms;
} fate_t;

static lws_connect_t x;
static uint64_t now;                // microseconds
static uint64_t begun_us[LWS_CONNECT_MAX_ADDRESSES];
static int begun;

static void begin(uint32_t timeout_ms) {
    now = 5000000;
    begun = 0;
    lws_connect_begin(&x, now, timeout_ms);
}

static void start_those_that_may(void) {
    int i;
    while ((i = lws_connect_next(&x, now)) != LWS_CONNECT_NONE) {
        TEST_ASSERT_EQUAL_INT(begun, i);
        begun_us[begun++] = now;
    }
}

// Runs until it is connected or has failed; the milliseconds that it took.
static uint32_t run(const fate_t *fates, unsigned count) {
    uint64_t start = now;
    lws_connect_named(&x, now, count, 0);
    start_those_that_may();
    while (x.phase == LWS_CONNECT_CONNECT) {
        uint64_t due = lws_connect_deadline(&x);
        int first = LWS_CONNECT_NONE;
        for (int i = 0; i < begun; i++) {
            uint64_t at = begun_us[i] + (uint64_t)fates[i].ms * MS;
            if (x.trying >> i & 1 && fates[i].ms != NEVER && at < due) {
                due = at;
                first = i;
            }
        }
        TEST_ASSERT_TRUE_MESSAGE(due != UINT64_MAX, "it waits for nothing");
        now = due;
        if (first == LWS_CONNECT_NONE) {
            lws_connect_expire(&x, now);
        } else if (fates[first].good) {
            lws_connect_made(&x, first);
        } else {
            lws_connect_refused(&x, now, first, 100 + first);
        }
        start_those_that_may();
    }
    return (uint32_t)((now - start) / MS);
}

static void test_one_address(void) {
    static const fate_t good[] = { { true, 30 } };
    begin(1000);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_NAME, x.phase);
    TEST_ASSERT_EQUAL_INT(30, run(good, 1));
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_HANDSHAKE, x.phase);
    TEST_ASSERT_EQUAL_INT(0, x.peer);
    TEST_ASSERT_EQUAL_INT(0, x.trying);
    TEST_ASSERT_TRUE(lws_connect_deadline(&x) == 5000000 + 1000 * MS);
    lws_connect_opened(&x);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_OPEN, x.phase);
    TEST_ASSERT_TRUE(lws_connect_deadline(&x) == UINT64_MAX);
    lws_connect_expire(&x, UINT64_MAX);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_OPEN, x.phase);
}

static void test_no_route_then_silence_then_a_good_one(void) {
    static const fate_t fates[] = { { false, 0 }, { true, NEVER }, { true, 20 } };
    begin(3000);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_HEAD_START_MS + 20, run(fates, 3));
    TEST_ASSERT_EQUAL_INT(2, x.peer);
    TEST_ASSERT_EQUAL_INT(1 << 1, x.trying);        // the loser, to be closed
}

static void test_a_slow_first_one_may_still_win(void) {
    static const fate_t fates[] = { { true, 300 }, { true, 100 } };
    begin(3000);
    TEST_ASSERT_EQUAL_INT(300, run(fates, 2));
    TEST_ASSERT_EQUAL_INT(0, x.peer);
    TEST_ASSERT_EQUAL_INT(1 << 1, x.trying);
    // What becomes of losers says nothing any more.
    lws_connect_refused(&x, now, 1, 5);
    lws_connect_made(&x, 1);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_HANDSHAKE, x.phase);
    TEST_ASSERT_EQUAL_INT(0, x.peer);
}

static void test_all_are_refused(void) {
    static const fate_t fates[] = { { false, 600 }, { false, 10 }, { false, 20 } };
    begin(3000);
    // The second begins at 250 and is refused at 260, so the third begins then.
    TEST_ASSERT_EQUAL_INT(600, run(fates, 3));
    TEST_ASSERT_TRUE(begun_us[2] - begun_us[0] == 260 * MS);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_FAILED, x.phase);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_CONNECT, x.failed_in);
    TEST_ASSERT_EQUAL_INT(0, x.peer);
    TEST_ASSERT_EQUAL_INT(100, x.error);
}

static void test_time_is_up_in_every_phase(void) {
    static const fate_t silent[] = { { false, 1 }, { true, NEVER }, { true, NEVER } };
    static const fate_t good[] = { { true, 1 } };
    begin(1000);
    lws_connect_expire(&x, now + 1000 * MS - 1);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_NAME, x.phase);
    lws_connect_expire(&x, now + 1000 * MS);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_NAME, x.failed_in);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_NONE, x.peer);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_TIMEOUT, x.error);
    begin(1000);
    TEST_ASSERT_EQUAL_INT(1000, run(silent, 3));
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_FAILED, x.phase);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_CONNECT, x.failed_in);
    TEST_ASSERT_EQUAL_INT(1, x.peer);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_TIMEOUT, x.error);
    TEST_ASSERT_EQUAL_INT(6, x.trying);             // to be closed
    begin(1000);
    run(good, 1);
    lws_connect_expire(&x, lws_connect_deadline(&x));
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_HANDSHAKE, x.failed_in);
    TEST_ASSERT_EQUAL_INT(0, x.peer);
    TEST_ASSERT_TRUE(lws_connect_deadline(&x) == UINT64_MAX);
}

static void test_other_failures(void) {
    static const fate_t good[] = { { true, 1 } };
    begin(0);
    TEST_ASSERT_TRUE(lws_connect_deadline(&x) == UINT64_MAX);
    lws_connect_named(&x, now, 0, 2);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_FAILED, x.phase);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_NAME, x.failed_in);
    TEST_ASSERT_EQUAL_INT(2, x.error);
    begin(0);
    run(good, 1);
    lws_connect_broken(&x, 104);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_HANDSHAKE, x.failed_in);
    TEST_ASSERT_EQUAL_INT(0, x.peer);
    TEST_ASSERT_EQUAL_INT(104, x.error);
}

static void test_calls_at_the_wrong_time_change_nothing(void) {
    begin(1000);
    lws_connect_t before = x;
    lws_connect_opened(&x);
    lws_connect_broken(&x, 1);
    lws_connect_made(&x, 0);
    lws_connect_refused(&x, now, 0, 1);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_NONE, lws_connect_next(&x, now));
    lws_connect_named(&x, now, 2, 0);
    lws_connect_made(&x, 1);            // was not begun
    lws_connect_made(&x, -1);
    lws_connect_refused(&x, now, 7, 1);
    lws_connect_named(&x, now, 0, 1);
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_CONNECT, x.phase);
    TEST_ASSERT_TRUE(x.until_us == before.until_us);
}

static void test_more_addresses_than_are_tried(void) {
    fate_t fates[LWS_CONNECT_MAX_ADDRESSES];
    for (int i = 0; i < LWS_CONNECT_MAX_ADDRESSES; i++) {
        fates[i] = (fate_t) { true, NEVER };
    }
    begin(60000);
    TEST_ASSERT_EQUAL_INT(60000, run(fates, 100));
    TEST_ASSERT_EQUAL_INT(LWS_CONNECT_MAX_ADDRESSES, begun);
    TEST_ASSERT_EQUAL_INT(0xff, x.trying);
}

// Every mix of fates: it is connected when any address is good, to the first that was made; no
// address begins before its turn; time and order are what they must be.
static void check_mix(const fate_t *fates, unsigned count) {
    begin(5000);
    uint32_t took = run(fates, count);
    uint64_t best = UINT64_MAX;
    bool any_silent = false;
    for (int i = 0; i < begun; i++) {
        uint64_t at = begun_us[i] + (uint64_t)fates[i].ms * MS;
        best = fates[i].good && fates[i].ms != NEVER && at < best ? at : best;
        any_silent |= fates[i].ms == NEVER;
        bool freed = i && !fates[i - 1].good && fates[i - 1].ms < LWS_CONNECT_HEAD_START_MS;
        bool other = i > 1;         // an earlier one may have been refused meanwhile
        bool due = i == 0 || begun_us[i] - begun_us[i - 1] >= LWS_CONNECT_HEAD_START_MS * MS;
        TEST_ASSERT_TRUE(due || freed || other);
    }
    if (x.phase == LWS_CONNECT_HANDSHAKE) {
        TEST_ASSERT_TRUE(fates[x.peer].good && now == best);
    } else {
        TEST_ASSERT_TRUE(best == UINT64_MAX && begun == (int)count);
        TEST_ASSERT_EQUAL_INT(any_silent, x.error == LWS_CONNECT_TIMEOUT);
        TEST_ASSERT_TRUE(!any_silent || took == 5000);
    }
}

static void test_every_mix(void) {
    static const fate_t kinds[] = {
        { true, 0 }, { true, 40 }, { true, 400 }, { true, NEVER },
        { false, 0 }, { false, 40 }, { false, 700 },
    };
    enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };
    for (unsigned mix = 0; mix < KINDS * KINDS * KINDS * KINDS; mix++) {
        fate_t fates[4];
        for (unsigned i = 0, rest = mix; i < 4; i++, rest /= KINDS) {
            fates[i] = kinds[rest % KINDS];
        }
        check_mix(fates, 1 + mix % 4);
    }
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_one_address);
    RUN_TEST(test_no_route_then_silence_then_a_good_one);
    RUN_TEST(test_a_slow_first_one_may_still_win);
    RUN_TEST(test_all_are_refused);
    RUN_TEST(test_time_is_up_in_every_phase);
    RUN_TEST(test_other_failures);
    RUN_TEST(test_calls_at_the_wrong_time_change_nothing);
    RUN_TEST(test_more_addresses_than_are_tried);
    RUN_TEST(test_every_mix);
    return UNITY_END();
}
