#include "lws/ws/sha1.h"

#include <string.h>

#define BLOCK 64

static uint32_t rotate(uint32_t v, unsigned bits) {
    return v << bits | v >> (32 - bits);
}

// Section 6.1.3: the schedule is kept in 16 words instead of 80, which is what a small stack
// likes.
static uint32_t schedule(uint32_t w[16], unsigned t) {
    w[t & 15] = rotate(w[(t + 13) & 15] ^ w[(t + 8) & 15] ^ w[(t + 2) & 15] ^ w[t & 15], 1);
    return w[t & 15];
}

// Section 4.1.1 and 4.2.1.
static uint32_t mix(unsigned t, uint32_t b, uint32_t c, uint32_t d) {
    if (t < 20) {
        return (d ^ (b & (c ^ d))) + 0x5a827999;
    }
    if (t < 40) {
        return (b ^ c ^ d) + 0x6ed9eba1;
    }
    if (t < 60) {
        return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    }
    return (b ^ c ^ d) + 0xca62c1d6;
}

static void take_block(uint32_t h[5], const uint8_t *p) {
    uint32_t w[16];
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (unsigned t = 0; t < 16; ++t, p += 4) {
        w[t] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    for (unsigned t = 0; t < 80; ++t) {
        uint32_t next = rotate(a, 5) + mix(t, b, c, d) + e + (t < 16 ? w[t] : schedule(w, t));
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

// What is left after whole blocks, then 0x80, zeros, and the length in bits (section 5.1.1).
static void take_end(uint32_t h[5], const uint8_t *p, size_t n, uint64_t bits) {
    uint8_t block[BLOCK] = { 0 };
    memcpy(block, p, n);
    block[n] = 0x80;
    if (n >= BLOCK - 8) {
        take_block(h, block);
        memset(block, 0, BLOCK);
    }
    for (unsigned i = 0; i < 8; ++i) {
        block[BLOCK - 1 - i] = bits >> 8 * i;
    }
    take_block(h, block);
}

void lws_sha1(const void *data, size_t n, uint8_t digest[LWS_SHA1_LEN]) {
    uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    const uint8_t *p = data;
    uint64_t bits = (uint64_t)n * 8;
    for (; n >= BLOCK; n -= BLOCK) {
        take_block(h, p);
        p += BLOCK;
    }
    take_end(h, p, n, bits);
    for (unsigned i = 0; i < LWS_SHA1_LEN; ++i) {
        digest[i] = h[i / 4] >> (24 - 8 * (i & 3));
    }
}
