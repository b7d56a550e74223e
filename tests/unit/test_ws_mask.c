// Masking word by word gives what masking byte by byte gives (RFC 6455 section 5.3), at every
// length and alignment, and touches nothing else: on this machine, and the way it is done on
// machines that cannot load a word from any address.
#include "lws/ws/frame.h"
#include "support/effort.h"
#include "support/guard.h"
#include "support/room.h"
#include "unity.h"

static const void *aligned(const void *p) {
    TEST_ASSERT_EQUAL_INT(0, (uintptr_t)p % 4);
    return p;
}

#define LWS_STRICT_ALIGNMENT
#define ALIGNED(p) ((uint8_t *)(uintptr_t)aligned(p))
#define lws_ws_mask strict_mask
bool strict_mask(uint8_t *dst, const uint8_t *p, size_t n, const uint8_t key[4]);
#include "lws/ws/mask.c"
#undef lws_ws_mask

#define MAX 300
#define ALIGNMENTS 17
#define SPACE (MAX + 2 * ALIGNMENTS)

static const uint8_t key[4] = { 0x37, 0xfa, 0x21, 0x3d };
static const uint8_t zero_key[4];
static uint8_t *plain, *want, *space;

typedef bool mask_t(uint8_t *dst, const uint8_t *p, size_t n, const uint8_t key[4]);
static mask_t *mask;        // the one under test

static void prepare(void) {
    ROOM(plain, MAX);
    ROOM(want, MAX);
    ROOM(space, SPACE);
    for (size_t i = 0; i < MAX; ++i) {
        plain[i] = (uint8_t)(i * 7 + (i >> 3));
        want[i] = plain[i] ^ key[i % 4];
    }
}

static void test_rfc_example(void) {
    uint8_t hello[5] = "Hello";
    TEST_ASSERT_TRUE(mask(hello, hello, 5, key));
    TEST_ASSERT_EQUAL_MEMORY("\x7f\x9f\x4d\x51\x58", hello, 5);
    TEST_ASSERT_FALSE(mask(hello, hello, 5, key));
    TEST_ASSERT_EQUAL_MEMORY("Hello", hello, 5);
}

static void test_in_place(void) {
    prepare();
    for (size_t at = 0; at < ALIGNMENTS; ++at) {
        for (size_t n = 0; n <= MAX; n += unity_exhaustive ? 1 : 7) {
            memset(space, 0xee, SPACE);
            memcpy(space + at, plain, n);
            mask(space + at, space + at, n, key);
            TEST_ASSERT_EQUAL_MEMORY(want, space + at, n);
            TEST_ASSERT(at == 0 || space[at - 1] == 0xee);
            TEST_ASSERT_EQUAL_INT(0xee, space[at + n]);
        }
    }
}

static void test_from_any_address_to_any_other(void) {
    static uint8_t *from;
    ROOM(from, MAX + ALIGNMENTS);
    prepare();
    for (size_t a = 0; a < ALIGNMENTS; ++a) {
        for (size_t b = 0; b < ALIGNMENTS; ++b) {
            for (size_t n = 0; n <= 80; n += unity_exhaustive ? 1 : 3) {
                memcpy(from + a, plain, n);
                memset(space, 0xee, SPACE);
                mask(space + b, from + a, n, key);
                TEST_ASSERT_EQUAL_MEMORY(want, space + b, n);
                TEST_ASSERT_EQUAL_MEMORY(plain, from + a, n);
                TEST_ASSERT_EQUAL_INT(0xee, space[b + n]);
            }
        }
    }
}

static void test_reads_nothing_beyond_the_end(void) {
    prepare();
    for (size_t n = 0; n <= 100; ++n) {
        uint8_t *p = guard_copy(plain, n);
        mask(p, p, n, key);
        TEST_ASSERT_EQUAL_MEMORY(want, p, n);
        guard_free(p, n);
    }
}

static void test_tells_ascii(void) {
    prepare();
    for (size_t at = 0; at < 8; ++at) {
        for (size_t n = 1; n < 150; n += unity_exhaustive ? 1 : 7) {
            uint8_t *p = space + at;
            memset(p, 0x7f, n);
            TEST_ASSERT_FALSE(mask(p, p, n, zero_key));
            for (size_t i = 0; i < n; ++i) {
                p[i] = 0x80;
                TEST_ASSERT_TRUE(mask(p, p, n, zero_key));
                p[i] = 0;
            }
        }
    }
    TEST_ASSERT_FALSE(mask(space, space, 0, key));
}

static void test_ascii_is_of_the_result(void) {
    static const uint8_t high[4] = { 0x80, 0x80, 0x80, 0x80 };
    prepare();
    memset(space, 'a', 100);
    TEST_ASSERT_TRUE(mask(space, space, 100, high));
    TEST_ASSERT_FALSE(mask(space, space, 100, high));
}

static void run_all(mask_t *under_test) {
    mask = under_test;
    RUN_TEST(test_rfc_example);
    RUN_TEST(test_in_place);
    RUN_TEST(test_from_any_address_to_any_other);
    RUN_TEST(test_reads_nothing_beyond_the_end);
    RUN_TEST(test_tells_ascii);
    RUN_TEST(test_ascii_is_of_the_result);
}

int main(void) {
    UNITY_BEGIN();
    run_all(lws_ws_mask);
    run_all(strict_mask);
    return UNITY_END();
}
