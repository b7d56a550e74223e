// The allocator of test_mem.h on heap.h. Every growth moves the block, so that a pointer kept
// across it is caught by AddressSanitizer or valgrind; a header before each block remembers the
// size that must be given back.
#include "support/test_mem.h"

#include "support/heap.h"
#include "unity.h"

#define MAGIC 0x6c77736du
#define DEAD 0xdeadbeefu

// 16 bytes on every machine: the block behind it is aligned as heap_alloc's.
typedef union header {
    struct {
        uint32_t magic;
        size_t size;
    } h;
    uint64_t align[2];
} header_t;

static header_t *header_of(void *p, size_t size) {
    header_t *h = (header_t *)p - 1;

    unity_check(h->h.magic == MAGIC, __LINE__, "test_mem: freed twice or never allocated");
    unity_equal_int((int64_t)h->h.size, (int64_t)size, __LINE__, "test_mem: size given back");
    return h;
}

static void release(test_mem_t *t, void *p, size_t size) {
    header_t *h = header_of(p, size);

    h->h.magic = DEAD;
    t->live--;
    t->live_bytes -= size;
    heap_free(h);
}

static void *test_mem_resize(void *user, void *p, size_t old_size, size_t size) {
    test_mem_t *t = user;

    if (!p) {
        unity_equal_int(0, (int64_t)old_size, __LINE__, "test_mem: old size of no block");
    } else {
        header_of(p, old_size);
    }
    if (size == 0) {
        if (p) {
            release(t, p, old_size);
        }
        return NULL;
    }
    if (size > old_size && ++t->calls == t->fail_at) {
        return NULL;
    }
    if (size > (size_t)1 << 30) {
        return NULL;        // no machine of ours has it; and sanitizers stop at such a malloc
    }
    header_t *h = heap_alloc(sizeof(header_t) + size);
    if (!h) {
        return NULL;
    }
    h->h.magic = MAGIC;
    h->h.size = size;
    t->live++;
    t->live_bytes += size;
    if (t->live_bytes > t->peak_bytes) {
        t->peak_bytes = t->live_bytes;
    }
    if (p) {
        memcpy(h + 1, p, old_size < size ? old_size : size);
        release(t, p, old_size);
    }
    return h + 1;
}

void test_mem_init(test_mem_t *t, size_t fail_at) {
    memset(t, 0, sizeof(*t));
    t->mem.resize = test_mem_resize;
    t->mem.user = t;
    t->fail_at = fail_at;
}

void test_mem_check_empty(const test_mem_t *t, int line) {
    unity_equal_int(0, (int64_t)t->live, line, "blocks leaked");
    unity_equal_int(0, (int64_t)t->live_bytes, line, "bytes leaked");
}

void test_mem_sweep(void (*run)(void *user, const lws_mem_t *mem, bool failing), void *user) {
    test_mem_t t;

    test_mem_init(&t, 0);
    run(user, &t.mem, false);
    test_mem_check_empty(&t, __LINE__);
    size_t calls = t.calls;

    for (size_t i = 1; i <= calls; i++) {
        test_mem_init(&t, i);
        run(user, &t.mem, true);
        // Fewer calls than before mean that the run is not the same twice, and the sweep proves
        // nothing.
        unity_check(t.calls >= i, __LINE__, "test_mem_sweep: not the same calls twice");
        test_mem_check_empty(&t, __LINE__);
    }
}
