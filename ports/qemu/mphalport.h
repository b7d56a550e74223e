#ifndef QEMU_MPHALPORT_H
#define QEMU_MPHALPORT_H

#include "machine.h"
#include "shared/runtime/interrupt_char.h"

#define MICROPY_BEGIN_ATOMIC_SECTION()      arch_irq_off()
#define MICROPY_END_ATOMIC_SECTION(state)   arch_irq_restore(state)

#endif
