// support/heap.h on the libc: AddressSanitizer and valgrind watch every block.
#include "support/heap.h"

#include <stdlib.h>

void *heap_alloc(size_t n) {
    return malloc(n ? n : 1);
}

void heap_free(void *p) {
    free(p);
}
