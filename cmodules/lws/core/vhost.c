#include "lws/core/vhost.h"

#include "lws/core/conn.h"
#include "lws/ws/frame.h"

void lws_vhost_init(lws_vhost_t *vh, lws_context_t *ctx, const char *name) {
    memset(vh, 0, sizeof(*vh));
    vh->ctx = ctx;
    vh->name = name;
    vh->max_conns = LWS_MAX_CONNS;
    vh->max_tx = LWS_MAX_TX;
    vh->max_message = LWS_WS_MAX_MESSAGE;
    vh->header_ms = LWS_HEADER_MS;
    vh->keep_alive_ms = LWS_KEEP_ALIVE_MS;
    vh->body_ms = LWS_BODY_MS;
    vh->body_rate = LWS_BODY_RATE;
    vh->send_ms = LWS_SEND_MS;
    vh->close_ms = LWS_CLOSE_MS;
    vh->ping_ms = LWS_PING_MS;
    vh->hangup_ms = LWS_HANGUP_MS;
    vh->h1.body = LWS_MAX_BODY;
}

lws_conn_t *lws_vhost_idlest(const lws_vhost_t *vh) {
    uint64_t kept_us = UINT64_MAX, fresh_us = vh->ctx->now_us - LWS_FRESH_MS * 1000ull;
    lws_conn_t *kept = NULL, *fresh = NULL;
    for (lws_conn_t *c = vh->first; c; c = c->next) {
        bool asked = false;
        uint64_t since = lws_conn_idle(c, &asked);
        if (asked && since < kept_us) {
            kept = c;
            kept_us = since;
        } else if (!asked && since <= fresh_us) {
            fresh = c;
            fresh_us = since;
        }
    }
    return kept ? kept : fresh;
}
