// support/guard.h on mmap():
//
//     | page | ... | page with the last bytes | unreadable page |
//                            p ...............^ p + n
#define _DEFAULT_SOURCE     // MAP_ANONYMOUS
#include "support/guard.h"

#include <sys/mman.h>
#include <unistd.h>

#include "unity.h"

static size_t pages(size_t n) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (n + page - 1) / page * page;
}

uint8_t *guard_alloc(size_t n) {
    size_t body = pages(n);
    uint8_t *base = mmap(NULL, body + pages(1), PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (base == MAP_FAILED || mprotect(base + body, pages(1), PROT_NONE) != 0) {
        unity_fail(__LINE__, "no guard page");
    }
    return base + body - n;
}

uint8_t *guard_copy(const void *p, size_t n) {
    uint8_t *q = guard_alloc(n);
    if (n) {
        memcpy(q, p, n);
    }
    return q;
}

void guard_free(uint8_t *p, size_t n) {
    munmap(p + n - pages(n), pages(n) + pages(1));
}
