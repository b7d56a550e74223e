#include "lws/core/connect.h"

#include <string.h>

static void fail(lws_connect_t *x, int peer, int error) {
    x->failed_in = x->phase;
    x->phase = LWS_CONNECT_FAILED;
    x->peer = (int8_t)peer;
    x->error = error;
}

static bool is_trying(const lws_connect_t *x, int address) {
    return x->phase == LWS_CONNECT_CONNECT && address >= 0 && address < x->count
           && x->trying >> address & 1;
}

void lws_connect_begin(lws_connect_t *x, uint64_t now_us, uint32_t timeout_ms) {
    memset(x, 0, sizeof(*x));
    x->until_us = timeout_ms ? now_us + (uint64_t)timeout_ms * 1000 : UINT64_MAX;
    x->peer = LWS_CONNECT_NONE;
}

void lws_connect_named(lws_connect_t *x, uint64_t now_us, unsigned count, int error) {
    if (x->phase != LWS_CONNECT_NAME) {
        return;
    }
    if (!count) {
        fail(x, LWS_CONNECT_NONE, error);
        return;
    }
    x->phase = LWS_CONNECT_CONNECT;
    x->count = (uint8_t)(count < LWS_CONNECT_MAX_ADDRESSES ? count : LWS_CONNECT_MAX_ADDRESSES);
    x->next_us = now_us;
}

int lws_connect_next(lws_connect_t *x, uint64_t now_us) {
    if (x->phase != LWS_CONNECT_CONNECT || x->begun == x->count || now_us < x->next_us) {
        return LWS_CONNECT_NONE;
    }
    x->next_us = now_us + LWS_CONNECT_HEAD_START_MS * 1000u;
    x->trying |= (uint8_t)(1u << x->begun);
    return x->begun++;
}

void lws_connect_made(lws_connect_t *x, int address) {
    if (is_trying(x, address)) {
        x->phase = LWS_CONNECT_HANDSHAKE;
        x->trying &= (uint8_t) ~(1u << address);
        x->peer = (int8_t)address;
    }
}

void lws_connect_refused(lws_connect_t *x, uint64_t now_us, int address, int error) {
    if (!is_trying(x, address)) {
        return;
    }
    x->trying &= (uint8_t) ~(1u << address);
    if (x->begun < x->count) {
        x->next_us = now_us;        // whose turn it is need not wait for this one any more
    } else if (!x->trying) {
        fail(x, address, error);
    }
}

void lws_connect_opened(lws_connect_t *x) {
    if (x->phase == LWS_CONNECT_HANDSHAKE) {
        x->phase = LWS_CONNECT_OPEN;
    }
}

void lws_connect_broken(lws_connect_t *x, int error) {
    if (x->phase == LWS_CONNECT_HANDSHAKE) {
        fail(x, x->peer, error);
    }
}

uint64_t lws_connect_deadline(const lws_connect_t *x) {
    if (x->phase >= LWS_CONNECT_OPEN) {
        return UINT64_MAX;
    }
    bool more = x->phase == LWS_CONNECT_CONNECT && x->begun < x->count;
    return more && x->next_us < x->until_us ? x->next_us : x->until_us;
}

void lws_connect_expire(lws_connect_t *x, uint64_t now_us) {
    if (x->phase < LWS_CONNECT_OPEN && now_us >= x->until_us) {
        // Of several that are silent the first one is named: it was to be preferred.
        int peer = x->peer;
        for (int i = 0; x->phase == LWS_CONNECT_CONNECT && i < x->begun; i++) {
            if (peer == LWS_CONNECT_NONE && is_trying(x, i)) {
                peer = i;
            }
        }
        fail(x, peer, LWS_CONNECT_TIMEOUT);
    }
}
