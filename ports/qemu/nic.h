// A network controller. One driver is linked: lan9118.c or virtio_net.c.
#ifndef QEMU_NIC_H
#define QEMU_NIC_H

#include <stddef.h>
#include <stdint.h>

#define NIC_FRAME_MAX 1514      // Ethernet header and 1500 bytes, without the checksum

// Switches it on; the address is the one that QEMU gave it. 0 or an errno.
int nic_start(uint8_t mac[6]);
void nic_stop(void);
// Sends a frame. 0 or an errno. The frame may be used again after the call.
int nic_send(const void *frame, size_t len);
// Length of the next frame that was received, 0 when there is none.
size_t nic_peek(void);
// Takes that frame out. to has room for its length rounded up to a whole word; NULL drops it.
void nic_take(void *to);
// Before frames are taken: what comes from now on interrupts again (machine_nic_irq says whether
// the processor listens).
void nic_acknowledge(void);

#endif
