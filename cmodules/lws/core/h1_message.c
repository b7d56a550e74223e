#include "lws/core/h1_message.h"

int lws_h1_own_head(lws_conn_t *c, lws_h1_t *rx) {
    lws_context_t *ctx = c->vhost->ctx;
    if (rx->head != &ctx->head) {
        return LWS_OK;
    }
    lws_head_t *h = ctx->spare;
    ctx->spare = NULL;
    if (!h) {
        h = lws_mem_alloc(&ctx->mem, sizeof(*h));
    }
    if (!h) {
        return LWS_ERR_NOMEM;
    }
    *h = ctx->head;
    rx->head = h;
    return LWS_OK;
}

void lws_h1_let_go(lws_conn_t *c, lws_h1_t *rx) {
    lws_context_t *ctx = c->vhost->ctx;
    if (rx->head != &ctx->head) {
        if (ctx->spare) {
            lws_mem_free(&ctx->mem, rx->head, sizeof(*rx->head));
        } else {
            ctx->spare = rx->head;
        }
        rx->head = &ctx->head;
    }
    lws_h1_free(rx);
}

void lws_h1_trim(lws_conn_t *c, lws_h1_t *rx) {
    if ((rx->acc || rx->head != &c->vhost->ctx->head) && lws_h1_idle(rx)) {
        lws_h1_let_go(c, rx);
    }
}

void lws_h1_outlive_role(lws_conn_t *c, lws_h1_t *rx) {
    lws_context_t *ctx = c->vhost->ctx;
    lws_context_forget_head(ctx);
    ctx->old_head = rx->acc;
    ctx->old_head_cap = rx->acc_cap;
    rx->acc = NULL;
    if (rx->head != &ctx->head) {
        // This struct becomes the spare one, which is not used before the event is over.
        lws_mem_free(&ctx->mem, ctx->spare, sizeof(*ctx->spare));
        ctx->spare = NULL;
    }
}

void lws_h1_put_piece(lws_out_t *o, lws_span_t data, bool last) {
    if (data.n) {
        lws_h1_put_chunk(o, data.n);
        lws_out_span(o, data);
        LWS_OUT_LIT(o, "\r\n");
    }
    if (last) {
        LWS_OUT_LIT(o, "0\r\n\r\n");
    }
}

int lws_h1_send(lws_conn_t *c, lws_span_t data, bool chunked, bool last) {
    if (!data.n && !(chunked && last)) {
        return LWS_OK;
    }
    if (!chunked) {
        return lws_txq_lend(c, data);
    }
    lws_out_t o;
    int err = lws_txq_begin(c, &o, data.n + LWS_H1_CHUNK_ROOM, 0);
    if (!err) {
        lws_h1_put_piece(&o, data, last);
        lws_txq_commit(c, &o);
    }
    return err;
}
