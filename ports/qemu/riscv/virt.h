// Parts of QEMU's virt machine that other files use.
#ifndef QEMU_VIRT_H
#define QEMU_VIRT_H

#include <stdint.h>

// Address of the device of this kind (1: network) on one of the eight virtio slots, 0 when there
// is none. Its slot is what machine_nic_irq means from then on.
uintptr_t virt_find_virtio(uint32_t kind);

void virt_timer_interrupt(void);
void virt_external_interrupt(void);

#endif
