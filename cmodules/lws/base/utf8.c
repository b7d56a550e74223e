#include "lws/base/utf8.h"

#include <string.h>

// The state inside a character: how many bytes are missing, and the range of the next one.
//
//     31      24 23      16 15       8 7        0
//    +----------+----------+----------+----------+
//    |    0     | greatest |  least   | missing  |
//    +----------+----------+----------+----------+
#define STATE(missing, least, greatest) \
    ((uint32_t)(missing) | (uint32_t)(least) << 8 | (uint32_t)(greatest) << 16)
#define FOLLOW(missing) STATE(missing, 0x80, 0xbf)
#define BAD 0xffffffffu

// The machine's word, for runs of ASCII.
typedef uintptr_t word_t;
#define WORD sizeof(word_t)
#define WORDS 4
#define HIGH_BITS ((word_t)-1 / 0xff * 0x80)

static word_t aligned_word(const uint8_t *p) {
    word_t w;
    memcpy(&w, __builtin_assume_aligned(p, sizeof(word_t)), sizeof(w));
    return w;
}

// The first byte that is not ASCII, or end. Word by word as soon as a word begins: a Cortex-M0+
// reads aligned ones only.
static const uint8_t *skip_ascii(const uint8_t *p, const uint8_t *end) {
    while ((uintptr_t)p % WORD && p < end && *p < 0x80) {
        p++;
    }
    if ((uintptr_t)p % WORD == 0) {
        while ((size_t)(end - p) >= WORDS * WORD) {
            word_t w = aligned_word(p) | aligned_word(p + WORD)
                | aligned_word(p + 2 * WORD) | aligned_word(p + 3 * WORD);
            if (w & HIGH_BITS) {
                break;
            }
            p += WORDS * WORD;
        }
        while ((size_t)(end - p) >= WORD && !(aligned_word(p) & HIGH_BITS)) {
            p += WORD;
        }
    }
    while (p < end && *p < 0x80) {
        p++;
    }
    return p;
}

// RFC 3629 section 4, by the first byte of a character that is not ASCII.
static uint32_t after_first(uint8_t b) {
    if (b < 0xc2) {
        return BAD;     // a continuation byte, or an overlong form of ASCII
    }
    if (b < 0xe0) {
        return FOLLOW(1);
    }
    if (b < 0xf0) {
        if (b == 0xe0) {
            return STATE(2, 0xa0, 0xbf);    // not below U+0800
        }
        if (b == 0xed) {
            return STATE(2, 0x80, 0x9f);    // no surrogates
        }
        return FOLLOW(2);
    }
    if (b == 0xf0) {
        return STATE(3, 0x90, 0xbf);        // not below U+10000
    }
    if (b == 0xf4) {
        return STATE(3, 0x80, 0x8f);        // not above U+10FFFF
    }
    return b < 0xf4 ? FOLLOW(3) : BAD;
}

static uint32_t after_next(uint32_t state, uint8_t b) {
    if (b < (state >> 8 & 0xff) || b > (state >> 16 & 0xff)) {
        return BAD;
    }
    uint32_t missing = (state & 0xff) - 1;
    return missing ? FOLLOW(missing) : 0;
}

// The length of the whole valid character at p, where four bytes can be read; 0: none, look byte
// by byte. The first bits of it, x, say whether it is in range:
//
//     110xxxx. 10......                        not 0000 (overlong)
//     1110xxxx 10x..... 10......               not 00000 (overlong), not 11011 (surrogate)
//     11110xxx 10xx.... 10...... 10......      from 00001 (below: overlong) to 10000
static size_t whole_character(const uint8_t *p) {
    uint32_t w = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    uint32_t x;

    if ((w & 0xf0c0c000) == 0xe0808000) {
        x = w & 0x0f200000;
        return x != 0 && x != 0x0d200000 ? 3 : 0;
    }
    if ((w & 0xe0c00000) == 0xc0800000) {
        return w & 0x1e000000 ? 2 : 0;
    }
    if ((w & 0xf8c0c0c0) == 0xf0808080) {
        x = w & 0x07300000;
        return x >= 0x00100000 && x <= 0x04000000 ? 4 : 0;
    }
    return 0;
}

// Whole characters as long as they are not ASCII: where something else begins.
static const uint8_t *skip_characters(const uint8_t *p, const uint8_t *end) {
    while (end - p >= 4 && *p >= 0x80) {
        size_t n = whole_character(p);
        if (n == 0) {
            break;
        }
        p += n;
    }
    return p;
}

int lws_utf8_rx(uint32_t *state, const uint8_t *p, size_t n) {
    const uint8_t *end = n ? p + n : p;     // no arithmetic on a NULL of no bytes
    uint32_t s = *state;

    while (p < end && s != BAD) {
        if (s) {
            s = after_next(s, *p++);
            continue;
        }
        p = skip_characters(skip_ascii(p, end), end);
        if (p < end && *p >= 0x80) {
            s = after_first(*p++);
        }
    }
    *state = s;
    return s == BAD ? LWS_ERR_PROTO : LWS_OK;
}

bool lws_utf8_ok(const uint8_t *p, size_t n) {
    const uint8_t *end = n ? p + n : p;
    uint32_t state = 0;

    p = skip_ascii(p, end);
    return p == end || (!lws_utf8_rx(&state, p, (size_t)(end - p)) && lws_utf8_done(state));
}
