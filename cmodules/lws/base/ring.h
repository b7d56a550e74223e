// A ring of elements of one size: one head where elements are inserted, any number of tails that
// read at their own pace (libwebsockets' lws_ring). A place is free again when the oldest tail has
// passed it.
//
//          oldest tail     tail of B        head
//               v              v              v
//     |  free   |  A B waits   |   A waits    |  free  |         A = oldest tail's reader
//
// One reader needs no tail of its own: it passes NULL wherever a tail is asked for. With several,
// each owns an lws_ring_tail_t; whoever has moved one folds them with lws_ring_older() and calls
// lws_ring_update_oldest_tail(). Elements are addressed in place (peek, linear insert range) or
// copied. Not for several threads.
#ifndef LWS_BASE_RING_H
#define LWS_BASE_RING_H

#include <stdbool.h>

#include "lws/base/err.h"
#include "lws/base/mem.h"

#define LWS_RING_MAX_ELEMENT 0xffff     // bytes in an element
#define LWS_RING_MAX_COUNT 0xffff       // elements in a ring

// A reader's place: opaque, valid until the oldest tail passes it.
typedef uint32_t lws_ring_tail_t;

typedef struct lws_ring {
    uint8_t *elements;
    const lws_mem_t *mem;       // where elements come from; NULL: the caller's
    // Called once for each element that is dropped (not for one that is copied out by the only
    // reader). It may insert, but not consume. May be NULL.
    void (*destroy)(void *user, void *element);
    void *user;
    uint16_t element_size;
    uint16_t count;
    uint32_t head;              // positions go up to 2 * count - 1: full and empty differ
    lws_ring_tail_t oldest;
} lws_ring_t;

// Over memory of the caller, count * element_size bytes. LWS_ERR_STATE when a size is 0 or above
// its limit.
int lws_ring_init(lws_ring_t *r, void *memory, size_t element_size, size_t count);
// Over memory from mem; LWS_ERR_NOMEM. Set destroy and user afterwards.
int lws_ring_alloc(lws_ring_t *r, const lws_mem_t *mem, size_t element_size, size_t count);
// Destroys what waits and gives memory back. Closing a closed or zeroed ring is fine.
void lws_ring_close(lws_ring_t *r);

// Elements that can be inserted now.
size_t lws_ring_space(const lws_ring_t *r);
// Elements a reader has still to read.
size_t lws_ring_waiting(const lws_ring_t *r, const lws_ring_tail_t *tail);

// Copies up to n elements in: how many were.
size_t lws_ring_insert(lws_ring_t *r, const void *elements, size_t n);
// Where the next elements go and how many fit before the end of the memory: fill some, then bump
// the head by as many.
void *lws_ring_next_linear_insert_range(const lws_ring_t *r, size_t *n);
// LWS_ERR_STATE past the free space.
int lws_ring_bump_head(lws_ring_t *r, size_t n);

// The next element of a reader where it lies, or NULL. *n (may be NULL) is how many lie there in a
// row.
void *lws_ring_peek(const lws_ring_t *r, const lws_ring_tail_t *tail, size_t *n);
// Reads up to n elements: how many were. They are copied to dest unless that is NULL. With tail
// NULL they leave the ring: copied ones now belong to dest, others are destroyed.
size_t lws_ring_consume(lws_ring_t *r, lws_ring_tail_t *tail, void *dest, size_t n);

// The places where a new reader may begin: with all that waits, or with what comes next.
static inline lws_ring_tail_t lws_ring_from_oldest(const lws_ring_t *r) {
    return r->oldest;
}

static inline lws_ring_tail_t lws_ring_from_head(const lws_ring_t *r) {
    return r->head;
}

// Which of two tails has more to read?
lws_ring_tail_t lws_ring_older(const lws_ring_t *r, lws_ring_tail_t a, lws_ring_tail_t b);
// No reader is behind this tail any more: destroys what lies before it. A tail that lies behind
// the oldest changes nothing.
void lws_ring_update_oldest_tail(lws_ring_t *r, lws_ring_tail_t tail);

#endif
