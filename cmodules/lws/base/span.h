// Bytes that somebody else owns, and the two cursors that walk them: lws_span_t reads, lws_out_t
// writes. Neither ever goes past its end; errors are sticky and checked once.
#ifndef LWS_BASE_SPAN_H
#define LWS_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lws/base/err.h"

typedef struct lws_span {
    const uint8_t *p;
    size_t n;
} lws_span_t;

// A span of a string literal.
#define LWS_LIT(s) ((lws_span_t) { (const uint8_t *)(s), sizeof(s) - 1 })

static inline lws_span_t lws_span(const void *p, size_t n) {
    lws_span_t s = { (const uint8_t *)p, n };
    return s;
}

// Same bytes?
static inline bool lws_span_eq(lws_span_t a, lws_span_t b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

// Same bytes, ASCII letters in any case? (RFC 9110 section 5.1: field names are case-insensitive)
bool lws_span_eq_nocase(lws_span_t a, lws_span_t b);

// Without spaces and tabs at both ends.
lws_span_t lws_span_trim(lws_span_t s);

// Takes the next element of a comma-separated list (RFC 9110 section 5.6.1) off *list, trimmed;
// empty elements are skipped. Commas inside a quoted-string do not separate. False at the end.
bool lws_span_next_item(lws_span_t *list, lws_span_t *item);

// Has a comma-separated list this token, in any case?
bool lws_span_has_token(lws_span_t list, lws_span_t token);

// Decimal digits only, nothing else, no sign. LWS_ERR_PROTO when it is none, LWS_ERR_TOO_BIG above
// max.
int lws_span_dec(lws_span_t s, uint64_t max, uint64_t *value);

// Reading cursor: big-endian integers off the front; after the first read past the end everything
// is 0 and bad is set.
typedef struct lws_in {
    const uint8_t *p;
    size_t n;
    bool bad;
} lws_in_t;

uint8_t lws_in_u8(lws_in_t *in);
uint16_t lws_in_u16(lws_in_t *in);
uint32_t lws_in_u32(lws_in_t *in);
uint64_t lws_in_u64(lws_in_t *in);
lws_span_t lws_in_bytes(lws_in_t *in, size_t n);

// Writing cursor over the caller's buffer. What does not fit sets full and writes nothing more;
// len stays what was written.
typedef struct lws_out {
    uint8_t *p;
    size_t cap;
    size_t len;
    bool full;
} lws_out_t;

static inline lws_out_t lws_out(void *p, size_t cap) {
    lws_out_t o = { (uint8_t *)p, cap, 0, false };
    return o;
}

static inline void lws_out_put(lws_out_t *o, const void *p, size_t n) {
    if (o->full || n > o->cap - o->len) {
        o->full = true;
        return;
    }
    if (n) {        // memcpy takes no NULL, and an empty span may be one
        memcpy(o->p + o->len, p, n);
        o->len += n;
    }
}

static inline void lws_out_span(lws_out_t *o, lws_span_t s) {
    lws_out_put(o, s.p, s.n);
}

// A string literal.
#define LWS_OUT_LIT(o, s) lws_out_put((o), (s), sizeof(s) - 1)

void lws_out_u8(lws_out_t *o, uint8_t v);
void lws_out_u16(lws_out_t *o, uint16_t v);    // big-endian, as all of these
void lws_out_u32(lws_out_t *o, uint32_t v);
void lws_out_u64(lws_out_t *o, uint64_t v);
void lws_out_dec(lws_out_t *o, uint64_t v);    // decimal text
// Lower-case hexadecimal text, zero-filled to digits (16 at most); 0: as many as needed.
void lws_out_hex(lws_out_t *o, uint64_t v, unsigned digits);

// The length written, or LWS_ERR_NOSPC.
static inline int lws_out_end(const lws_out_t *o) {
    return o->full ? LWS_ERR_NOSPC : (int)o->len;
}

#endif
