// What the port needs of the machine it runs on. arm/mps2.c and riscv/virt.c implement it;
// arch.h beside them has what must be inline.
#ifndef QEMU_MACHINE_H
#define QEMU_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "arch.h"

void machine_init(void);
// Waits for an interrupt, at most max_ms (up to ARCH_SLEEP_MAX_MS). Interrupts are off, and stay
// pending: the caller serves them by switching them on again.
void machine_sleep(uint32_t max_ms);
void machine_put(uint8_t c);        // one character to the console
void machine_nic_irq(bool on);      // on: frames that wait already interrupt at once

// ---- the port; called by the machine with interrupts off
void console_received(uint8_t c);
void network_interrupt(void);
void clock_keep(void);

#endif
