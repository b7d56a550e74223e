#include "lws/core/conn.h"
#include "lws/core/conn_log.h"

// Output of c goes to the scratch buffer: it is corked, and nothing older waits in memory of its
// own.
static bool gathers(const lws_conn_t *c) {
    return c->vhost->ctx->cork == c && !c->tx.used;
}

// Makes room for n more bytes in c's own memory, of which the first `row` lie in a row.
static int reserve(lws_conn_t *c, size_t row, size_t n) {
    size_t used = c->tx.used;
    if ((used && used + n > c->vhost->max_tx) || n > LWS_TXQ_MAX - used) {
        return LWS_ERR_TOO_BIG;
    }
    return lws_chain_reserve(&c->tx, &c->vhost->ctx->mem, row, n);
}

int lws_txq_keep(lws_conn_t *c) {
    lws_context_t *ctx = c->vhost->ctx;
    size_t n = ctx->scratch_len + ctx->lent.n;
    if (ctx->cork != c || !n) {
        return LWS_OK;
    }
    int err = reserve(c, 0, n);
    if (err) {
        lws_conn_no_memory(c);
        lws_conn_abort(c);      // forgets what was gathered, too
        return LWS_ERR_NOMEM;
    }
    lws_chain_put(&c->tx, lws_span(ctx->scratch, ctx->scratch_len));
    lws_chain_put(&c->tx, ctx->lent);
    ctx->scratch_len = 0;
    ctx->lent = lws_span(NULL, 0);
    return LWS_OK;
}

int lws_txq_unlend(lws_conn_t *c) {
    lws_context_t *ctx = c->vhost->ctx;
    if (ctx->cork != c || !ctx->lent.n) {
        return LWS_OK;
    }
    if (ctx->scratch_cap - ctx->scratch_len < ctx->lent.n) {
        return lws_txq_keep(c);
    }
    memcpy(ctx->scratch + ctx->scratch_len, ctx->lent.p, ctx->lent.n);
    ctx->scratch_len += (uint32_t)ctx->lent.n;
    ctx->lent = lws_span(NULL, 0);
    return LWS_OK;
}

lws_conn_t *lws_txq_cork(lws_conn_t *c) {
    lws_context_t *ctx = c->vhost->ctx;
    lws_conn_t *outer = ctx->cork;
    if (outer && outer != c) {
        lws_txq_keep(outer);
    }
    ctx->cork = c;
    return outer;
}

void lws_txq_uncork(lws_conn_t *c, lws_conn_t *outer) {
    if (outer != c) {
        lws_txq_keep(c);
        c->vhost->ctx->cork = outer;
    }
}

int lws_txq_begin(lws_conn_t *c, lws_out_t *o, size_t head, size_t payload) {
    lws_context_t *ctx = c->vhost->ctx;
    int err = ctx->lent.n ? lws_txq_unlend(c) : LWS_OK;
    if (!err && gathers(c)) {
        size_t room = ctx->scratch_cap - ctx->scratch_len;
        size_t need = payload < LWS_TXQ_LEND_MIN ? head + payload : head;
        if (room >= need) {
            *o = lws_out(ctx->scratch + ctx->scratch_len, room);
            return LWS_OK;
        }
        err = lws_txq_keep(c);
    }
    if (!err) {
        err = reserve(c, head, head + payload);
    }
    *o = err ? lws_out(NULL, 0) : lws_chain_out(&c->tx);
    return err;
}

int lws_txq_begin_own(lws_conn_t *c, lws_out_t *o, size_t head, size_t payload) {
    lws_context_t *ctx = c->vhost->ctx;
    int err = lws_txq_unlend(c);
    if (!err && gathers(c) && ctx->scratch_cap - ctx->scratch_len >= head + payload) {
        *o = lws_out(ctx->scratch + ctx->scratch_len, head + payload);
        return LWS_OK;
    }
    err = err ? err : lws_txq_keep(c);
    if (!err) {
        err = reserve(c, head, head + payload);
    }
    *o = err ? lws_out(NULL, 0) : lws_chain_out(&c->tx);
    return err;
}

void lws_txq_end(lws_conn_t *c, lws_out_t *o, lws_span_t payload) {
    lws_context_t *ctx = c->vhost->ctx;
    if (o->p != ctx->scratch + ctx->scratch_len) {
        lws_chain_commit(&c->tx, o->len);
        lws_chain_put(&c->tx, payload);
        return;
    }
    if (payload.n >= LWS_TXQ_LEND_MIN) {
        ctx->lent = payload;
    } else {
        lws_out_span(o, payload);
    }
    ctx->scratch_len += (uint32_t)o->len;
}

void lws_txq_commit(lws_conn_t *c, lws_out_t *o) {
    lws_txq_end(c, o, lws_span(NULL, 0));
}

int lws_txq_lend(lws_conn_t *c, lws_span_t s) {
    lws_out_t o;
    int err = lws_txq_begin(c, &o, 0, s.n);
    if (!err) {
        lws_txq_end(c, &o, s);
    }
    return err;
}

size_t lws_txq_pending(const lws_conn_t *c) {
    const lws_context_t *ctx = c->vhost->ctx;
    size_t n = c->tx.used;
    return ctx->cork == c ? n + ctx->scratch_len + ctx->lent.n : n;
}

void lws_txq_free(lws_conn_t *c) {
    lws_context_t *ctx = c->vhost->ctx;
    if (ctx->cork == c) {
        ctx->scratch_len = 0;
        ctx->lent = lws_span(NULL, 0);
    }
    lws_chain_free(&c->tx, &ctx->mem);
}

int lws_conn_tx(lws_conn_t *c, lws_iov_t iov[2]) {
    const lws_context_t *ctx = c->vhost->ctx;
    int n = 0;
    if (c->tx.used) {
        lws_span_t front = lws_chain_front(&c->tx);
        iov[n++] = (lws_iov_t) { front.p, front.n };
    } else if (ctx->cork == c) {
        if (ctx->scratch_len) {
            iov[n++] = (lws_iov_t) { ctx->scratch, ctx->scratch_len };
        }
        if (ctx->lent.n) {
            iov[n++] = (lws_iov_t) { ctx->lent.p, ctx->lent.n };
        }
    }
    return n;
}

void lws_conn_tx_done(lws_conn_t *c, size_t n) {
    lws_context_t *ctx = c->vhost->ctx;
    c->tx_bytes += (uint32_t)n;
    if (n && (c->flags & LWS_CONN_SEND_STALLED)) {
        c->sent_us = ctx->now_us;
    }
    if (c->tx.used) {
        lws_chain_take(&c->tx, &ctx->mem, n);
    } else if (n < ctx->scratch_len) {
        ctx->scratch_len -= (uint32_t)n;
        memmove(ctx->scratch, ctx->scratch + n, ctx->scratch_len);
    } else {
        n -= ctx->scratch_len;
        ctx->scratch_len = 0;
        if (n) {
            ctx->lent = lws_span(ctx->lent.p + n, ctx->lent.n - n);
        }
    }
}
