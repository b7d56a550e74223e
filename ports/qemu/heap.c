// The garbage collector's heap where it is split and grows by itself (MICROPY_GC_SPLIT_HEAP_AUTO),
// as ESP32's: a first piece, and more of them out of the same memory as they are asked for.
#include "heap.h"

#include <string.h>

#include "py/gc.h"

#if MICROPY_GC_SPLIT_HEAP_AUTO

#define FIRST (64 * 1024)       // bytes, as on ESP32-C3
#define ALIGN 16                // of a piece, as malloc() has it
#define PIECES 16

// In the order of their addresses. The last is an empty one at the end of the memory.
static struct {
    uint8_t *start, *end;
} piece[PIECES];
static size_t count;

// The gap before a piece.
static size_t gap(size_t i) {
    return (size_t)(piece[i].start - piece[i - 1].end);
}

static size_t widest(void) {
    size_t at = 1;
    for (size_t i = 2; i < count; i++) {
        at = gap(i) > gap(at) ? i : at;
    }
    return at;
}

void heap_init(uint8_t *start, size_t n) {
    piece[0].start = start;
    piece[0].end = start + (n < FIRST ? n : FIRST);
    piece[1].start = piece[1].end = start + n / ALIGN * ALIGN;
    count = 2;
    gc_init(piece[0].start, piece[0].end);
}

size_t gc_get_max_new_split(void) {
    return count < PIECES ? gap(widest()) : 0;
}

void *heap_take(size_t n) {
    size_t at = widest();
    n = (n + ALIGN - 1) / ALIGN * ALIGN;
    if (n > gc_get_max_new_split()) {
        return NULL;
    }
    memmove(&piece[at + 1], &piece[at], (count - at) * sizeof(piece[0]));
    count++;
    piece[at].start = piece[at - 1].end;
    piece[at].end = piece[at].start + n;
    return piece[at].start;
}

// What lies there afterwards is nobody's.
void heap_give(void *p) {
    for (size_t i = 1; i < count - 1; i++) {
        if (piece[i].start == p) {
            memset(p, 0xa5, (size_t)(piece[i].end - piece[i].start));
            memmove(&piece[i], &piece[i + 1], (count - i - 1) * sizeof(piece[0]));
            count--;
            return;
        }
    }
}

#else
void heap_init(uint8_t *start, size_t n) {
    gc_init(start, start + n);
}
#endif
