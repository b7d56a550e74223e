// The harness itself: what it says when something fails, and that it says so (what ends a process
// is in host/test_unity_process.c).
#include "support/room.h"
#include "unity.h"

static char why[200];

static void expect_failure(void (*test)(void), const char *text) {
    TEST_ASSERT_FALSE(unity_try(test, why, sizeof(why)));
    TEST_ASSERT_EQUAL_STRING(text, why);
}

// --- failing on purpose

static bool went_on;

static void fails_at_once(void) {
    went_on = false;
    TEST_ASSERT_TRUE(1 + 1 == 3);
    went_on = true;
}

static void fails_by_message(void) {
    TEST_FAIL_MESSAGE("because");
}

static void fails_by_int(void) {
    TEST_ASSERT_EQUAL_INT(INT64_MIN, 7);
}

static void fails_by_int_message(void) {
    TEST_ASSERT_EQUAL_INT_MESSAGE(0, -1, "why not");
}

static void fails_by_memory(void) {
    TEST_ASSERT_EQUAL_MEMORY("ab\x01", "ab\xfe", 3);
}

static void fails_by_string(void) {
    TEST_ASSERT_EQUAL_STRING("one\n", "one\r");
}

static void fails_by_null_string(void) {
    const char *nothing = NULL;
    TEST_ASSERT_EQUAL_STRING("x", nothing);
}

static void fails_by_length(void) {
    TEST_ASSERT_EQUAL_TEXT("abc", "abcd", 4);
}

static void fails_by_null(void) {
    int x = 0;
    TEST_ASSERT_NULL(&x);
}

static void fails_by_not_null(void) {
    TEST_ASSERT_NOT_NULL(NULL);
}

static void passes(void) {
    TEST_ASSERT(true);
    TEST_ASSERT_FALSE(false);
    TEST_ASSERT_EQUAL_INT(-5, -5);
    TEST_ASSERT_EQUAL_MEMORY("", "x", 0);
    TEST_ASSERT_EQUAL_STRING("", "");
    TEST_ASSERT_EQUAL_TEXT("ab", "abc", 2);
}

static void test_a_failing_check_leaves_the_test(void) {
    expect_failure(fails_at_once, "1 + 1 == 3");
    TEST_ASSERT_FALSE(went_on);
}

static void test_messages(void) {
    expect_failure(fails_by_message, "because");
    expect_failure(fails_by_int, "Expected -9223372036854775808 Was 7. 7");
    expect_failure(fails_by_int_message, "Expected 0 Was -1. why not");
    expect_failure(fails_by_memory, "Memory at 2 of 3: Expected 0x01 Was 0xfe. \"ab\\xfe\"");
    expect_failure(fails_by_string,
        "Expected \"one\\n\" Was \"one\\r\" (differ at 3, 4 and 4 bytes). \"one\\r\"");
    expect_failure(fails_by_null_string, "Expected a string Was NULL");
    expect_failure(fails_by_length,
        "Expected \"abc\" Was \"abcd\" (differ at 3, 3 and 4 bytes). \"abcd\"");
    expect_failure(fails_by_null, "&x is NULL");
    expect_failure(fails_by_not_null, "NULL is not NULL");
}

static void test_a_passing_test_has_no_message(void) {
    TEST_ASSERT_TRUE(unity_try(passes, why, sizeof(why)));
    TEST_ASSERT_EQUAL_STRING("", why);
}

static void test_a_message_is_cut_to_its_buffer(void) {
    char four[5];
    TEST_ASSERT_FALSE(unity_try(fails_by_message, four, sizeof(four)));
    TEST_ASSERT_EQUAL_STRING("beca", four);
    TEST_ASSERT_FALSE(unity_try(fails_by_message, NULL, 0));
}

static void tries_a_failure(void) {
    TEST_ASSERT_FALSE(unity_try(fails_by_message, why, sizeof(why)));
    TEST_FAIL_MESSAGE("outer");
}

static void test_tries_nest(void) {
    expect_failure(tries_a_failure, "outer");
}

// --- the room of a test

static uint8_t *kept, *other;
static size_t cap;

static void test_room_is_zero_and_stays(void) {
    ROOM(kept, 100);
    ROOM(other, 1);
    for (size_t i = 0; i < 100; i++) {
        TEST_ASSERT_EQUAL_INT(0, kept[i]);
    }
    uint8_t *before = kept;
    kept[99] = 9;
    ROOM(kept, 100);
    TEST_ASSERT(kept == before);
    TEST_ASSERT_EQUAL_INT(9, kept[99]);
}

static void test_room_grows_and_keeps_what_it_holds(void) {
    TEST_ASSERT_NULL(other);
    for (size_t n = 1; n < 300; n++) {
        room_grow(&other, &cap, n);
        TEST_ASSERT_TRUE(cap >= n);
        other[n - 1] = (uint8_t)n;
        TEST_ASSERT_EQUAL_INT(1, other[0]);
        TEST_ASSERT_EQUAL_INT((uint8_t)(n / 2 + 1), other[n / 2]);
    }
}

static void test_room_ends_with_its_test(void) {
    TEST_ASSERT_NULL(kept);
    TEST_ASSERT_NULL(other);
    room_grow(&other, &cap, 2);         // cap is of the room before
    TEST_ASSERT_EQUAL_INT(2, cap);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_a_failing_check_leaves_the_test);
    RUN_TEST(test_messages);
    RUN_TEST(test_a_passing_test_has_no_message);
    RUN_TEST(test_a_message_is_cut_to_its_buffer);
    RUN_TEST(test_tries_nest);
    RUN_TEST(test_room_is_zero_and_stays);
    RUN_TEST(test_room_grows_and_keeps_what_it_holds);
    RUN_TEST(test_room_ends_with_its_test);
    return UNITY_END();
}
