// MicroPython 1.25 takes a piece of a heap that grows by itself (MICROPY_GC_SPLIT_HEAP_AUTO) for
// empty, and frees it, when the only object in there is its first block: a float, a small tuple.
#include "py/gc.h"
#include "py/mpstate.h"

#if MICROPY_GC_SPLIT_HEAP_AUTO

enum { FREE = 0, TAIL = 2, MARK = 3 };      // of a block: two bits, as gc.c has them

bool gc_area_in_use(void *p) {
    mp_state_mem_area_t *area = p, *before = &MP_STATE_MEM(area);
    if ((area->gc_alloc_table_start[0] & 3) == FREE) {
        return false;
    }
    // Back into the list, from which the sweep has taken it. That looks at it once more: a block
    // longer, the object is one that it sees.
    while (before->next != area->next) {
        before = before->next;
    }
    before->next = area;
    area->gc_alloc_table_start[0] = MARK | TAIL << 2;
    area->gc_last_used_block = 1;
    return true;
}

#endif
