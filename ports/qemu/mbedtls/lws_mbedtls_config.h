// mbedTLS as on the unix port, without an operating system.
#ifndef QEMU_LWS_MBEDTLS_CONFIG_H
#define QEMU_LWS_MBEDTLS_CONFIG_H

#include <time.h>

time_t mbedtls_port_time(time_t *seconds);
#define MBEDTLS_PLATFORM_TIME_MACRO mbedtls_port_time
#define MBEDTLS_PLATFORM_MS_TIME_ALT mbedtls_ms_time
#define MBEDTLS_PLATFORM_GMTIME_R_ALT
#define MBEDTLS_CIPHER_MODE_CTR     // cryptolib's CTR mode
#define MICROPY_MBEDTLS_CONFIG_BARE_METAL (1)

#include "extmod/mbedtls/mbedtls_config_common.h"

#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C

#endif
