#include "lws/core/vhost.h"

#include "lws/core/conn.h"

void lws_vhost_init(lws_vhost_t *vh, lws_context_t *ctx, const char *name) {
    memset(vh, 0, sizeof(*vh));
    vh->ctx = ctx;
    vh->name = name;
    vh->max_conns = LWS_MAX_CONNS;
    vh->max_tx = LWS_MAX_TX;
    vh->send_ms = LWS_SEND_MS;
    vh->close_ms = LWS_CLOSE_MS;
}

void lws_vhost_set(lws_vhost_t *vh, const lws_role_t *role, lws_settings_t *s) {
    s->role = role;
    s->next = vh->settings;
    vh->settings = s;
}

lws_settings_t *lws_vhost_settings(const lws_vhost_t *vh, const lws_role_t *role) {
    lws_settings_t *s = vh->settings;
    while (s && s->role != role) {
        s = s->next;
    }
    return s;
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
