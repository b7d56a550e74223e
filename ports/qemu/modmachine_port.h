// Included by MicroPython's modmachine.c.
#include "semihost.h"

#include "py/mphal.h"

#define MICROPY_PY_MACHINE_EXTRA_GLOBALS

// QEMU has the boards' reset, but its launcher wants to know: a reset ends the machine.
static void mp_machine_reset(void) {
    semihost_exit(0);
}

static mp_int_t mp_machine_reset_cause(void) {
    return 0;
}

static void mp_machine_idle(void) {
    mp_event_wait_ms(1);
}
