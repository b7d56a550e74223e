#include "lws/base/ring.h"

#include <string.h>

// Elements from one position up to another.
static size_t distance(const lws_ring_t *r, uint32_t from, uint32_t to) {
    return to >= from ? to - from : to + 2u * r->count - from;
}

// n <= count further on.
static uint32_t advance(const lws_ring_t *r, uint32_t pos, size_t n) {
    pos += (uint32_t)n;
    return pos >= 2u * r->count ? pos - 2u * r->count : pos;
}

static size_t slot(const lws_ring_t *r, uint32_t pos) {
    return pos >= r->count ? pos - r->count : pos;
}

static uint8_t *element(const lws_ring_t *r, size_t i) {
    return r->elements + i * r->element_size;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static uint32_t place(const lws_ring_t *r, const lws_ring_tail_t *tail) {
    return tail ? *tail : r->oldest;
}

int lws_ring_init(lws_ring_t *r, void *memory, size_t element_size, size_t count) {
    memset(r, 0, sizeof(*r));
    if (!element_size || element_size > LWS_RING_MAX_ELEMENT
        || !count || count > LWS_RING_MAX_COUNT) {
        return LWS_ERR_STATE;
    }
    r->elements = memory;
    r->element_size = (uint16_t)element_size;
    r->count = (uint16_t)count;
    return LWS_OK;
}

int lws_ring_alloc(lws_ring_t *r, const lws_mem_t *mem, size_t element_size, size_t count) {
    int err = lws_ring_init(r, NULL, element_size, count);
    if (err) {
        return err;
    }
    uint8_t *elements = lws_mem_alloc(mem, element_size * count);
    if (!elements) {
        r->count = 0;       // an empty ring: every call on it is harmless
        return LWS_ERR_NOMEM;
    }
    r->elements = elements;
    r->mem = mem;
    return LWS_OK;
}

void lws_ring_close(lws_ring_t *r) {
    lws_ring_update_oldest_tail(r, r->head);
    if (r->mem) {
        lws_mem_free(r->mem, r->elements, (size_t)r->element_size * r->count);
    }
    memset(r, 0, sizeof(*r));
}

size_t lws_ring_space(const lws_ring_t *r) {
    return r->count - distance(r, r->oldest, r->head);
}

size_t lws_ring_waiting(const lws_ring_t *r, const lws_ring_tail_t *tail) {
    return distance(r, place(r, tail), r->head);
}

void *lws_ring_next_linear_insert_range(const lws_ring_t *r, size_t *n) {
    size_t at = slot(r, r->head);

    *n = least(lws_ring_space(r), r->count - at);
    return *n ? element(r, at) : NULL;
}

int lws_ring_bump_head(lws_ring_t *r, size_t n) {
    if (n > lws_ring_space(r)) {
        return LWS_ERR_STATE;
    }
    r->head = advance(r, r->head, n);
    return LWS_OK;
}

size_t lws_ring_insert(lws_ring_t *r, const void *elements, size_t n) {
    const uint8_t *from = elements;
    size_t done = 0;

    // Twice at most: up to the end of the memory, and from its start.
    while (done < n) {
        size_t k;
        void *to = lws_ring_next_linear_insert_range(r, &k);
        if (!to) {
            break;
        }
        k = least(k, n - done);
        memcpy(to, from + done * r->element_size, k * r->element_size);
        r->head = advance(r, r->head, k);
        done += k;
    }
    return done;
}

void *lws_ring_peek(const lws_ring_t *r, const lws_ring_tail_t *tail, size_t *n) {
    uint32_t pos = place(r, tail);
    size_t at = slot(r, pos);
    size_t k = least(distance(r, pos, r->head), r->count - at);

    if (n) {
        *n = k;
    }
    return k ? element(r, at) : NULL;
}

size_t lws_ring_consume(lws_ring_t *r, lws_ring_tail_t *tail, void *dest, size_t n) {
    uint8_t *to = dest;
    uint32_t pos = place(r, tail);
    size_t done = 0;

    while (done < n) {
        size_t k;
        const uint8_t *from = lws_ring_peek(r, &pos, &k);
        if (!from) {
            break;
        }
        k = least(k, n - done);
        if (to) {
            memcpy(to + done * r->element_size, from, k * r->element_size);
        }
        pos = advance(r, pos, k);
        done += k;
    }
    if (tail) {
        *tail = pos;
    } else if (to) {
        r->oldest = pos;
    } else {
        lws_ring_update_oldest_tail(r, pos);
    }
    return done;
}

lws_ring_tail_t lws_ring_older(const lws_ring_t *r, lws_ring_tail_t a, lws_ring_tail_t b) {
    return distance(r, a, r->head) >= distance(r, b, r->head) ? a : b;
}

void lws_ring_update_oldest_tail(lws_ring_t *r, lws_ring_tail_t tail) {
    if (distance(r, tail, r->head) > distance(r, r->oldest, r->head)) {
        return;
    }
    while (r->oldest != tail) {
        void *gone = element(r, slot(r, r->oldest));
        // Destroyed while its place is still taken: destroy may insert, but not over this one.
        if (r->destroy) {
            r->destroy(r->user, gone);
        }
        r->oldest = advance(r, r->oldest, 1);
    }
}
