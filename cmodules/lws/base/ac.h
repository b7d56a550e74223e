// An arena: memory handed out piece by piece from chunks, and given back all at once
// (libwebsockets' lwsac). For what lives and dies together: a parsed page, a policy, a message.
//
// A chunk is filled from both ends: objects, aligned, from the front; text, packed, from the back.
// So text can be folded: a string that lies in the arena already is not stored again. Text never
// changes once stored, which is what makes sharing it safe.
//
//     +------+---------------------+----------------+------------------+
//     | next | objects ->          |      free      |         <- text  |
//     +------+---------------------+----------------+------------------+
#ifndef LWS_BASE_AC_H
#define LWS_BASE_AC_H

#include "lws/base/mem.h"
#include "lws/base/span.h"

// Bytes asked for at once, the chunk's head included. A single piece that is larger gets a chunk
// of its own.
#ifndef LWS_AC_CHUNK
#define LWS_AC_CHUNK 1024
#endif

// Objects begin at multiples of this.
#define LWS_AC_ALIGN 8

typedef struct lws_ac_chunk lws_ac_chunk_t;

typedef struct lws_ac {
    const lws_mem_t *mem;
    lws_ac_chunk_t *chunks;     // the one in use first
    size_t chunk_size;
    size_t limit;               // total may not pass this; 0: no limit
    size_t total;               // bytes taken from mem
} lws_ac_t;

// chunk_size 0 means LWS_AC_CHUNK. Takes no memory yet.
void lws_ac_init(lws_ac_t *ac, const lws_mem_t *mem, size_t chunk_size, size_t limit);
// Everything at once; the arena can be used again.
void lws_ac_free(lws_ac_t *ac);

// Room for an object. NULL: no memory, or past the limit.
void *lws_ac_use(lws_ac_t *ac, size_t n);
// The same, all zero.
void *lws_ac_use_zero(lws_ac_t *ac, size_t n);
// The same as lws_ac_use, but what earlier chunks have left is tried first: for many small pieces
// among large ones.
void *lws_ac_use_backfill(lws_ac_t *ac, size_t n);
// Room for n bytes of text, that must be filled before the next call. What earlier chunks have
// left is tried first.
uint8_t *lws_ac_use_text(lws_ac_t *ac, size_t n);

// Text of the arena (part of a longer one, perhaps) that equals s and, when nul is set, is
// followed by a zero byte. A span of p == NULL when there is none. Looks through all text: for
// arenas of some kilobytes.
lws_span_t lws_ac_scan_extant(const lws_ac_t *ac, lws_span_t s, bool nul);
// The same text where it lies, or a copy (with a zero byte behind it, which n does not count, when
// nul is set). p == NULL: no memory, or past the limit.
lws_span_t lws_ac_fold(lws_ac_t *ac, lws_span_t s, bool nul);

// Bytes taken from mem, heads of chunks and unused ends included.
static inline size_t lws_ac_total(const lws_ac_t *ac) {
    return ac->total;
}

#endif
