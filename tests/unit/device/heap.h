#ifndef TESTS_UNIT_DEVICE_HEAP_H
#define TESTS_UNIT_DEVICE_HEAP_H

#include <stddef.h>

// Where the blocks' list begins: in the frame of whoever runs a suite, where the garbage collector
// looks for it.
typedef struct unit_heap {
    struct unit_block *first;
} unit_heap_t;

void unit_heap_begin(unit_heap_t *heap);

// Frees all that was not freed; how many blocks that were.
size_t unit_heap_release(void);

#endif
