// How a known field name is found: the inside of lws_hdr_id, which the parser of heads has inline.
#ifndef LWS_HTTP_NAME_H
#define LWS_HTTP_NAME_H

#include "lws/http/header.h"
#include "lws/http/word.h"

#define LWS_NAME_LONGEST 24
#define LWS_NAME_SLOTS 128

// Length and two letters tell all names apart, and this gives each its own slot. The case of a
// letter falls out of it.
#define LWS_NAME_HASH(len, first, last) \
    (((len) * 3 + (first) * 4 + (last) * 40) & (LWS_NAME_SLOTS - 1))

typedef struct lws_name_place {
    uint16_t at;
    uint8_t len;
} lws_name_place_t;

extern const uint8_t lws_name_slots[LWS_NAME_SLOTS];            // hash to lws_hdr_t
extern const lws_name_place_t lws_name_places[LWS_HDR_COUNT];   // where the name is in the text
extern const char lws_name_text[];                              // all names

static inline unsigned lws_name_id(const uint8_t *p, size_t n) {
    if (n < 2 || n > LWS_NAME_LONGEST) {
        return LWS_HDR_OTHER;
    }
    unsigned id = lws_name_slots[LWS_NAME_HASH(n, p[0], p[n - 2])];
    const uint8_t *known = (const uint8_t *)lws_name_text + lws_name_places[id].at;
    bool same = lws_name_places[id].len == n && lws_same_nocase(p, known, n);
    return same ? id : LWS_HDR_OTHER;
}

#endif
