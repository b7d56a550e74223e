// Is this text UTF-8 (RFC 3629)? An incremental validator: the answer is the same for any split of
// the text, and an error is found at the first byte that cannot continue valid text (fail fast).
// No surrogates (ED A0..BF), no overlong forms (C0, C1, E0 80..9F, F0 80..8F), nothing above
// U+10FFFF (F4 90.., F5..FF). The whole state is one uint32_t: zero is the start, and zero again
// after every complete character.
#ifndef LWS_BASE_UTF8_H
#define LWS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lws/base/err.h"

// Judges the next n bytes. LWS_OK while they are the beginning of valid text; LWS_ERR_PROTO
// otherwise, then and in every later call with this state.
int lws_utf8_rx(uint32_t *state, const uint8_t *p, size_t n);

// Is a whole text valid? Most of them are short and ASCII.
bool lws_utf8_ok(const uint8_t *p, size_t n);

// May the text end here? False inside a character and after an error.
static inline bool lws_utf8_done(uint32_t state) {
    return state == 0;
}

#endif
