// How much of the instructions lwIP took (test firmwares).
#ifndef QEMU_COUNTER_LWIP_H
#define QEMU_COUNTER_LWIP_H

#include <stdint.h>

// Since boot: its turns (frames in, with the driver's copying; timers) and what sockets call.
uint64_t counter_lwip_instructions(void);

#endif
