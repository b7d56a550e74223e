#ifndef QEMU_CLOCK_H
#define QEMU_CLOCK_H

#include <stdint.h>

void clock_init(void);
uint64_t clock_ticks(void);     // ARCH_TICKS_PER_MS of them since boot

#endif
