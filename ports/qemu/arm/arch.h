// What is particular to Cortex-M and the MPS2 board.
#ifndef QEMU_ARM_ARCH_H
#define QEMU_ARM_ARCH_H

#include <stdint.h>

#define ARCH_TICKS_PER_MS 25000     // of arch_ticks: the board's 25 MHz
#define ARCH_SLEEP_MAX_MS 600       // SysTick has 24 bits

// The upper half of the code memory holds a ROMFS image that QEMU's loader put there.
#define ARCH_ROMFS ((const uint8_t *)0x00200000)
#define ARCH_ROMFS_SIZE 0x00200000

#define ARCH_COUNTER (*(volatile uint32_t *)0x40028018)     // FPGA I/O: COUNTER

static inline uint32_t arch_ticks(void) {
    return ARCH_COUNTER;
}

static inline uint32_t arch_irq_off(void) {
    uint32_t primask;
    __asm volatile ("mrs %0, primask\n cpsid i" : "=r" (primask) : : "memory");
    return primask;
}

static inline void arch_irq_restore(uint32_t primask) {
    __asm volatile ("msr primask, %0" : : "r" (primask) : "memory");
}

// With QEMU's -icount shift=3 an instruction takes 8 ns: 5 fit in a tick.
#define ARCH_INSTRUCTIONS(ticks) ((ticks) * 5)

// A clock for short stretches of code, and its unit: no finer one is here.
#define arch_fine() arch_ticks()
#define ARCH_FINE_INSTRUCTIONS(count) ((count) * 5)

#endif
