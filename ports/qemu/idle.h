// Sleeping until something happens.
#ifndef QEMU_IDLE_H
#define QEMU_IDLE_H

#include <stdint.h>

// Something happened that a waiting Python loop may want to look at: the next sleep ends at once.
void idle_end(void);
// MICROPY_INTERNAL_WFE: sleeps until an interrupt, at most timeout_ms.
void idle(uint32_t timeout_ms);
// Ticks of the clock that the processor slept since boot.
uint64_t idle_ticks(void);

#endif
