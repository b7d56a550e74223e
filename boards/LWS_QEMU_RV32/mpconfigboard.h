#define MICROPY_HW_BOARD_NAME "virt in QEMU"
#define MICROPY_HW_MCU_NAME "RV32IMC"

// As on the chip whose instruction set it has: time.time() counts from 2000.
#define MICROPY_EPOCH_IS_1970 (0)

// As there, too: the heap is split and grows by itself.
#define MICROPY_GC_SPLIT_HEAP (1)
#define MICROPY_GC_SPLIT_HEAP_AUTO (1)
#include "../gc/area.h"
#include "heap.h"
#define MP_PLAT_ALLOC_HEAP(size) heap_take(size)
#define MP_PLAT_FREE_HEAP(p) (gc_area_in_use(p) ? (void)0 : heap_give(p))
