// mbedTLS on RP2: what MicroPython has, and the two algorithms that cut a full handshake by a
// third to two thirds.
#ifndef LWS_MBEDTLS_CONFIG_H
#define LWS_MBEDTLS_CONFIG_H

#include "ports/rp2/mbedtls/mbedtls_config_port.h"

#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C

#endif // LWS_MBEDTLS_CONFIG_H
