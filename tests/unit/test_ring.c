// The ring against a model that keeps everything ever inserted.
#include "unity.h"

#include "lws/base/ring.h"
#include "support/room.h"
#include "support/test_mem.h"

typedef struct item {
    uint32_t serial;
    uint8_t filler[5];
} item_t;

static lws_ring_t ring;
static item_t memory[16];
static uint32_t destroyed[64];          // the last ones
static size_t n_destroyed;

static void note_destroyed(void *user, void *element) {
    TEST_ASSERT_TRUE(user == &ring);
    destroyed[n_destroyed++ % 64] = ((item_t *)element)->serial;
}

static void open_ring(size_t count) {
    n_destroyed = 0;
    memset(memory, 0xee, sizeof(memory));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_ring_init(&ring, memory, sizeof(item_t), count));
    ring.destroy = note_destroyed;
    ring.user = &ring;
}

static item_t item(uint32_t serial) {
    item_t it = { serial, { 1, 2, 3, 4, (uint8_t)serial } };
    return it;
}

static size_t insert(uint32_t from, size_t n) {
    item_t items[32];
    for (size_t i = 0; i < n; i++) {
        items[i] = item(from + (uint32_t)i);
    }
    return lws_ring_insert(&ring, items, n);
}

static void check_items(const item_t *items, uint32_t from, size_t n) {
    for (size_t i = 0; i < n; i++) {
        item_t want = item(from + (uint32_t)i);
        TEST_ASSERT_EQUAL_INT(want.serial, items[i].serial);
        TEST_ASSERT_EQUAL_MEMORY(want.filler, items[i].filler, sizeof(want.filler));
    }
}

static void test_init_limits(void) {
    static const struct {
        size_t size, count;
        int want;
    } cases[] = {
        { 1, 1, LWS_OK },
        { LWS_RING_MAX_ELEMENT, LWS_RING_MAX_COUNT, LWS_OK },
        { 0, 1, LWS_ERR_STATE },
        { 1, 0, LWS_ERR_STATE },
        { LWS_RING_MAX_ELEMENT + 1, 1, LWS_ERR_STATE },
        { 1, LWS_RING_MAX_COUNT + 1, LWS_ERR_STATE },
        { (size_t)-1, (size_t)-1, LWS_ERR_STATE },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int got = lws_ring_init(&ring, memory, cases[i].size, cases[i].count);
        TEST_ASSERT_EQUAL_INT(cases[i].want, got);
        TEST_ASSERT_EQUAL_INT(got ? 0 : cases[i].count, lws_ring_space(&ring));
    }
}

static void test_a_zeroed_ring_is_empty_and_full(void) {
    size_t n = 5;

    memset(&ring, 0, sizeof(ring));
    TEST_ASSERT_EQUAL_INT(0, lws_ring_space(&ring));
    TEST_ASSERT_EQUAL_INT(0, lws_ring_waiting(&ring, NULL));
    TEST_ASSERT_EQUAL_INT(0, insert(1, 1));
    TEST_ASSERT_EQUAL_INT(0, lws_ring_consume(&ring, NULL, NULL, 1));
    TEST_ASSERT_NULL(lws_ring_peek(&ring, NULL, &n));
    TEST_ASSERT_EQUAL_INT(0, n);
    TEST_ASSERT_NULL(lws_ring_next_linear_insert_range(&ring, &n));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_ring_bump_head(&ring, 1));
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_ring_bump_head(&ring, 0));
    lws_ring_close(&ring);
    lws_ring_close(&ring);
}

// Every size of ring, every fill, from every place of the head: what fits goes in, and comes out
// in order.
static void test_fill_and_empty_from_every_place(void) {
    item_t out[16];

    for (size_t count = 1; count <= 7; count++) {
        open_ring(count);
        uint32_t serial = 0;
        for (size_t turn = 0; turn < 4 * count * (count + 2); turn++) {
            size_t n = turn % (count + 2);      // one more than fits, too
            size_t fits = n < count ? n : count;
            TEST_ASSERT_EQUAL_INT(count, lws_ring_space(&ring));
            TEST_ASSERT_EQUAL_INT(fits, insert(serial, n));
            TEST_ASSERT_EQUAL_INT(fits, lws_ring_waiting(&ring, NULL));
            TEST_ASSERT_EQUAL_INT(count - fits, lws_ring_space(&ring));
            TEST_ASSERT_EQUAL_INT(fits, lws_ring_consume(&ring, NULL, out, 16));
            check_items(out, serial, fits);
            serial += (uint32_t)fits + 1;
            // Move on by one more, so that the next turn begins elsewhere.
            insert(serial++, 1);
            TEST_ASSERT_EQUAL_INT(1, lws_ring_consume(&ring, NULL, out, 1));
        }
        TEST_ASSERT_EQUAL_INT(0, n_destroyed);      // all were copied out: they are the reader's
        lws_ring_close(&ring);
    }
}

static void test_peek_is_in_place(void) {
    size_t n;

    open_ring(4);
    TEST_ASSERT_NULL(lws_ring_peek(&ring, NULL, NULL));
    insert(0, 3);
    lws_ring_consume(&ring, NULL, NULL, 2);
    insert(3, 3);
    const item_t *it = lws_ring_peek(&ring, NULL, &n);
    TEST_ASSERT_TRUE(it == &memory[2]);
    TEST_ASSERT_EQUAL_INT(2, n);        // up to the end of the memory
    check_items(it, 2, 2);
    lws_ring_consume(&ring, NULL, NULL, 2);
    it = lws_ring_peek(&ring, NULL, &n);
    TEST_ASSERT_TRUE(it == &memory[0]);
    TEST_ASSERT_EQUAL_INT(2, n);
    check_items(it, 4, 2);
    lws_ring_close(&ring);
}

static void test_linear_insert(void) {
    size_t n;

    open_ring(4);
    item_t *at = lws_ring_next_linear_insert_range(&ring, &n);
    TEST_ASSERT_TRUE(at == memory);
    TEST_ASSERT_EQUAL_INT(4, n);
    at[0] = item(0);
    at[1] = item(1);
    at[2] = item(2);
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_ring_bump_head(&ring, 3));
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_ring_bump_head(&ring, 2));
    TEST_ASSERT_EQUAL_INT(3, lws_ring_waiting(&ring, NULL));
    lws_ring_consume(&ring, NULL, NULL, 2);
    at = lws_ring_next_linear_insert_range(&ring, &n);
    TEST_ASSERT_TRUE(at == &memory[3]);
    TEST_ASSERT_EQUAL_INT(1, n);
    *at = item(3);
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_ring_bump_head(&ring, 1));
    at = lws_ring_next_linear_insert_range(&ring, &n);
    TEST_ASSERT_TRUE(at == memory);
    TEST_ASSERT_EQUAL_INT(2, n);        // no further than the reader
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_ring_bump_head(&ring, 2));
    TEST_ASSERT_NULL(lws_ring_next_linear_insert_range(&ring, &n));
    TEST_ASSERT_EQUAL_INT(0, n);
    lws_ring_close(&ring);
}

static void test_what_is_dropped_is_destroyed_once(void) {
    item_t out;

    open_ring(5);
    insert(0, 5);
    lws_ring_consume(&ring, NULL, NULL, 2);             // dropped
    lws_ring_consume(&ring, NULL, &out, 1);             // taken
    TEST_ASSERT_EQUAL_INT(2, n_destroyed);
    lws_ring_close(&ring);                              // dropped
    TEST_ASSERT_EQUAL_INT(4, n_destroyed);
    static const uint32_t want[] = { 0, 1, 3, 4 };
    TEST_ASSERT_EQUAL_MEMORY(want, destroyed, sizeof(want));
}

static void test_two_readers(void) {
    item_t out[8];

    open_ring(4);
    lws_ring_tail_t a = lws_ring_from_oldest(&ring), b = a;
    insert(0, 4);
    TEST_ASSERT_EQUAL_INT(3, lws_ring_consume(&ring, &a, out, 3));
    check_items(out, 0, 3);
    TEST_ASSERT_EQUAL_INT(1, lws_ring_consume(&ring, &b, NULL, 1));
    TEST_ASSERT_EQUAL_INT(1, lws_ring_waiting(&ring, &a));
    TEST_ASSERT_EQUAL_INT(3, lws_ring_waiting(&ring, &b));
    TEST_ASSERT_EQUAL_INT(0, lws_ring_space(&ring));    // nobody has said so yet
    TEST_ASSERT_TRUE(lws_ring_older(&ring, a, b) == b);
    TEST_ASSERT_TRUE(lws_ring_older(&ring, b, a) == b);
    lws_ring_update_oldest_tail(&ring, lws_ring_older(&ring, a, b));
    TEST_ASSERT_EQUAL_INT(1, lws_ring_space(&ring));
    TEST_ASSERT_EQUAL_INT(1, n_destroyed);

    lws_ring_tail_t late = lws_ring_from_head(&ring);   // sees only what comes from now on
    insert(4, 1);
    TEST_ASSERT_EQUAL_INT(1, lws_ring_waiting(&ring, &late));
    TEST_ASSERT_EQUAL_INT(2, lws_ring_consume(&ring, &a, out, 8));
    check_items(out, 3, 2);
    TEST_ASSERT_EQUAL_INT(4, lws_ring_consume(&ring, &b, out, 8));
    check_items(out, 1, 4);
    TEST_ASSERT_EQUAL_INT(1, lws_ring_consume(&ring, &late, out, 8));
    check_items(out, 4, 1);
    lws_ring_update_oldest_tail(&ring, lws_ring_older(&ring, lws_ring_older(&ring, a, b), late));
    TEST_ASSERT_EQUAL_INT(5, n_destroyed);
    TEST_ASSERT_EQUAL_INT(4, lws_ring_space(&ring));
    lws_ring_close(&ring);
    TEST_ASSERT_EQUAL_INT(5, n_destroyed);
}

static void test_a_tail_behind_the_oldest_changes_nothing(void) {
    open_ring(4);
    insert(0, 4);
    lws_ring_tail_t behind = lws_ring_from_oldest(&ring);
    lws_ring_tail_t ahead = behind;
    lws_ring_consume(&ring, &ahead, NULL, 2);
    lws_ring_update_oldest_tail(&ring, ahead);
    lws_ring_update_oldest_tail(&ring, behind);
    TEST_ASSERT_EQUAL_INT(2, n_destroyed);
    TEST_ASSERT_EQUAL_INT(2, lws_ring_space(&ring));
    lws_ring_close(&ring);
}

static uint32_t next_random(uint32_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

// A writer and three readers at random paces: each sees every serial in order, and every element
// is destroyed once.
static void random_readers(size_t count, uint32_t seed) {
    lws_ring_tail_t tails[3];
    uint32_t read[3] = { 0, 0, 0 };
    uint32_t written = 0;
    item_t out[16];

    open_ring(count);
    for (int r = 0; r < 3; r++) {
        tails[r] = lws_ring_from_oldest(&ring);
    }
    for (int step = 0; step < 3000; step++) {
        written += (uint32_t)insert(written, next_random(&seed) % (count + 2));
        int r = (int)(next_random(&seed) % 3);
        size_t asked = next_random(&seed) % 6;
        size_t n = lws_ring_consume(&ring, &tails[r], out, asked);
        TEST_ASSERT_TRUE(n <= asked);
        check_items(out, read[r], n);
        read[r] += (uint32_t)n;
        uint32_t least = read[0] < read[1] ? read[0] : read[1];
        least = read[2] < least ? read[2] : least;
        lws_ring_tail_t oldest = lws_ring_older(&ring, tails[0], tails[1]);
        lws_ring_update_oldest_tail(&ring, lws_ring_older(&ring, oldest, tails[2]));
        TEST_ASSERT_EQUAL_INT(least, n_destroyed);
        TEST_ASSERT_EQUAL_INT(count - (written - least), lws_ring_space(&ring));
        TEST_ASSERT_EQUAL_INT(written - read[r], lws_ring_waiting(&ring, &tails[r]));
    }
    lws_ring_close(&ring);
    TEST_ASSERT_EQUAL_INT(written, n_destroyed);
    TEST_ASSERT_TRUE(written > 300);
}

static void test_random_readers(void) {
    for (uint32_t count = 1; count <= 16; count += 3) {
        random_readers(count, 0x1234567 + count);
    }
}

static void test_the_largest_ring(void) {
    static uint8_t *bytes;
    uint8_t b = 0;

    ROOM(bytes, LWS_RING_MAX_COUNT);
    TEST_ASSERT_EQUAL_INT(LWS_OK, lws_ring_init(&ring, bytes, 1, LWS_RING_MAX_COUNT));
    for (uint32_t i = 0; i < 3u * LWS_RING_MAX_COUNT; i++) {
        if (lws_ring_space(&ring) == 0) {
            TEST_ASSERT_EQUAL_INT(1, lws_ring_consume(&ring, NULL, &b, 1));
            TEST_ASSERT_EQUAL_INT((uint8_t)(i - LWS_RING_MAX_COUNT), b);
        }
        b = (uint8_t)i;
        TEST_ASSERT_EQUAL_INT(1, lws_ring_insert(&ring, &b, 1));
    }
    TEST_ASSERT_EQUAL_INT(LWS_RING_MAX_COUNT, lws_ring_waiting(&ring, NULL));
    lws_ring_close(&ring);
}

static void use_memory(void *user, const lws_mem_t *mem, bool failing) {
    lws_ring_t r;

    (void)user;
    int err = lws_ring_alloc(&r, mem, 12, 100);
    TEST_ASSERT_EQUAL_INT(failing ? LWS_ERR_NOMEM : LWS_OK, err);
    TEST_ASSERT_EQUAL_INT(failing ? 0 : 100, lws_ring_space(&r));
    lws_ring_close(&r);
}

static void test_memory(void) {
    test_mem_sweep(use_memory, NULL);
    test_mem_t t;
    test_mem_init(&t, 0);
    TEST_ASSERT_EQUAL_INT(LWS_ERR_STATE, lws_ring_alloc(&ring, &t.mem, 0, 1));
    TEST_ASSERT_EQUAL_INT(0, t.calls);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_init_limits);
    RUN_TEST(test_a_zeroed_ring_is_empty_and_full);
    RUN_TEST(test_fill_and_empty_from_every_place);
    RUN_TEST(test_peek_is_in_place);
    RUN_TEST(test_linear_insert);
    RUN_TEST(test_what_is_dropped_is_destroyed_once);
    RUN_TEST(test_two_readers);
    RUN_TEST(test_a_tail_behind_the_oldest_changes_nothing);
    RUN_TEST(test_random_readers);
    RUN_TEST(test_the_largest_ring);
    RUN_TEST(test_memory);
    return UNITY_END();
}
