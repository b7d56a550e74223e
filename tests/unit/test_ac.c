// The arena: where things lie, what is shared, and what it costs.
#include "unity.h"

#include "lws/base/ac.h"
#include "support/test_mem.h"

static test_mem_t mem;
static lws_ac_t ac;

static void open_arena(size_t chunk_size, size_t limit) {
    test_mem_init(&mem, 0);
    lws_ac_init(&ac, &mem.mem, chunk_size, limit);
}

static void close_arena(void) {
    lws_ac_free(&ac);
    TEST_ASSERT_EQUAL_INT(0, lws_ac_total(&ac));
    TEST_ASSERT_NO_LEAK(&mem);
}

static void test_nothing_used_nothing_taken(void) {
    open_arena(0, 0);
    TEST_ASSERT_EQUAL_INT(0, lws_ac_total(&ac));
    TEST_ASSERT_NULL(lws_ac_scan_extant(&ac, LWS_LIT("x"), false).p);
    TEST_ASSERT_EQUAL_INT(0, mem.calls);
    close_arena();
    close_arena();
}

static void test_the_default_chunk(void) {
    open_arena(0, 0);
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 1));
    TEST_ASSERT_EQUAL_INT(LWS_AC_CHUNK, mem.live_bytes);
    TEST_ASSERT_EQUAL_INT(LWS_AC_CHUNK, lws_ac_total(&ac));
    close_arena();
}

// Objects of all sizes: aligned, apart, and what is in one stays.
static void test_objects(void) {
    uint8_t *p[200];

    open_arena(256, 0);
    for (size_t i = 0; i < 200; i++) {
        p[i] = i % 2 ? lws_ac_use(&ac, i) : lws_ac_use_backfill(&ac, i);
        TEST_ASSERT_NOT_NULL(p[i]);
        TEST_ASSERT_EQUAL_INT(0, (uintptr_t)p[i] % LWS_AC_ALIGN);
        memset(p[i], (int)i, i);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t k = 0; k < i; k++) {
            TEST_ASSERT_EQUAL_INT(i, p[i][k]);
        }
    }
    TEST_ASSERT_EQUAL_INT(mem.live_bytes, lws_ac_total(&ac));
    close_arena();
}

#define WORD sizeof(void *)

static void *odd_resize(void *user, void *p, size_t old_size, size_t size) {
    const lws_mem_t *m = user;
    uint8_t *q;

    if (size == 0) {
        return lws_mem_resize(m, (uint8_t *)p - WORD, old_size + WORD, 0);
    }
    q = lws_mem_resize(m, p, old_size, size + WORD);
    return q ? q + WORD : NULL;
}

// An allocator that aligns to a word only: four bytes on some 32-bit machines.
static void test_objects_are_aligned_by_address(void) {
    lws_mem_t odd = { odd_resize, &mem.mem };

    open_arena(128, 0);
    ac.mem = &odd;
    for (size_t i = 0; i < 50; i++) {
        void *p = lws_ac_use(&ac, 1 + i * 3);
        TEST_ASSERT_NOT_NULL(p);
        TEST_ASSERT_EQUAL_INT(0, (uintptr_t)p % LWS_AC_ALIGN);
        memset(p, 0, 1 + i * 3);
    }
    close_arena();
}

static void test_zeroed(void) {
    static const uint8_t zero[100];

    open_arena(0, 0);
    uint8_t *p = lws_ac_use_zero(&ac, 100);
    TEST_ASSERT_EQUAL_MEMORY(zero, p, 100);
    close_arena();
}

static void test_a_large_piece_does_not_end_the_chunk_in_use(void) {
    open_arena(256, 0);
    uint8_t *a = lws_ac_use(&ac, 8);
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 5000));
    uint8_t *b = lws_ac_use(&ac, 8);
    TEST_ASSERT_TRUE(b == a + 8);
    TEST_ASSERT_EQUAL_INT(2, mem.live);
    close_arena();
}

static void test_backfill(void) {
    open_arena(256, 0);
    uint8_t *first = lws_ac_use(&ac, 100);
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 256 - 4 * sizeof(void *) - 16));
    TEST_ASSERT_EQUAL_INT(2, mem.live);
    TEST_ASSERT_NOT_NULL(lws_ac_use_backfill(&ac, 64));
    TEST_ASSERT_EQUAL_INT(2, mem.live);             // went into what the first had left
    uint8_t *p = lws_ac_use_backfill(&ac, 32);
    TEST_ASSERT_TRUE(p > first && p < first + 256);
    TEST_ASSERT_EQUAL_INT(2, mem.live);
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 64));      // which does not look back
    TEST_ASSERT_EQUAL_INT(3, mem.live);
    close_arena();
}

static void test_text_is_packed(void) {
    open_arena(128, 0);
    uint8_t *a = lws_ac_use_text(&ac, 3);
    uint8_t *b = lws_ac_use_text(&ac, 5);
    TEST_ASSERT_TRUE(b + 5 == a);
    memcpy(a, "abc", 3);
    memcpy(b, "defgh", 5);
    uint8_t *object = lws_ac_use(&ac, 40);
    memset(object, 0xff, 40);
    TEST_ASSERT_EQUAL_MEMORY("defghabc", b, 8);
    TEST_ASSERT_EQUAL_INT(1, mem.live);
    close_arena();
}

// Objects and text grow towards each other and never meet, whatever comes in which order.
static void test_a_chunk_fills_to_its_last_byte(void) {
    for (size_t n = 1; n < 60; n++) {
        open_arena(160, 0);
        for (int i = 0; i < 40; i++) {
            uint8_t *object = lws_ac_use(&ac, n % 7 + (size_t)i % 3);
            uint8_t *text = lws_ac_use_text(&ac, n);
            TEST_ASSERT_NOT_NULL(object);
            TEST_ASSERT_NOT_NULL(text);
            memset(object, 0, n % 7 + (size_t)i % 3);
            memset(text, 't', n);
        }
        close_arena();
    }
    // One object takes all that is left, and so does text.
    open_arena(160, 0);
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 8));
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 160 - 8 - 4 * sizeof(void *)));
    TEST_ASSERT_EQUAL_INT(1, mem.live);
    close_arena();
    open_arena(160, 0);
    TEST_ASSERT_NOT_NULL(lws_ac_use_text(&ac, 1));
    size_t left = 0;
    while (lws_ac_use_text(&ac, 1) && mem.live == 1) {
        left++;
    }
    TEST_ASSERT_EQUAL_INT(160 - 1 - 4 * sizeof(void *), left);
    close_arena();
}

static void test_fold(void) {
    open_arena(128, 0);
    lws_span_t a = lws_ac_fold(&ac, LWS_LIT("content-type"), false);
    lws_span_t b = lws_ac_fold(&ac, LWS_LIT("content-type"), false);
    TEST_ASSERT_TRUE(a.p == b.p && b.n == 12);
    TEST_ASSERT_EQUAL_TEXT("content-type", a.p, a.n);
    lws_span_t part = lws_ac_fold(&ac, LWS_LIT("tent"), false);
    TEST_ASSERT_TRUE(part.p == a.p + 3 && part.n == 4);
    lws_span_t other = lws_ac_fold(&ac, LWS_LIT("tenT"), false);
    TEST_ASSERT_TRUE(other.p < a.p);
    TEST_ASSERT_TRUE(lws_span_eq(lws_ac_scan_extant(&ac, LWS_LIT("tenT"), false), other));
    close_arena();
}

static void test_fold_with_a_zero_byte(void) {
    open_arena(128, 0);
    lws_span_t bare = lws_ac_fold(&ac, LWS_LIT("name"), false);
    lws_span_t a = lws_ac_fold(&ac, LWS_LIT("name"), true);
    TEST_ASSERT_EQUAL_STRING("name", (const char *)a.p);
    TEST_ASSERT_EQUAL_INT(4, a.n);
    lws_span_t end = lws_ac_fold(&ac, LWS_LIT("me"), true);
    TEST_ASSERT_TRUE(end.p == a.p + 2);             // an end of a string is a string
    lws_span_t middle = lws_ac_fold(&ac, LWS_LIT("am"), true);
    TEST_ASSERT_TRUE(middle.p < a.p);               // its middle is not
    TEST_ASSERT_EQUAL_STRING("am", (const char *)middle.p);
    TEST_ASSERT_TRUE(bare.p != a.p);
    close_arena();
}

static void test_fold_of_nothing(void) {
    open_arena(128, 0);
    lws_span_t none = lws_ac_fold(&ac, lws_span(NULL, 0), false);
    TEST_ASSERT_NOT_NULL(none.p);
    TEST_ASSERT_EQUAL_INT(0, none.n);
    lws_span_t empty = lws_ac_fold(&ac, LWS_LIT(""), true);
    TEST_ASSERT_EQUAL_STRING("", (const char *)empty.p);
    close_arena();
}

// Objects are written later: text is never found in them.
static void test_objects_are_not_text(void) {
    open_arena(256, 0);
    uint8_t *object = lws_ac_use(&ac, 16);
    memcpy(object, "a secret string.", 16);
    TEST_ASSERT_NULL(lws_ac_scan_extant(&ac, LWS_LIT("secret"), false).p);
    lws_span_t s = lws_ac_fold(&ac, LWS_LIT("secret"), false);
    memset(object, 0, 16);
    TEST_ASSERT_EQUAL_TEXT("secret", s.p, s.n);
    close_arena();
}

// Near misses at every place, in several chunks; found wherever it is and only there.
static void test_scan_finds_the_right_one(void) {
    open_arena(64 + 4 * sizeof(void *), 0);
    for (int i = 0; i < 30; i++) {
        uint8_t *p = lws_ac_use_text(&ac, 31);
        memset(p, 'a', 31);
        p[i] = i == 17 ? 'c' : 'b';
    }
    TEST_ASSERT_TRUE(mem.live > 5);
    for (size_t n = 1; n < 14; n++) {
        lws_span_t s = lws_ac_scan_extant(&ac, lws_span("caaaaaaaaaaaaa", n), false);
        TEST_ASSERT_NOT_NULL(s.p);
        TEST_ASSERT_EQUAL_INT('c', s.p[0]);
    }
    TEST_ASSERT_NULL(lws_ac_scan_extant(&ac, LWS_LIT("cb"), false).p);
    TEST_ASSERT_NULL(lws_ac_scan_extant(&ac, LWS_LIT("d"), false).p);
    TEST_ASSERT_NULL(lws_ac_scan_extant(&ac, LWS_LIT("aaa"), true).p);
    close_arena();
}

// The last text of a chunk is not followed by a zero byte, nor by anything else.
static void test_scan_stays_in_its_chunk(void) {
    static const char *const texts[] = { "n", "na", "nam", "name", "aname" };

    for (size_t i = 0; i < 5; i++) {
        open_arena(128, 0);
        size_t n = strlen(texts[i]);
        memcpy(lws_ac_use_text(&ac, n), texts[i], n);
        for (size_t k = 1; k <= 5; k++) {
            TEST_ASSERT_NULL(lws_ac_scan_extant(&ac, lws_span("names", k), true).p);
            bool there = k <= n - (i == 4);
            bool found = lws_ac_scan_extant(&ac, lws_span("names", k), false).p != NULL;
            TEST_ASSERT_EQUAL_INT(there, found);
        }
        close_arena();
    }
}

static void test_limit(void) {
    open_arena(200, 400);
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 100));
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 100));
    TEST_ASSERT_EQUAL_INT(400, lws_ac_total(&ac));
    TEST_ASSERT_NULL(lws_ac_use(&ac, 100));
    TEST_ASSERT_NULL(lws_ac_use(&ac, 400));
    TEST_ASSERT_NOT_NULL(lws_ac_fold(&ac, LWS_LIT("small pieces go where there is room"), true).p);
    TEST_ASSERT_EQUAL_INT(400, lws_ac_total(&ac));
    lws_ac_free(&ac);
    TEST_ASSERT_NOT_NULL(lws_ac_use(&ac, 350));
    close_arena();
}

static void test_absurd_sizes(void) {
    static const size_t sizes[] = {
        (size_t)-1, (size_t)-1 - 8, (size_t)-1 / 2, (size_t)-1 / 4 + 1, (size_t)-1 / 4,
    };
    open_arena(0, 0);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        TEST_ASSERT_NULL(lws_ac_use(&ac, sizes[i]));
        TEST_ASSERT_NULL(lws_ac_use_zero(&ac, sizes[i]));
        TEST_ASSERT_NULL(lws_ac_use_backfill(&ac, sizes[i]));
        TEST_ASSERT_NULL(lws_ac_use_text(&ac, sizes[i]));
        lws_ac_use(&ac, 1);     // and with a chunk there
    }
    close_arena();
}

static void use_all(void *user, const lws_mem_t *m, bool failing) {
    lws_ac_t a;
    int failed = 0;

    (void)user;
    lws_ac_init(&a, m, 128, 0);
    failed += lws_ac_use(&a, 60) == NULL;
    failed += lws_ac_use_zero(&a, 60) == NULL;
    failed += lws_ac_use_backfill(&a, 70) == NULL;
    uint8_t *text = lws_ac_use_text(&a, 80);
    if (text) {
        memset(text, 't', 80);
    }
    failed += text == NULL;
    failed += lws_ac_use(&a, 1000) == NULL;
    lws_span_t s = lws_ac_fold(&a, LWS_LIT("a string longer than any chunk has left"), true);
    failed += s.p == NULL;
    TEST_ASSERT_EQUAL_INT(failing, failed > 0);
    TEST_ASSERT_TRUE(failed <= 1);
    lws_ac_free(&a);
}

static void test_every_allocation_fails_in_turn(void) {
    test_mem_sweep(use_all, NULL);
}

int main(void) {
    UNITY_BEGIN();
    RUN_TEST(test_nothing_used_nothing_taken);
    RUN_TEST(test_the_default_chunk);
    RUN_TEST(test_objects);
    RUN_TEST(test_objects_are_aligned_by_address);
    RUN_TEST(test_zeroed);
    RUN_TEST(test_a_large_piece_does_not_end_the_chunk_in_use);
    RUN_TEST(test_backfill);
    RUN_TEST(test_text_is_packed);
    RUN_TEST(test_a_chunk_fills_to_its_last_byte);
    RUN_TEST(test_fold);
    RUN_TEST(test_fold_with_a_zero_byte);
    RUN_TEST(test_fold_of_nothing);
    RUN_TEST(test_objects_are_not_text);
    RUN_TEST(test_scan_finds_the_right_one);
    RUN_TEST(test_scan_stays_in_its_chunk);
    RUN_TEST(test_limit);
    RUN_TEST(test_absurd_sizes);
    RUN_TEST(test_every_allocation_fails_in_turn);
    return UNITY_END();
}
