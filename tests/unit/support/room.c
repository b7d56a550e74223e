// One list of blocks, each behind the address of the pointer it belongs to.
#include "support/room.h"

#include <string.h>

#include "support/heap.h"
#include "unity.h"

typedef struct block {
    struct block *next;
    void *place;
} block_t;

static block_t *first;

static void *room_at(const void *place) {
    void *p;
    memcpy(&p, place, sizeof(p));   // a pointer of any type
    return p;
}

static void set(void *place, void *p) {
    memcpy(place, &p, sizeof(p));
}

static void drop(void *place) {
    for (block_t **at = &first; *at; at = &(*at)->next) {
        block_t *b = *at;
        if (b->place == place) {
            *at = b->next;
            heap_free(b);
            return;
        }
    }
}

static void release(void) {
    while (first) {
        set(first->place, NULL);
        drop(first->place);
    }
}

static void *take(void *place, size_t n) {
    block_t *b = heap_alloc(sizeof(*b) + n);
    unity_check(b != NULL, __LINE__, "no memory for the buffers of this test");
    b->next = first;
    b->place = place;
    first = b;
    unity_after_test(release);
    return memset(b + 1, 0, n);
}

void room(void *place, size_t n) {
    if (!room_at(place)) {
        set(place, take(place, n));
    }
}

void room_grow(void *place, size_t *cap, size_t need) {
    void *old = room_at(place);
    size_t had = old ? *cap : 0;
    if (old && need <= had) {
        return;
    }
    size_t n = need < 2 * had ? 2 * had : need;
    void *p = take(NULL, n);
    if (had) {
        memcpy(p, old, had);
    }
    drop(place);
    first->place = place;
    set(place, p);
    *cap = n;
}
