// Time, from one free running counter of the machine.
//
// Milliseconds and the ticks beyond the last one are kept apart and moved forward at every look,
// so that no look costs a 64-bit division.
#include "clock.h"

#include "machine.h"
#include "semihost.h"

#include "py/mphal.h"
#include "py/runtime.h"

#include "lib/oofatfs/ff.h"
#include "shared/timeutils/timeutils.h"

static uint32_t seen;           // the counter at the last look
static uint32_t rest;           // ticks beyond now_ms
static uint64_t now_ms;         // since boot
static uint64_t epoch_ms;       // 1970 to boot

// Also called by an interrupt before the counter has gone round.
void clock_keep(void) {
    uint32_t ticks = arch_ticks();
    rest += ticks - seen;
    seen = ticks;
    if (rest >= ARCH_TICKS_PER_MS) {
        now_ms += rest / ARCH_TICKS_PER_MS;
        rest %= ARCH_TICKS_PER_MS;
    }
}

void clock_init(void) {
    seen = arch_ticks();
    epoch_ms = (uint64_t)semihost_time() * 1000;
}

uint64_t clock_ticks(void) {
    uint32_t before = arch_irq_off();
    clock_keep();
    uint64_t ticks = now_ms * ARCH_TICKS_PER_MS + rest;
    arch_irq_restore(before);
    return ticks;
}

mp_uint_t mp_hal_ticks_ms(void) {
    uint32_t before = arch_irq_off();
    clock_keep();
    uint32_t ms = (uint32_t)now_ms;
    arch_irq_restore(before);
    return ms;
}

mp_uint_t mp_hal_ticks_us(void) {
    uint32_t before = arch_irq_off();
    clock_keep();
    uint32_t us = (uint32_t)now_ms * 1000 + rest / (ARCH_TICKS_PER_MS / 1000);
    arch_irq_restore(before);
    return us;
}

mp_uint_t mp_hal_ticks_cpu(void) {
    return arch_ticks();
}

uint64_t mp_hal_time_ns(void) {
    mp_uint_t us = mp_hal_ticks_us();
    return (epoch_ms + now_ms) * 1000000 + us % 1000 * 1000;
}

// FAT's way to write a time: years from 1980, two seconds a step.
DWORD get_fattime(void) {
    timeutils_struct_time_t t;
    mp_uint_t now = timeutils_seconds_since_epoch_from_nanoseconds_since_1970(mp_hal_time_ns());
    timeutils_seconds_since_epoch_to_struct_time(now, &t);
    return (DWORD)(t.tm_year - 1980) << 25 | t.tm_mon << 21 | t.tm_mday << 16 | t.tm_hour << 11
           | t.tm_min << 5 | t.tm_sec / 2;
}

void mp_hal_delay_ms(mp_uint_t ms) {
    mp_uint_t start = mp_hal_ticks_ms();
    mp_event_handle_nowait();
    for (mp_uint_t gone; (gone = mp_hal_ticks_ms() - start) < ms;) {
        mp_event_wait_ms(ms - gone);
    }
}

void mp_hal_delay_us(mp_uint_t us) {
    for (mp_uint_t start = mp_hal_ticks_us(); mp_hal_ticks_us() - start < us;) {
    }
}
