// Interrupts and exceptions: all come here.
#include "machine.h"
#include "virt.h"

#include "semihost.h"

#include "py/mpprint.h"

#define EXIT_FAULT 125

#define CAUSE_TIMER     0x80000007
#define CAUSE_EXTERNAL  0x8000000b

#define CSR(name) ({ uint32_t v; __asm volatile ("csrr %0, " name: "=r" (v)); v; })

static void report_fault(void) {
    mp_printf(&mp_plat_print, "FAULT: cause %u at pc=%08x, value %08x\n",
        (unsigned)CSR("mcause"), (unsigned)CSR("mepc"), (unsigned)CSR("mtval"));
    semihost_exit(EXIT_FAULT);
}

__attribute__((interrupt("machine"), aligned(4))) void trap(void) {
    switch (CSR("mcause")) {
        case CAUSE_TIMER:
            virt_timer_interrupt();
            break;
        case CAUSE_EXTERNAL:
            virt_external_interrupt();
            break;
        default:
            report_fault();
    }
}
