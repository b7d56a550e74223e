// What mbedTLS wants of the port: randomness, the time, the calendar.
#include "mbedtls/lws_mbedtls_config.h"

#include "random.h"

#include "mbedtls/entropy.h"
#include "mbedtls/platform_time.h"
#include "mbedtls/platform_util.h"
#include "py/mphal.h"
#include "shared/timeutils/timeutils.h"

int mbedtls_hardware_poll(void *data, unsigned char *output, size_t len, size_t *olen) {
    (void)data;
    random_bytes(output, len);
    *olen = len;
    return 0;
}

time_t mbedtls_port_time(time_t *seconds) {
    time_t now = mp_hal_time_ns() / 1000000000;
    if (seconds) {
        *seconds = now;
    }
    return now;
}

mbedtls_ms_time_t mbedtls_ms_time(void) {
    return mp_hal_time_ns() / 1000000;
}

struct tm *mbedtls_platform_gmtime_r(const mbedtls_time_t *seconds, struct tm *out) {
    timeutils_struct_time_t t;
    timeutils_seconds_since_epoch_to_struct_time(*seconds, &t);
    *out = (struct tm) {
        .tm_year = t.tm_year - 1900, .tm_mon = t.tm_mon - 1, .tm_mday = t.tm_mday,
        .tm_hour = t.tm_hour, .tm_min = t.tm_min, .tm_sec = t.tm_sec,
    };
    return out;
}
