// A test runner that speaks Unity's output format ("file:line:test:PASS", "file:line:test:FAIL:
// why", the closing "N Tests M Failures K Ignored"), so that a host, an emulator and
// pytest-embedded's expect_unity_test_output read the same text. Names are Unity's. No heap, no
// libc but printf-free output through unity_putchar.
//
//     static void test_empty(void) { TEST_ASSERT_EQUAL_INT(0, f("")); }
//     int main(void) { UNITY_BEGIN(); RUN_TEST(test_empty); return UNITY_END(); }
#ifndef TESTS_UNIT_UNITY_H
#define TESTS_UNIT_UNITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void unity_begin(const char *file);
int unity_end(void);                    // failures, the process's exit code
void unity_run(void (*test)(void), const char *name, int line);
__attribute__((noreturn)) void unity_fail(int line, const char *why);   // leaves the test
void unity_check(bool ok, int line, const char *why);
void unity_equal_int(int64_t want, int64_t got, int line, const char *what);
void unity_equal_mem(const void *want, const void *got, size_t n, int line, const char *what);
void unity_equal_str(const char *want, const char *got, int line, const char *what);
// text of len bytes against a C string
void unity_equal_text(const char *want, const void *got, size_t n, int line, const char *what);

// Where all output goes. unity.c has a weak one that writes to descriptor 1; a port without
// write() defines its own.
void unity_putchar(char c);
// Text of a test beside its verdict, for what does not fit the line of the failure. End it with a
// newline.
void unity_note(const char *s);
void unity_note_int(int64_t v);
// Runs a test without counting it or printing its notes: true when it passed, else its text is in
// why (cut to cap). May be called inside a test: that is how this harness is tested.
bool unity_try(void (*test)(void), char *why, size_t cap);
// f is called when the test that runs now is over, passed or not (support/room.h).
void unity_after_test(void (*f)(void));

#define UNITY_BEGIN() unity_begin(__FILE__)
#define UNITY_END() unity_end()
#define RUN_TEST(f) unity_run(f, #f, __LINE__)
#define TEST_FAIL_MESSAGE(why) unity_fail(__LINE__, why)
#define TEST_ASSERT(c) unity_check((c), __LINE__, #c)
#define TEST_ASSERT_TRUE(c) unity_check((c), __LINE__, #c)
#define TEST_ASSERT_FALSE(c) unity_check(!(c), __LINE__, "not " #c)
#define TEST_ASSERT_NULL(p) unity_check((p) == NULL, __LINE__, #p " is NULL")
#define TEST_ASSERT_NOT_NULL(p) unity_check((p) != NULL, __LINE__, #p " is not NULL")
#define TEST_ASSERT_TRUE_MESSAGE(c, why) unity_check((c), __LINE__, why)
#define TEST_ASSERT_EQUAL_INT(want, got) TEST_ASSERT_EQUAL_INT_MESSAGE(want, got, #got)
#define TEST_ASSERT_EQUAL_INT_MESSAGE(want, got, why) \
    unity_equal_int((int64_t)(want), (int64_t)(got), __LINE__, why)
#define TEST_ASSERT_EQUAL_MEMORY(want, got, n) unity_equal_mem((want), (got), (n), __LINE__, #got)
#define TEST_ASSERT_EQUAL_STRING(want, got) unity_equal_str((want), (got), __LINE__, #got)
#define TEST_ASSERT_EQUAL_TEXT(want, got, n) unity_equal_text((want), (got), (n), __LINE__, #got)

#endif
