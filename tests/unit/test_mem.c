// The allocator of the tests: what it finds, and the sweep in which every allocation fails.
#include "unity.h"

#include "support/test_mem.h"

static char why[200];
static test_mem_t mem;

static void test_counts(void) {
    test_mem_init(&mem, 0);
    uint8_t *a = lws_mem_alloc(&mem.mem, 10);
    uint8_t *b = lws_mem_alloc(&mem.mem, 20);
    TEST_ASSERT_EQUAL_INT(2, mem.live);
    TEST_ASSERT_EQUAL_INT(30, mem.live_bytes);
    memset(a, 1, 10);
    memset(b, 2, 20);
    a = lws_mem_resize(&mem.mem, a, 10, 100);
    TEST_ASSERT_EQUAL_INT(120, mem.live_bytes);
    for (int i = 0; i < 10; i++) {
        TEST_ASSERT_EQUAL_INT(1, a[i]);
    }
    a = lws_mem_resize(&mem.mem, a, 100, 5);
    TEST_ASSERT_EQUAL_INT(3, mem.calls);        // making smaller is no allocation
    TEST_ASSERT_EQUAL_INT(1, a[4]);
    lws_mem_free(&mem.mem, a, 5);
    lws_mem_free(&mem.mem, b, 20);
    lws_mem_free(&mem.mem, NULL, 77);
    TEST_ASSERT_TRUE(mem.peak_bytes >= 120);
    TEST_ASSERT_NO_LEAK(&mem);
}

static void test_blocks_are_aligned(void) {
    test_mem_init(&mem, 0);
    for (size_t n = 1; n < 40; n++) {
        void *p = lws_mem_alloc(&mem.mem, n);
        TEST_ASSERT_EQUAL_INT(0, (uintptr_t)p % 8);
        lws_mem_free(&mem.mem, p, n);
    }
}

static void test_the_chosen_allocation_fails(void) {
    test_mem_init(&mem, 2);
    void *a = lws_mem_alloc(&mem.mem, 10);
    TEST_ASSERT_NOT_NULL(a);
    TEST_ASSERT_NULL(lws_mem_resize(&mem.mem, a, 10, 20));
    a = lws_mem_resize(&mem.mem, a, 10, 30);    // it stayed valid, and the third is granted
    TEST_ASSERT_NOT_NULL(a);
    lws_mem_free(&mem.mem, a, 30);
    TEST_ASSERT_NO_LEAK(&mem);
}

static void test_absurd_sizes_fail(void) {
    test_mem_init(&mem, 0);
    TEST_ASSERT_NULL(lws_mem_alloc(&mem.mem, (size_t)-1));
    TEST_ASSERT_NULL(lws_mem_alloc(&mem.mem, (size_t)-1 / 2));
    TEST_ASSERT_NO_LEAK(&mem);
}

static void *block;

static void leaks(void) {
    test_mem_init(&mem, 0);
    block = lws_mem_alloc(&mem.mem, 3);
    TEST_ASSERT_NO_LEAK(&mem);
}

static void gives_back_another_size(void) {
    lws_mem_free(&mem.mem, block, 4);
}

static void grows_from_another_size(void) {
    lws_mem_resize(&mem.mem, block, 2, 10);
}

static void test_faults_are_found(void) {
    TEST_ASSERT_FALSE(unity_try(leaks, why, sizeof(why)));
    TEST_ASSERT_EQUAL_STRING("Expected 0 Was 1. blocks leaked", why);
    TEST_ASSERT_FALSE(unity_try(gives_back_another_size, why, sizeof(why)));
    TEST_ASSERT_EQUAL_STRING("Expected 3 Was 4. test_mem: size given back", why);
    TEST_ASSERT_FALSE(unity_try(grows_from_another_size, why, sizeof(why)));
    TEST_ASSERT_EQUAL_STRING("Expected 3 Was 2. test_mem: size given back", why);
    lws_mem_free(&mem.mem, block, 3);
    TEST_ASSERT_NO_LEAK(&mem);
}

// --- the sweep

enum { CAREFUL, LEAKS_ON_FAILURE, SHORTENS };

typedef struct work {
    int kind;
    int runs, failing;
} work_t;

// Three allocations; what it has when one fails is freed.
static void run(void *user, const lws_mem_t *m, bool failing) {
    work_t *w = user;
    void *p[3];
    int n = 0;

    w->runs++;
    w->failing += failing;
    int wanted = w->kind == SHORTENS && failing ? 1 : 3;
    while (n < wanted && (p[n] = lws_mem_alloc(m, 8)) != NULL) {
        n++;
    }
    bool failed = n < wanted;
    if (w->kind == LEAKS_ON_FAILURE && n == 2) {
        block = p[--n];
    }
    while (n) {
        lws_mem_free(m, p[--n], 8);
    }
    if (w->kind == CAREFUL) {
        TEST_ASSERT_EQUAL_INT(failing, failed);
    }
}

static work_t work;

static void sweep(void) {
    test_mem_sweep(run, &work);
}

static void test_sweep(void) {
    work = (work_t) { CAREFUL, 0, 0 };
    sweep();
    TEST_ASSERT_EQUAL_INT(4, work.runs);
    TEST_ASSERT_EQUAL_INT(3, work.failing);
}

static void test_sweep_finds_leaks(void) {
    work = (work_t) { LEAKS_ON_FAILURE, 0, 0 };
    TEST_ASSERT_FALSE(unity_try(sweep, why, sizeof(why)));
    TEST_ASSERT_EQUAL_STRING("Expected 0 Was 1. blocks leaked", why);
    test_mem_init(&mem, 0);
    mem.live = 1;
    mem.live_bytes = 8;
    lws_mem_free(&mem.mem, block, 8);   // so that the leak checkers see only leaks of others
}

static void test_sweep_finds_runs_that_differ(void) {
    work = (work_t) { SHORTENS, 0, 0 };
    TEST_ASSERT_FALSE(unity_try(sweep, why, sizeof(why)));
    TEST_ASSERT_EQUAL_STRING("test_mem_sweep: not the same calls twice", why);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_counts);
    RUN_TEST(test_blocks_are_aligned);
    RUN_TEST(test_the_chosen_allocation_fails);
    RUN_TEST(test_absurd_sizes_fail);
    RUN_TEST(test_faults_are_found);
    RUN_TEST(test_sweep);
    RUN_TEST(test_sweep_finds_leaks);
    RUN_TEST(test_sweep_finds_runs_that_differ);
    return UNITY_END();
}
