// support/heap.h on MicroPython's heap. Blocks hang in one list that the garbage collector
// follows, so nothing that a test holds is collected, and what a suite leaves can be counted.
#include "device/heap.h"

#include "py/gc.h"
#include "support/heap.h"

typedef struct unit_block {
    struct unit_block *next, *prev;
} block_t;

static unit_heap_t *heap;

void unit_heap_begin(unit_heap_t *new_heap) {
    heap = new_heap;
    heap->first = NULL;
}

void *heap_alloc(size_t n) {
    block_t *b = gc_alloc(sizeof(*b) + n, 0);
    if (!b) {
        return NULL;
    }
    b->prev = NULL;
    b->next = heap->first;
    if (b->next) {
        b->next->prev = b;
    }
    heap->first = b;
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
        heap->first = b->next;
    }
    if (b->next) {
        b->next->prev = b->prev;
    }
    gc_free(b);
}

size_t unit_heap_release(void) {
    size_t count = 0;
    while (heap->first) {
        heap_free(heap->first + 1);
        count++;
    }
    return count;
}
