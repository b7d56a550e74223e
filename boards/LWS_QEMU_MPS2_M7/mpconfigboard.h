#define MICROPY_HW_BOARD_NAME "MPS2 AN500 in QEMU"
#define MICROPY_HW_MCU_NAME "Cortex-M7"

// The heap is split, so that on Arm, too, one is tested.
#define MICROPY_GC_SPLIT_HEAP_AUTO (1)
