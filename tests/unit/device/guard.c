// support/guard.h without pages that can be made unreadable: a mark behind the bytes tells who
// wrote past them. They end at an aligned address, as they do before a page.
//
//     | n, and what aligns | bytes | mark |
#include "support/guard.h"

#include "support/heap.h"
#include "unity.h"

#define ALIGN 8
#define MARK "\xa5guard\xa5\x5a"

static size_t padded(size_t n) {
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

uint8_t *guard_alloc(size_t n) {
    uint8_t *block = heap_alloc(padded(n) + ALIGN);
    unity_check(block != NULL, __LINE__, "no memory for a guarded copy");
    memcpy(block + padded(n), MARK, ALIGN);
    return block + padded(n) - n;
}

uint8_t *guard_copy(const void *p, size_t n) {
    uint8_t *q = guard_alloc(n);
    if (n) {
        memcpy(q, p, n);
    }
    return q;
}

void guard_free(uint8_t *p, size_t n) {
    bool intact = memcmp(p + n, MARK, ALIGN) == 0;
    heap_free(p + n - padded(n));
    unity_check(intact, __LINE__, "somebody wrote past the end of a guarded copy");
}
