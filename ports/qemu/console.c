// The serial line: characters come by interrupt, so ^C reaches a script that never looks.
#include "idle.h"
#include "machine.h"

#include "py/mphal.h"
#include "py/ringbuf.h"
#include "py/runtime.h"
#include "py/stream.h"

// What comes beyond it is lost, as on a UART without flow control.
static uint8_t typed_data[1024];
static ringbuf_t typed = { .buf = typed_data, .size = sizeof(typed_data) };

void console_received(uint8_t c) {
    if (c == mp_interrupt_char) {
        mp_sched_keyboard_interrupt();
    } else {
        ringbuf_put(&typed, c);
    }
    idle_end();
}

uintptr_t mp_hal_stdio_poll(uintptr_t wanted) {
    uintptr_t ready = wanted & MP_STREAM_POLL_WR;
    if (ringbuf_peek(&typed) >= 0) {
        ready |= wanted & MP_STREAM_POLL_RD;
    }
    return ready;
}

int mp_hal_stdin_rx_chr(void) {
    int c;
    while ((c = ringbuf_get(&typed)) < 0) {
        mp_event_wait_indefinite();
    }
    return c;
}

mp_uint_t mp_hal_stdout_tx_strn(const char *str, size_t len) {
    for (size_t i = 0; i < len; i++) {
        machine_put((uint8_t)str[i]);
    }
    return len;
}
