// support/heap.h on MicroPython's heap. Blocks hang in one list that the garbage collector
// follows, so nothing that a test holds is collected, and what a suite leaves can be counted.
#include "device/heap.h"

#include "py/gc.h"
#include "py/mpstate.h"
#include "support/heap.h"

typedef struct _lws_unit_block_t {
    struct _lws_unit_block_t *next, *prev;
} block_t;

MP_REGISTER_ROOT_POINTER(struct _lws_unit_block_t *lws_unit_blocks);

#define FIRST MP_STATE_VM(lws_unit_blocks)

void *heap_alloc(size_t n) {
    block_t *b = gc_alloc(sizeof(*b) + n, 0);
    if (!b) {
        return NULL;
    }
    b->prev = NULL;
    b->next = FIRST;
    if (b->next) {
        b->next->prev = b;
    }
    FIRST = b;
    return b + 1;
}

void heap_free(void *p) {
    if (!p) {
        return;
    }
    block_t *b = (block_t *)p - 1;
    if (b->prev) {
        b->prev->next = b->next;
    } else {
        FIRST = b->next;
    }
    if (b->next) {
        b->next->prev = b->prev;
    }
    gc_free(b);
}

size_t unit_heap_release(void) {
    size_t count = 0;
    while (FIRST) {
        heap_free(FIRST + 1);
        count++;
    }
    return count;
}
