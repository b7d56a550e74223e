// The harness itself: what it says when something fails, and that it says so.
#include "unity.h"

#include "support/split.h"

#if defined(__unix__)
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

static char why[600];

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

// --- in a process of its own, where it may end

#if defined(__unix__)
// What a function prints and exits with; -1 when it crashed. Its standard error is dropped.
static int in_child(int (*f)(void), char *text, size_t cap) {
    int ends[2];
    int status;
    size_t n = 0;

    TEST_ASSERT_EQUAL_INT(0, pipe(ends));
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        dup2(open("/dev/null", O_WRONLY), 2);
        close(ends[0]);
        _exit(f());
    }
    close(ends[1]);
    char c;
    while (read(ends[0], &c, 1) == 1) {
        if (n < cap - 1) {
            text[n++] = c;
        }
    }
    text[n] = 0;
    close(ends[0]);
    TEST_ASSERT_EQUAL_INT(child, waitpid(child, &status, 0));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int runs_three(void) {
    unity_begin("inner.c");
    unity_run(passes, "passes", 11);
    unity_run(fails_by_message, "fails", 12);
    unity_run(passes, "passes_again", 13);
    return unity_end();
}

static int runs_many(void) {
    unity_begin("inner.c");
    for (int i = 0; i < 512; i++) {
        unity_run(fails_by_message, "f", 1);
    }
    return unity_end();
}

static int reads_past_a_copy(void) {
    volatile uint8_t *p = guard_copy("abc", 3);
    return p[3] ? 42 : 43;     // used, or valgrind leaves the read out
}

static int reads_a_copy(void) {
    volatile uint8_t *p = guard_copy("abc", 3);
    return p[2] == 'c' ? 42 : 1;
}

static void test_failures_are_counted_and_printed(void) {
    char text[400];

    TEST_ASSERT_EQUAL_INT(1, in_child(runs_three, text, sizeof(text)));
    char *fail = strstr(text, "inner.c:");
    fail = strstr(fail + 1, "inner.c:");
    TEST_ASSERT_EQUAL_TEXT("inner.c:11:passes:PASS\n", text, 23);
    TEST_ASSERT_NOT_NULL(strstr(fail, ":fails:FAIL: because\n"));
    TEST_ASSERT_EQUAL_STRING("inner.c:13:passes_again:PASS\n\n-----------------------\n"
        "3 Tests 1 Failures 0 Ignored \nFAIL\n", strstr(text, "inner.c:13"));
}

static void test_an_exit_code_is_never_a_wrapped_zero(void) {
    char text[64];
    TEST_ASSERT_EQUAL_INT(255, in_child(runs_many, text, sizeof(text)));
}

static void test_a_guarded_copy_ends_at_an_unreadable_page(void) {
    char text[64];
    TEST_ASSERT_EQUAL_INT(42, in_child(reads_a_copy, text, sizeof(text)));
    int code = in_child(reads_past_a_copy, text, sizeof(text));
    TEST_ASSERT_TRUE(code != 42 && code != 43);
}
#endif

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_a_failing_check_leaves_the_test);
    RUN_TEST(test_messages);
    RUN_TEST(test_a_passing_test_has_no_message);
    RUN_TEST(test_a_message_is_cut_to_its_buffer);
    RUN_TEST(test_tries_nest);
    #if defined(__unix__)
    RUN_TEST(test_failures_are_counted_and_printed);
    RUN_TEST(test_an_exit_code_is_never_a_wrapped_zero);
    RUN_TEST(test_a_guarded_copy_ends_at_an_unreadable_page);
    #endif
    return UNITY_END();
}
