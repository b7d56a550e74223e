#ifndef TESTS_UNIT_DEVICE_HEAP_H
#define TESTS_UNIT_DEVICE_HEAP_H

#include <stddef.h>

// Frees all that was not freed; how many blocks that were.
size_t unit_heap_release(void);

#endif
