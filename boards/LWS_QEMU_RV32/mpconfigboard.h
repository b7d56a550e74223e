#define MICROPY_HW_BOARD_NAME "virt in QEMU"
#define MICROPY_HW_MCU_NAME "RV32IMC"

// As on the chip whose instruction set it has: time.time() counts from 2000, the heap is split.
#define MICROPY_EPOCH_IS_1970 (0)
#define MICROPY_GC_SPLIT_HEAP_AUTO (1)
