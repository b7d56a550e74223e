// Included by MicroPython's modtime.c.
#include "py/mphal.h"
#include "shared/timeutils/timeutils.h"

static mp_uint_t now(void) {
    return timeutils_seconds_since_epoch_from_nanoseconds_since_1970(mp_hal_time_ns());
}

static mp_obj_t mp_time_time_get(void) {
    return mp_obj_new_int_from_uint(now());
}

static mp_obj_t mp_time_localtime_get(void) {
    timeutils_struct_time_t t;
    timeutils_seconds_since_epoch_to_struct_time(now(), &t);
    mp_obj_t items[] = {
        mp_obj_new_int(t.tm_year), mp_obj_new_int(t.tm_mon), mp_obj_new_int(t.tm_mday),
        mp_obj_new_int(t.tm_hour), mp_obj_new_int(t.tm_min), mp_obj_new_int(t.tm_sec),
        mp_obj_new_int(t.tm_wday), mp_obj_new_int(t.tm_yday),
    };
    return mp_obj_new_tuple(MP_ARRAY_SIZE(items), items);
}
