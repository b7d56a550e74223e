#include "lws/core/retry.h"

// The delay that the table has for the failure after so many others.
static uint32_t base_ms(const lws_retry_policy_t *p, unsigned failed) {
    if (!p->count) {
        return 0;
    }
    return p->table_ms[failed < p->count ? failed : p->count - 1u];
}

// 0 to percent of ms.
static uint32_t jitter(uint32_t ms, unsigned percent, uint16_t random) {
    percent = percent < 100 ? percent : 100;
    uint32_t most = ms / 100 * percent + ms % 100 * percent / 100;
    return (uint32_t)(((uint64_t)most * (random + 1u)) >> 16);
}

bool lws_retry_failed(const lws_retry_policy_t *p, lws_retry_t *r, uint32_t after_s,
    uint16_t random, uint32_t *delay_ms) {
    uint32_t ms = base_ms(p, r->failed);
    if (after_s != LWS_RETRY_NO_WISH) {
        ms = after_s < UINT32_MAX / 1000 ? after_s * 1000 : UINT32_MAX;
    }
    uint32_t more = jitter(ms, p->jitter_pc, random);
    *delay_ms = more < UINT32_MAX - ms ? ms + more : UINT32_MAX;
    bool concealed = p->conceal == LWS_RETRY_FOREVER || r->failed < p->conceal;
    r->failed += r->failed < UINT16_MAX;
    return concealed;
}
