// When to try again: libwebsockets' retry policy. A table of delays, a random part on top so that
// many who lost the same server do not come back at once, and how many failures are concealed from
// the application. (Validity, the other half of that policy, is ping_ms and hangup_ms of
// core/ws.h, for clients and servers.)
#ifndef LWS_CORE_RETRY_H
#define LWS_CORE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#define LWS_RETRY_FOREVER 65535         // conceal: never tell
#define LWS_RETRY_JITTER 30             // percent, a usual value
#define LWS_RETRY_NO_WISH UINT32_MAX    // the server said no Retry-After

typedef struct lws_retry_policy {
    const uint32_t *table_ms;       // the delays, of which the last goes on; none: no delay
    uint16_t count;                 // of them
    uint16_t conceal;               // failures in a row that are tried again
    uint8_t jitter_pc;              // up to so many percent are added, 100 at most
} lws_retry_policy_t;

typedef struct lws_retry {
    uint16_t failed;                // in a row
} lws_retry_t;

// It failed. True: try again after *delay_ms; false: enough, the application is told (it may go on
// with that delay all the same). random: 16 bits of it. after_s: what Retry-After said, which wins
// over the table and is never cut short (lws_http_retry_after), or LWS_RETRY_NO_WISH.
bool lws_retry_failed(const lws_retry_policy_t *p, lws_retry_t *r, uint32_t after_s,
    uint16_t random, uint32_t *delay_ms);

// It worked: the next failure is the first again.
static inline void lws_retry_worked(lws_retry_t *r) {
    r->failed = 0;
}

#endif
