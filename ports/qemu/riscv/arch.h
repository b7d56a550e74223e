// What is particular to RISC-V and QEMU's virt machine.
#ifndef QEMU_RISCV_ARCH_H
#define QEMU_RISCV_ARCH_H

#include <stdint.h>

#define ARCH_TICKS_PER_MS 10000     // of arch_ticks: mtime's 10 MHz
#define ARCH_SLEEP_MAX_MS 60000

// The upper half of the code memory holds a ROMFS image that QEMU's loader put there.
#define ARCH_ROMFS ((const uint8_t *)0x80200000)
#define ARCH_ROMFS_SIZE 0x00200000

#define ARCH_MTIME (*(volatile uint32_t *)0x0200bff8)       // CLINT: mtime, its lower half
#define MSTATUS_MIE 8

static inline uint32_t arch_ticks(void) {
    return ARCH_MTIME;
}

static inline uint32_t arch_irq_off(void) {
    uint32_t mstatus;
    __asm volatile ("csrrci %0, mstatus, %1" : "=r" (mstatus) : "i" (MSTATUS_MIE) : "memory");
    return mstatus;
}

static inline void arch_irq_restore(uint32_t mstatus) {
    __asm volatile ("csrs mstatus, %0" : : "r" (mstatus & MSTATUS_MIE) : "memory");
}

// With QEMU's -icount shift=3 an instruction takes 8 ns: 12.5 fit in a tick.
#define ARCH_INSTRUCTIONS(ticks) ((ticks) * 25 / 2)

// A finer clock for short stretches of code, and its unit: with -icount, mcycle counts ns.
static inline uint32_t arch_fine(void) {
    uint32_t ns;
    __asm volatile ("csrr %0, mcycle" : "=r" (ns));
    return ns;
}
#define ARCH_FINE_INSTRUCTIONS(count) ((count) / 8)

#endif
