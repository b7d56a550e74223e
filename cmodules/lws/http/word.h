// Bytes a word at a time, where the machine reads words from any address, lowest byte first.
// Elsewhere (Cortex-M0+, Xtensa, most RISC-V) a loop over bytes costs no more than putting words
// together, so LWS_WORDWISE is 0 and the word-wise code is left out.
#ifndef LWS_HTTP_WORD_H
#define LWS_HTTP_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(LWS_WORDWISE)               // a test of the other way
#elif defined(__x86_64__) || defined(__i386__)
#define LWS_WORDWISE 1
#elif defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ \
    && (defined(__aarch64__) || defined(__ARM_FEATURE_UNALIGNED))
#define LWS_WORDWISE 1
#else
#define LWS_WORDWISE 0
#endif

typedef uintptr_t lws_word_t;

// A word with this byte in every place.
#define LWS_EACH(byte) ((lws_word_t)-1 / 255 * (byte))

static inline lws_word_t lws_word(const uint8_t *p) {
    lws_word_t w;
    memcpy(&w, p, sizeof(w));
    return w;
}

// Built for speed: one more copy of a hot function saves a call per field.
#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__)
#define LWS_HOT_INLINE inline __attribute__((always_inline))
#else
#define LWS_HOT_INLINE
#endif

// The index of the lowest byte that has its high bit set in marks; one has.
static inline size_t lws_word_first(lws_word_t marks) {
    #if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(marks) / 8;
    #else
    size_t i = 0;
    for (; !(marks & 0x80); marks >>= 8) {
        i++;
    }
    return i;
    #endif
}

// Two words of known text in any case: what has the bit 0x40 in it must be letters.
#define LWS_DIFFER(a, known, bits) (((a) ^ (known)) & ~(((known) & (bits)) >> 1))

// Is s this known text in any case?
static inline bool lws_same_nocase(const uint8_t *s, const uint8_t *known, size_t n) {
    size_t i = 0;
    #if LWS_WORDWISE
    for (; n - i >= sizeof(lws_word_t); i += sizeof(lws_word_t)) {
        if (LWS_DIFFER(lws_word(s + i), lws_word(known + i), LWS_EACH(0x40))) {
            return false;
        }
    }
    if (n - i >= 4) {
        uint32_t a, b;
        memcpy(&a, s + i, 4);
        memcpy(&b, known + i, 4);
        if (LWS_DIFFER(a, b, 0x40404040u)) {
            return false;
        }
        i += 4;
    }
    #endif
    for (; i < n; i++) {
        if (LWS_DIFFER(s[i], known[i], 0x40u)) {
            return false;
        }
    }
    return true;
}

#endif
