// SHA-1 (FIPS 180-4), for the handshake of WebSocket only: it proves nothing about who the peer
// is.
#ifndef LWS_WS_SHA1_H
#define LWS_WS_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define LWS_SHA1_LEN 20

void lws_sha1(const void *p, size_t n, uint8_t digest[LWS_SHA1_LEN]);

#endif
