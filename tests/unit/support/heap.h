// Where tests take memory: malloc() in a program of its own (host/heap.c), MicroPython's heap in a
// firmware (device/heap.c). Nothing else of the suite calls an allocator.
#ifndef TESTS_UNIT_HEAP_H
#define TESTS_UNIT_HEAP_H

#include <stddef.h>

void *heap_alloc(size_t n);     // aligned for everything; NULL when there is no such block
void heap_free(void *p);        // NULL is fine

#endif
