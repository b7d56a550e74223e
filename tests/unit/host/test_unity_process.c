// The harness in processes of their own: what it prints, how it ends, and the guard that ends it.
#include "unity.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/guard.h"

static void passes(void) {
    TEST_ASSERT(true);
}

static void fails_by_message(void) {
    TEST_FAIL_MESSAGE("because");
}

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

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_failures_are_counted_and_printed);
    RUN_TEST(test_an_exit_code_is_never_a_wrapped_zero);
    RUN_TEST(test_a_guarded_copy_ends_at_an_unreadable_page);
    return UNITY_END();
}
