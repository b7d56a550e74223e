// When a client tries again.
#include "lws/core/retry.h"
#include "unity.h"

static const uint32_t table[] = { 100, 2000, 30000 };

static lws_retry_policy_t policy = {
    .table_ms = table, .count = 3, .conceal = 5, .jitter_pc = 20,
};

static uint32_t delay;

static bool fails(lws_retry_t *r, uint16_t random) {
    return lws_retry_failed(&policy, r, LWS_RETRY_NO_WISH, random, &delay);
}

static void test_the_table_and_its_last_entry(void) {
    static const uint32_t want[] = { 100, 2000, 30000, 30000, 30000 };
    lws_retry_t r = { 0 };
    for (int i = 0; i < 5; i++) {
        TEST_ASSERT_TRUE(fails(&r, 0));
        TEST_ASSERT_EQUAL_INT(want[i], delay);
    }
    TEST_ASSERT_FALSE(fails(&r, 0));
    TEST_ASSERT_EQUAL_INT(30000, delay);
    lws_retry_worked(&r);
    TEST_ASSERT_TRUE(fails(&r, 0));
    TEST_ASSERT_EQUAL_INT(100, delay);
}

static void test_jitter_only_adds(void) {
    uint32_t least = UINT32_MAX, most = 0;
    for (uint32_t random = 0; random < 65536; random++) {
        lws_retry_t r = { 1 };
        fails(&r, (uint16_t)random);
        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    TEST_ASSERT_EQUAL_INT(2000, least);
    TEST_ASSERT_EQUAL_INT(2400, most);
    lws_retry_policy_t twice = policy;
    twice.jitter_pc = 255;
    lws_retry_t r = { 1 };
    lws_retry_failed(&twice, &r, LWS_RETRY_NO_WISH, 65535, &delay);
    TEST_ASSERT_EQUAL_INT(4000, delay);
}

static void test_retry_after_wins(void) {
    lws_retry_t r = { 0 };
    TEST_ASSERT_TRUE(lws_retry_failed(&policy, &r, 7, 0, &delay));
    TEST_ASSERT_EQUAL_INT(7000, delay);
    TEST_ASSERT_TRUE(lws_retry_failed(&policy, &r, 7, 65535, &delay));
    TEST_ASSERT_EQUAL_INT(8400, delay);
    TEST_ASSERT_TRUE(lws_retry_failed(&policy, &r, 0, 65535, &delay));
    TEST_ASSERT_EQUAL_INT(0, delay);
    TEST_ASSERT_TRUE(lws_retry_failed(&policy, &r, UINT32_MAX - 1, 65535, &delay));
    TEST_ASSERT_TRUE(delay == UINT32_MAX);
    // It counts as a failure like others.
    TEST_ASSERT_TRUE(fails(&r, 0));
    TEST_ASSERT_FALSE(fails(&r, 0));
}

static void test_how_much_is_concealed(void) {
    lws_retry_policy_t p = { .table_ms = table, .count = 3, .conceal = LWS_RETRY_FOREVER };
    lws_retry_t r = { 0 };
    for (uint32_t i = 0; i < 70000; i++) {
        TEST_ASSERT_TRUE(lws_retry_failed(&p, &r, LWS_RETRY_NO_WISH, 9, &delay));
    }
    TEST_ASSERT_EQUAL_INT(30000, delay);
    lws_retry_policy_t none = { 0 };
    lws_retry_worked(&r);
    TEST_ASSERT_FALSE(lws_retry_failed(&none, &r, LWS_RETRY_NO_WISH, 9, &delay));
    TEST_ASSERT_EQUAL_INT(0, delay);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_the_table_and_its_last_entry);
    RUN_TEST(test_jitter_only_adds);
    RUN_TEST(test_retry_after_wins);
    RUN_TEST(test_how_much_is_concealed);
    return UNITY_END();
}
