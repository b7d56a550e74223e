// The allocator of the tests: counts, checks the sizes it is given back, and fails the i-th
// allocation.
#ifndef TESTS_UNIT_TEST_MEM_H
#define TESTS_UNIT_TEST_MEM_H

#include <stdbool.h>

#include "lws/base/mem.h"

typedef struct test_mem {
    lws_mem_t mem;
    size_t live, live_bytes;    // blocks and bytes held now
    size_t peak_bytes;
    size_t calls;               // allocations and growths asked for so far
    size_t fail_at;             // the one that fails (1 = the first); 0: none
} test_mem_t;

void test_mem_init(test_mem_t *t, size_t fail_at);
void test_mem_check_empty(const test_mem_t *t, int line);   // fails the test when something leaked

#define TEST_ASSERT_NO_LEAK(t) test_mem_check_empty((t), __LINE__)

// Calls run(user, mem) with no failure, then with every single allocation failing in turn; each
// run must free all it took. run asserts that a failed run reported LWS_ERR_NOMEM (failing tells
// it which kind of run this is).
void test_mem_sweep(void (*run)(void *user, const lws_mem_t *mem, bool failing), void *user);

#endif
