#include "lws/core/conn.h"
#include "lws/core/conn_log.h"

_Static_assert(sizeof(((lws_conn_t *)0)->role_state) >= LWS_ROLE_STATE, "role state");

int lws_conn_open(lws_conn_t *c, lws_vhost_t *vh, const lws_role_t *role) {
    if (lws_vhost_full(vh)) {
        lws_conn_log_full(vh);
        return LWS_ERR_TOO_BIG;
    }
    lws_context_t *ctx = vh->ctx;
    c->vhost = vh;
    c->role = role;
    c->id = ++ctx->serial;
    c->born_us = c->heard_us = ctx->now_us;
    c->next = vh->first;
    if (vh->first) {
        vh->first->prev = c;
    }
    vh->first = c;
    vh->conns++;
    ctx->conns++;
    role->open(c);
    lws_conn_rearm(c);
    lws_conn_opened(c);
    return LWS_OK;
}

void lws_conn_free(lws_conn_t *c) {
    lws_vhost_t *vh = c->vhost;
    lws_context_t *ctx = vh->ctx;
    lws_sul_cancel(&ctx->timers, &c->timer);
    c->role->free(c);
    lws_txq_free(c);
    if (ctx->cork == c) {
        ctx->cork = NULL;
    }
    lws_chain_free(&c->held, &ctx->mem);
    if (c->prev) {
        c->prev->next = c->next;
    } else {
        vh->first = c->next;
    }
    if (c->next) {
        c->next->prev = c->prev;
    }
    vh->conns--;
    ctx->conns--;
    lws_conn_ended(c);
    c->state = LWS_CONN_DEAD;
}

void lws_conn_become(lws_conn_t *c, const lws_role_t *role) {
    c->role->free(c);
    memset(&c->role_state, 0, sizeof(c->role_state));
    c->role = role;
    c->flags &= (uint8_t) ~LWS_CONN_HELD_ROLE;
    role->open(c);
    if (lws_conn_input_over(c)) {
        role->eof(c);
    }
}

// ---- in

// So much output waits that more input would only add to it. What this turn has gathered is about
// to be tried and does not count.
static bool congested(const lws_conn_t *c) {
    return c->tx.used > c->vhost->max_tx / 4;
}

// New input must wait behind what is held, unless it is that.
static bool is_behind(const lws_conn_t *c) {
    return c->held.used && !(c->flags & LWS_CONN_SERVING);
}

static bool holds_back(const lws_conn_t *c) {
    return c->flags & (LWS_CONN_HELD_APP | LWS_CONN_HELD_ROLE) || congested(c);
}

// Input may still come, and not too much has come since the last answer.
static bool drains(const lws_conn_t *c) {
    return !(c->flags & LWS_CONN_EOF) && c->drained <= LWS_CONN_MAX_DRAIN;
}

// Input of a connection that is on its way out: thrown away, so that our last words are not lost
// to a reset, which is what the peer would get if the stream were closed with input unread.
static size_t drain(lws_conn_t *c, size_t len) {
    c->flags |= len ? LWS_CONN_DRAIN : 0;
    c->drained += (uint32_t)len;
    if (c->state == LWS_CONN_DRAINING && !drains(c)) {
        lws_conn_abort(c);
    }
    return len;
}

size_t lws_conn_rx(lws_conn_t *c, uint8_t *buf, size_t len, lws_event_t *ev) {
    const lws_context_t *ctx = c->vhost->ctx;
    ev->type = LWS_EV_NONE;
    ev->stream = 0;
    if (c->state != LWS_CONN_OPEN) {
        return drain(c, len);
    }
    if (!len) {
        return 0;
    }
    c->heard_us = ctx->now_us;
    c->flags |= LWS_CONN_IN_TURN;
    if (is_behind(c) || holds_back(c)) {
        return 0;
    }
    // What the last event borrowed may have been lent, and the role is about to let go of it.
    if (ctx->lent.n && lws_txq_unlend(c)) {
        return len;
    }
    int n = c->role->rx(c, buf, len, ev);
    if (n < 0) {
        ev->type = LWS_EV_NONE;
        lws_conn_no_memory(c);
        lws_conn_abort(c);
        return len;
    }
    c->rx_bytes += (uint32_t)n;
    return (size_t)n;
}

static int hold_back(lws_conn_t *c, lws_span_t rest) {
    int err = lws_chain_reserve(&c->held, &c->vhost->ctx->mem, 0, rest.n);
    if (!err) {
        lws_chain_put(&c->held, rest);
    }
    return err;
}

// The first piece of what is held was served, but for its last n bytes.
static int served(lws_conn_t *c, size_t n) {
    int err = lws_txq_unlend(c);        // may lie in it
    if (!err) {
        size_t piece = lws_chain_front(&c->held).n;
        lws_chain_take(&c->held, &c->vhost->ctx->mem, piece - n);
    }
    return err;
}

void lws_conn_settle(lws_conn_t *c, const uint8_t *rest, size_t n) {
    lws_context_forget_head(c->vhost->ctx);
    bool serving = c->flags & LWS_CONN_SERVING;
    c->flags &= (uint8_t) ~(LWS_CONN_IN_TURN | LWS_CONN_SERVING);
    if (c->state == LWS_CONN_OPEN) {
        int err = serving ? served(c, n) : hold_back(c, lws_span(rest, n));
        if (!err) {
            err = c->role->settle(c);
        }
        if (err) {
            lws_conn_no_memory(c);
            lws_conn_abort(c);
        } else if (lws_conn_input_over(c)) {
            c->role->eof(c);
        }
    }
}

void lws_conn_eof(lws_conn_t *c) {
    c->flags |= LWS_CONN_EOF;
    if (c->state == LWS_CONN_OPEN) {
        lws_conn_settle(c, NULL, 0);
    } else if (!lws_txq_pending(c)) {
        c->state = LWS_CONN_DEAD;
    }
}

lws_iov_t lws_conn_held(lws_conn_t *c) {
    lws_iov_t v = { NULL, 0 };
    if (lws_conn_want(c) & LWS_WANT_SERVE) {
        lws_span_t front = lws_chain_front(&c->held);
        v = (lws_iov_t) { front.p, front.n };
        c->flags |= LWS_CONN_IN_TURN | LWS_CONN_SERVING;
    }
    return v;
}

void lws_conn_hold(lws_conn_t *c, bool hold) {
    if (hold) {
        c->flags |= LWS_CONN_HELD_APP;
    } else {
        c->flags &= (uint8_t) ~LWS_CONN_HELD_APP;
    }
}

// ---- out

int lws_conn_send(lws_conn_t *c, uint8_t opcode, lws_span_t data, bool final) {
    if (c->state != LWS_CONN_OPEN) {
        return LWS_ERR_CLOSED;
    }
    return c->role->send ? c->role->send(c, opcode, data, final) : LWS_ERR_STATE;
}

void lws_conn_close(lws_conn_t *c, unsigned code, lws_span_t reason) {
    if (c->state == LWS_CONN_OPEN) {
        c->role->close(c, code, reason);
    }
}

// Nothing is left to send: what a connection on its way out does next.
static void said_all(lws_conn_t *c) {
    if (c->state != LWS_CONN_CLOSING) {
        return;
    }
    bool wait = c->flags & LWS_CONN_DRAIN && drains(c);
    c->state = wait ? LWS_CONN_DRAINING : LWS_CONN_DEAD;
    c->sent_us = c->vhost->ctx->now_us;
}

void lws_conn_tx_settle(lws_conn_t *c) {
    lws_txq_keep(c);
    if (!c->tx.used) {
        c->flags &= (uint8_t) ~LWS_CONN_SEND_STALLED;
        said_all(c);
    } else if (!(c->flags & LWS_CONN_SEND_STALLED)) {
        c->flags |= LWS_CONN_SEND_STALLED;
        c->sent_us = c->vhost->ctx->now_us;
    }
    // A call from inside an event of this connection must leave the event its bytes.
    if (!(c->flags & LWS_CONN_IN_TURN) && c->role->trim) {
        c->role->trim(c);
    }
    lws_conn_rearm(c);
}

void lws_conn_finish(lws_conn_t *c, bool drain_first) {
    if (c->state != LWS_CONN_OPEN) {
        return;
    }
    c->state = LWS_CONN_CLOSING;
    if (!(c->flags & LWS_CONN_SEND_STALLED)) {
        c->sent_us = c->vhost->ctx->now_us;
    }
    if (drain_first) {
        c->flags |= LWS_CONN_DRAIN;
    }
    if (!lws_txq_pending(c)) {
        said_all(c);
    }
}

void lws_conn_abort(lws_conn_t *c) {
    c->state = LWS_CONN_DEAD;
    c->flags |= LWS_CONN_FAILED;
    lws_txq_free(c);
    if (c->role->aborted) {
        c->role->aborted(c);
    }
}

// ---- the pump's side

unsigned lws_conn_want(const lws_conn_t *c) {
    if (c->state == LWS_CONN_DEAD) {
        return LWS_WANT_CLOSE;
    }
    unsigned want = lws_txq_pending(c) ? LWS_WANT_WRITE : 0;
    if (c->state != LWS_CONN_OPEN) {
        return drains(c) ? want | LWS_WANT_READ : want;
    }
    // A peer that does not read is not read either: its answers would pile up here.
    if (!(c->flags & LWS_CONN_EOF) && c->held.used < LWS_CONN_MAX_HELD && !congested(c)) {
        want |= LWS_WANT_READ;
    }
    if (is_behind(c) && !holds_back(c)) {
        want |= LWS_WANT_SERVE;
    }
    return want;
}

uint64_t lws_conn_idle(const lws_conn_t *c, bool *asked) {
    bool quiet = c->state == LWS_CONN_OPEN && !c->held.used && !lws_txq_pending(c)
        && !(c->flags & (LWS_CONN_IN_TURN | LWS_CONN_HELD_APP | LWS_CONN_HELD_ROLE));
    return quiet && c->role->idle ? c->role->idle(c, asked) : UINT64_MAX;
}

static uint64_t after(uint64_t us, uint32_t ms) {
    return ms ? us + (uint64_t)ms * 1000 : UINT64_MAX;
}

// When to give up a peer that does not take our output, or our goodbye.
static uint64_t send_deadline(const lws_conn_t *c) {
    if (c->flags & LWS_CONN_SEND_STALLED) {
        return after(c->sent_us, c->vhost->send_ms);
    }
    return c->state != LWS_CONN_OPEN ? after(c->sent_us, c->vhost->close_ms) : UINT64_MAX;
}

void lws_conn_rearm(lws_conn_t *c) {
    lws_context_t *ctx = c->vhost->ctx;
    if (c->state == LWS_CONN_DEAD) {
        lws_sul_cancel(&ctx->timers, &c->timer);
        return;
    }
    uint64_t due = send_deadline(c);
    if (c->state == LWS_CONN_OPEN) {
        uint64_t role_due = c->role->deadline(c);
        due = role_due < due ? role_due : due;
    }
    // A timer that comes too early finds that out by itself: cheaper than moving it at every
    // request.
    if (lws_sul_pending(&c->timer)) {
        if (c->timer.us <= due) {
            return;
        }
        lws_sul_cancel(&ctx->timers, &c->timer);
    }
    if (due != UINT64_MAX) {
        lws_sul_at(&ctx->timers, &c->timer, due);
    }
}

void lws_conn_expire(lws_conn_t *c) {
    uint64_t now = c->vhost->ctx->now_us;
    if (c->state == LWS_CONN_DEAD) {
        return;
    }
    if (send_deadline(c) <= now) {
        lws_conn_timed_out(c, c->flags & LWS_CONN_SEND_STALLED ? "send_ms" : "close_ms");
        lws_conn_abort(c);
    } else if (c->state == LWS_CONN_OPEN && c->role->deadline(c) <= now) {
        c->role->expire(c);
    }
    lws_conn_rearm(c);
}
