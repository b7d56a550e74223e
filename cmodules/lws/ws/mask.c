// Masking (RFC 6455 section 5.3): byte i of the payload is XORed with byte i mod 4 of the key.
// This is the price of every byte that a server receives, so it is done a block at a time, and
// looks on the way whether all is ASCII, which text validation then need not look at again.
#include "lws/ws/frame.h"

// Machines that load a word from any address; the others get to a word's address byte by byte. A
// build can say LWS_STRICT_ALIGNMENT: the tests do, so that the way of the small machines is run
// on a large one.
#if !defined(LWS_STRICT_ALIGNMENT) && (defined(__x86_64__) || defined(__i386__) \
    || defined(__aarch64__) || defined(__ARM_FEATURE_UNALIGNED))
#define ANY_ALIGNMENT (1)
#else
#define ANY_ALIGNMENT (0)
#endif

// What is loaded, XORed and stored at once; its size is a multiple of the key's.
#if ANY_ALIGNMENT && (defined(__SSE2__) || defined(__ARM_NEON))
typedef uint32_t block_t __attribute__((vector_size(16)));
#else
typedef uint32_t block_t;
#endif
#define BLOCK sizeof(block_t)
#define TOP_BITS ((size_t)-1 / 0xff * 0x80)

#if defined(ALIGNED)
// The tests bring one that checks.
#elif defined(__GNUC__)
#define ALIGNED(p) (ANY_ALIGNMENT ? (p) : __builtin_assume_aligned((p), BLOCK))
#else
#define ALIGNED(p) (p)
#endif

static inline block_t load(const uint8_t *p) {
    block_t b;
    memcpy(&b, ALIGNED(p), BLOCK);
    return b;
}

static inline void store(uint8_t *p, block_t b) {
    memcpy(ALIGNED(p), &b, BLOCK);
}

// The or of all words of a block.
static inline size_t fold(block_t b) {
    size_t part[(BLOCK + sizeof(size_t) - 1) / sizeof(size_t)] = { 0 };
    size_t all = 0;
    memcpy(part, &b, BLOCK);
    for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); ++i) {
        all |= part[i];
    }
    return all;
}

static inline uint8_t mask_bytes(uint8_t *dst, const uint8_t *p, size_t n, const uint8_t *key) {
    uint8_t seen = 0;
    for (size_t i = 0; i < n; ++i) {
        dst[i] = p[i] ^ key[i & 3];
        seen |= dst[i];
    }
    return seen;
}

// Bytes before the first address of both that is a block's; n when there is none.
static inline size_t bytes_to_block(const uint8_t *dst, const uint8_t *p, size_t n) {
    size_t head = -(uintptr_t)p % BLOCK;
    bool agree = ((uintptr_t)dst - (uintptr_t)p) % BLOCK == 0;
    return ANY_ALIGNMENT ? 0 : agree && head < n ? head : n;
}

bool lws_ws_mask(uint8_t *dst, const uint8_t *p, size_t n, const uint8_t key[4]) {
    size_t i = bytes_to_block(dst, p, n);
    size_t seen = mask_bytes(dst, p, i, key);

    // The key from here on, and repeated to the width of a block.
    const uint8_t k4[4] = { key[i & 3], key[(i + 1) & 3], key[(i + 2) & 3], key[(i + 3) & 3] };
    uint32_t k32;
    memcpy(&k32, k4, 4);
    const block_t k = k32 - (block_t) { 0 };
    block_t or = k ^ k;

    for (; n - i >= 4 * BLOCK; i += 4 * BLOCK) {
        block_t a = load(p + i) ^ k;
        block_t b = load(p + i + BLOCK) ^ k;
        block_t c = load(p + i + 2 * BLOCK) ^ k;
        block_t d = load(p + i + 3 * BLOCK) ^ k;
        store(dst + i, a);
        store(dst + i + BLOCK, b);
        store(dst + i + 2 * BLOCK, c);
        store(dst + i + 3 * BLOCK, d);
        or |= (a | b) | (c | d);
    }
    for (; n - i >= BLOCK; i += BLOCK) {
        block_t a = load(p + i) ^ k;
        store(dst + i, a);
        or |= a;
    }
    for (; BLOCK > 4 && n - i >= 4; i += 4) {
        uint32_t w;
        memcpy(&w, p + i, 4);
        w ^= k32;
        memcpy(dst + i, &w, 4);
        seen |= w;
    }
    seen |= mask_bytes(dst + i, p + i, n - i, k4) | fold(or);
    return (seen & TOP_BITS) != 0;
}
