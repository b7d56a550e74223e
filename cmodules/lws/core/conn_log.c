#include "lws/core/conn_log.h"

#include "lws/http/header.h"

// A flood of connections to a full vhost is a few lines.
#define FULL_BURST 3
#define FULL_WINDOW_US 10000000

static lws_span_t text_of(const char *s) {
    return s ? lws_span(s, strlen(s)) : lws_span(NULL, 0);
}

static lws_log_tag_t tag_of(const lws_conn_t *c) {
    return (lws_log_tag_t) {
               .kind = "conn", .id = c->id, .what = text_of(c->role->name),
               .name = text_of(c->vhost->name),
    };
}

static void begin(lws_log_line_t *l, const lws_conn_t *c, uint32_t level,
    const lws_log_tag_t *tag) {
    const lws_context_t *ctx = c->vhost->ctx;
    lws_log_begin(l, ctx->log, level, ctx->now_us, tag);
}

void lws_conn_log_born(const lws_conn_t *c) {
    lws_log_tag_t tag = tag_of(c);
    lws_log_line_t l;
    begin(&l, c, LWS_LOG_INFO, NULL);
    lws_log_born(&l, &tag, c->vhost->conns);
    lws_log_end(&l);
}

void lws_conn_log_gone(const lws_conn_t *c) {
    lws_log_tag_t tag = tag_of(c);
    lws_log_line_t l;
    begin(&l, c, LWS_LOG_INFO, NULL);
    lws_log_gone(&l, &tag, c->vhost->conns, c->vhost->ctx->now_us - c->born_us);
    LWS_LOG_LIT(&l, " s rx ");
    lws_log_int(&l, c->rx_bytes);
    LWS_LOG_LIT(&l, " tx ");
    lws_log_int(&l, c->tx_bytes);
    if (c->close_code) {
        LWS_LOG_LIT(&l, ", closed with ");
        lws_log_int(&l, c->close_code);
    }
    if (c->flags & LWS_CONN_FAILED) {
        LWS_LOG_LIT(&l, ", failed");
    }
    lws_log_end(&l);
}

void lws_conn_log_refused(const lws_conn_t *c, unsigned status) {
    lws_log_tag_t tag = tag_of(c);
    lws_log_line_t l;
    begin(&l, c, LWS_LOG_NOTICE, &tag);
    LWS_LOG_LIT(&l, "refused: ");
    lws_log_int(&l, status);
    if (status < 1000) {
        LWS_LOG_LIT(&l, " ");
        lws_log_put(&l, lws_status_reason(status));
    }
    lws_log_end(&l);
}

void lws_conn_log_text(const lws_conn_t *c, uint32_t level, lws_span_t text, const char *what) {
    lws_log_tag_t tag = tag_of(c);
    lws_log_line_t l;
    begin(&l, c, level, &tag);
    lws_log_put(&l, text);
    lws_log_put(&l, text_of(what));
    lws_log_end(&l);
}

void lws_conn_log_full(lws_vhost_t *vh) {
    const lws_context_t *ctx = vh->ctx;
    lws_log_tag_t tag = { .kind = "vh", .name = text_of(vh->name) };
    lws_log_line_t l;
    if (!LWS_LOG_ON(ctx->log, LWS_LOG_WARN)
        || !lws_log_pass(&vh->full, ctx->now_us, FULL_BURST, FULL_WINDOW_US)) {
        return;
    }
    lws_log_begin(&l, ctx->log, LWS_LOG_WARN, ctx->now_us, &tag);
    LWS_LOG_LIT(&l, "full: connection refused");
    lws_log_dropped(&l, &vh->full);
    lws_log_end(&l);
}
