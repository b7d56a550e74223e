// The chain: what is put comes out in order, blocks are as large as memory lets them be.
#include "unity.h"

#include "lws/base/chain.h"
#include "lws/base/err.h"
#include "support/test_mem.h"

#define TEXT_MAX 4000

static test_mem_t mem;
static lws_mem_t holes;         // hands out no block above `largest`
static size_t largest;
static lws_chain_t ch;
static uint8_t next_in, next_out;

static void *holes_resize(void *user, void *p, size_t old_size, size_t size) {
    const lws_mem_t *m = user;
    return size > largest ? NULL : lws_mem_resize(m, p, old_size, size);
}

static void open_chain(size_t largest_block) {
    test_mem_init(&mem, 0);
    holes = (lws_mem_t) { holes_resize, &mem.mem };
    largest = largest_block;
    ch = (lws_chain_t) { NULL, NULL, 0 };
    next_in = next_out = 0;
}

static void close_chain(void) {
    lws_chain_free(&ch, &holes);
    TEST_ASSERT_NO_LEAK(&mem);
}

static void put(size_t n) {
    uint8_t bytes[TEXT_MAX];
    for (size_t i = 0; i < n; i++) {
        bytes[i] = next_in++;
    }
    lws_chain_put(&ch, lws_span(bytes, n));
}

static void add(size_t n) {
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_chain_reserve(&ch, &holes, 0, n));
    put(n);
}

// A head of n bytes in a row.
static void write_row(size_t n) {
    lws_out_t o = lws_chain_out(&ch);
    TEST_ASSERT_TRUE(o.cap >= n);
    for (size_t i = 0; i < n; i++) {
        o.p[i] = next_in++;
    }
    lws_chain_commit(&ch, n);
}

static void take(size_t n) {
    while (n) {
        lws_span_t front = lws_chain_front(&ch);
        TEST_ASSERT_TRUE(front.n > 0);
        size_t some = front.n < n ? front.n : n;
        for (size_t i = 0; i < some; i++) {
            TEST_ASSERT_EQUAL_INT(next_out++, front.p[i]);
        }
        lws_chain_take(&ch, &holes, some);
        n -= some;
    }
}

static void test_empty(void) {
    open_chain(TEXT_MAX);
    TEST_ASSERT_EQUAL_INT(0, lws_chain_front(&ch).n);
    TEST_ASSERT_NULL(lws_chain_out(&ch).p);
    add(0);
    TEST_ASSERT_EQUAL_INT(0, mem.calls);
    add(10);
    take(10);
    TEST_ASSERT_EQUAL_INT(0, mem.live);         // an empty one owns nothing
    close_chain();
}

static void test_one_block_where_there_is_one(void) {
    open_chain(SIZE_MAX);
    add(3000);
    TEST_ASSERT_EQUAL_INT(1, mem.live);
    TEST_ASSERT_EQUAL_INT(3000, lws_chain_front(&ch).n);
    take(3000);
    close_chain();
}

// Byte by byte: the number of blocks grows with the logarithm only.
static void test_many_small_pieces(void) {
    open_chain(SIZE_MAX);
    for (int i = 0; i < TEXT_MAX; i++) {
        add(1);
    }
    TEST_ASSERT_TRUE(mem.live < 20);
    TEST_ASSERT_TRUE(mem.live_bytes < 2 * TEXT_MAX);
    take(TEXT_MAX);
    close_chain();
}

static void test_every_size_of_hole(void) {
    for (size_t size = LWS_CHAIN_LEAST; size < 300; size++) {
        open_chain(size);
        add(1000);
        take(500);
        add(700);
        TEST_ASSERT_EQUAL_INT(1200, ch.used);
        take(1200);
        TEST_ASSERT_EQUAL_INT(0, mem.live);
        close_chain();
    }
}

static void test_no_memory_changes_nothing(void) {
    open_chain(LWS_CHAIN_LEAST);
    add(30);
    size_t live = mem.live;
    largest = LWS_CHAIN_LEAST - 1;
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOMEM, lws_chain_reserve(&ch, &holes, 0, 500));
    TEST_ASSERT_EQUAL_INT(live, mem.live);
    largest = LWS_CHAIN_LEAST;
    mem.fail_at = mem.calls + 4;                // some blocks are there, then none
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOMEM, lws_chain_reserve(&ch, &holes, 0, 500));
    TEST_ASSERT_EQUAL_INT(live, mem.live);
    mem.fail_at = 0;
    add(500);
    take(530);
    close_chain();
}

// Room in a row, whatever room the last block has; and what was reserved but never used.
static void test_rows(void) {
    open_chain(200);
    for (int i = 0; i < 40; i++) {
        TEST_ASSERT_EQUAL_INT(LWS_OK, lws_chain_reserve(&ch, &holes, 100, 100 + (size_t)i * 9));
        write_row(60);
        put((size_t)i * 9);
        if (i % 3 == 0) {
            TEST_ASSERT_EQUAL_INT(LWS_OK, lws_chain_reserve(&ch, &holes, 150, 900));
        }
        take(ch.used / 2);
    }
    take(ch.used);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_NOMEM, lws_chain_reserve(&ch, &holes, 300, 300));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_chain_reserve(&ch, &holes, 50, 50));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_chain_reserve(&ch, &holes, 150, 150));
    write_row(150);
    take(150);
    close_chain();
}

// Against a plain counter, at random.
static void test_random_walk(void) {
    uint32_t seed = 7;
    open_chain(SIZE_MAX);
    for (int i = 0; i < 3000; i++) {
        seed = seed * 1664525u + 1013904223u;
        largest = LWS_CHAIN_LEAST + (seed >> 8) % 400;
        size_t n = (seed >> 20) % 300;
        if (seed & 64 && ch.used < 2000) {
            add(n);
        } else {
            take(n < ch.used ? n : ch.used);
        }
    }
    take(ch.used);
    TEST_ASSERT_EQUAL_INT(0, mem.live);
    close_chain();
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_empty);
    RUN_TEST(test_one_block_where_there_is_one);
    RUN_TEST(test_many_small_pieces);
    RUN_TEST(test_every_size_of_hole);
    RUN_TEST(test_no_memory_changes_nothing);
    RUN_TEST(test_rows);
    RUN_TEST(test_random_walk);
    return UNITY_END();
}
