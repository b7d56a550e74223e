// HTTP/1.1, server side (RFC 9112): one request after another, each answered once, in order.
#include "lws/core/conn_log.h"
#include "lws/core/h1_message.h"
#include "lws/core/role_h1.h"
#include "lws/ws/handshake.h"

_Static_assert(sizeof(lws_h1_state_t) <= LWS_ROLE_STATE, "h1 state");

static inline lws_h1_state_t *state_of(const lws_conn_t *c) {
    return lws_conn_role_state(c);
}

static const lws_http_settings_t defaults = {
    .limits = { .line = LWS_H1_MAX_LINE, .head = LWS_H1_MAX_HEAD, .body = LWS_MAX_BODY },
    .header_ms = LWS_HEADER_MS, .keep_alive_ms = LWS_KEEP_ALIVE_MS,
    .body_ms = LWS_BODY_MS, .body_rate = LWS_BODY_RATE, .sse_ms = LWS_SSE_MS,
};

void lws_http_settings(lws_http_settings_t *s, lws_vhost_t *vh) {
    *s = defaults;
    lws_vhost_set(vh, &lws_role_h1, &s->settings);
}

static void h1_open(lws_conn_t *c) {
    lws_h1_state_t *st = state_of(c);
    lws_context_t *ctx = c->vhost->ctx;
    const lws_settings_t *set = lws_vhost_settings(c->vhost, &lws_role_h1);
    st->set = set ? (const lws_http_settings_t *)(const void *)set : &defaults;
    lws_h1_init(&st->rx, &ctx->mem, &st->set->limits, false);
    st->rx.head = &ctx->head;
    st->since_us = ctx->now_us;
    st->phase = H1_FRESH;
}

static void h1_free(lws_conn_t *c) {
    lws_h1_let_go(c, &state_of(c)->rx);
}

static void h1_trim(lws_conn_t *c) {
    lws_h1_trim(c, &state_of(c)->rx);
}

// ---- in

// Both the request and its answer are done.
static void next_message(lws_conn_t *c) {
    lws_h1_state_t *st = state_of(c);
    bool keep = st->flags & H1_KEEP;
    c->vhost->requests++;
    c->drained = 0;
    st->flags = 0;
    st->phase = H1_IDLE;
    st->since_us = c->vhost->ctx->now_us;
    c->flags &= (uint8_t) ~LWS_CONN_HELD_ROLE;
    if (!keep || lws_conn_input_over(c)) {
        // An answer that was cut short: what there is of it must arrive, and be seen to be short.
        lws_conn_finish(c, c->flags & LWS_CONN_FAILED);
    }
}

// The rest of the body will not be read: it is long, or the client has not begun and need not.
static bool gives_up(const lws_h1_state_t *st) {
    return st->phase == H1_BODY && (st->flags & H1_EXPECT || st->rx.left > LWS_CONN_MAX_DRAIN);
}

// Says a status and closes, when that can still be said.
static void answer_plainly(lws_conn_t *c, unsigned status) {
    lws_span_t reason = lws_status_reason(status);
    lws_response_t r = {
        .status = (uint16_t)status, .close = true, .type = LWS_LIT("text/plain; charset=UTF-8"),
        .body = reason, .length = reason.n,
    };
    c->flags |= LWS_CONN_FAILED;
    if (state_of(c)->flags & H1_OWED && lws_conn_respond(c, &r) != LWS_OK) {
        lws_conn_abort(c);
    }
    lws_conn_finish(c, true);
}

// A broken message. What was broken is a head, or a body whose head may have been answered
// already.
static void refuse(lws_conn_t *c) {
    lws_h1_state_t *st = state_of(c);
    if (st->phase != H1_BODY) {
        st->flags = H1_OWED;
    }
    unsigned status = st->rx.status ? st->rx.status : 400;
    lws_conn_refused(c, status);
    answer_plainly(c, status);
}

// Is there a second field with this id?
static bool is_repeated(const lws_head_t *h, lws_hdr_t id) {
    size_t i = h->known[id];
    while (i && i < h->count) {
        if (h->headers[i++].id == id) {
            return true;
        }
    }
    return false;
}

static unsigned websocket_status(const lws_head_t *h) {
    if (!(h->flags & LWS_HEAD_UPGRADE)
        || !lws_head_has_token(h, LWS_HDR_UPGRADE, LWS_LIT("websocket"))) {
        return 0;
    }
    lws_ws_request_t r = {
        .get = h->method == LWS_METHOD_GET, .http11 = h->minor >= 1,
        .upgrade = LWS_LIT("websocket"), .connection = LWS_LIT("upgrade"),
        .key = lws_head_get(h, LWS_HDR_SEC_WEBSOCKET_KEY),
        .version = lws_head_get(h, LWS_HDR_SEC_WEBSOCKET_VERSION),
    };
    bool twice = is_repeated(h, LWS_HDR_SEC_WEBSOCKET_KEY)
        || is_repeated(h, LWS_HDR_SEC_WEBSOCKET_VERSION);
    return twice ? 400 : (unsigned)lws_ws_check_request(&r);
}

static void on_head(lws_conn_t *c, const lws_head_t *h, lws_event_t *ev) {
    lws_h1_state_t *st = state_of(c);
    unsigned flags = H1_OWED;
    flags |= h->flags & LWS_HEAD_KEEP_ALIVE ? H1_KEEP : 0;
    flags |= h->flags & LWS_HEAD_EXPECT ? H1_EXPECT : 0;
    flags |= h->minor == 0 ? H1_MINOR0 : 0;
    flags |= h->method == LWS_METHOD_HEAD ? H1_HEAD_ONLY : 0;
    st->flags = (uint8_t)flags;
    ev->type = LWS_EV_REQUEST;
    ev->of = h;
    ev->code = (uint16_t)websocket_status(h);
    ev->more = h->content_length || h->flags & LWS_HEAD_CHUNKED;
    st->phase = H1_BODY;
    st->since_us = c->vhost->ctx->now_us;
    st->mark = 0;
    if (!ev->more) {
        // The end is reported at once, without input.
        lws_h1_event_t e;
        lws_h1_rx(&st->rx, NULL, 0, &e);
        st->phase = H1_COMPLETE;
    }
}

// Answered already, and the body still comes: a short rest is read past.
static void skip(lws_conn_t *c, size_t n) {
    c->drained += (uint32_t)n;
    if (c->drained > LWS_CONN_MAX_DRAIN) {
        lws_conn_finish(c, true);
    }
}

// A piece of the body, or its end. True when the owner is told.
static bool on_body(lws_conn_t *c, const lws_h1_event_t *e, lws_event_t *ev) {
    lws_h1_state_t *st = state_of(c);
    bool wanted = st->flags & (H1_OWED | H1_SENDING);
    bool final = e->type == LWS_H1_END;
    lws_span_t data = final ? LWS_LIT("") : e->data;
    st->mark += (uint32_t)data.n;
    st->flags &= (uint8_t) ~H1_EXPECT;
    if (!final && !st->rx.left) {
        // The end of a body of known length is reported at once, without input.
        lws_h1_event_t next;
        lws_h1_rx(&st->rx, NULL, 0, &next);
        final = next.type == LWS_H1_END;
    }
    if (!wanted) {
        skip(c, data.n);
        if (final && c->state == LWS_CONN_OPEN) {
            next_message(c);
        }
        return false;
    }
    if (final) {
        st->phase = H1_COMPLETE;
    }
    ev->type = LWS_EV_BODY;
    ev->data = data;
    ev->final = final;
    return true;
}

static int h1_rx(lws_conn_t *c, uint8_t *buf, size_t len, lws_event_t *ev) {
    lws_h1_state_t *st = state_of(c);
    size_t used = 0;
    while (c->state == LWS_CONN_OPEN) {
        if (st->phase == H1_COMPLETE) {
            c->flags |= LWS_CONN_HELD_ROLE;
            return (int)used;
        }
        lws_h1_event_t e;
        int n = lws_h1_rx(&st->rx, buf + used, len - used, &e);
        if (n == LWS_ERR_NOMEM) {
            return n;
        }
        if (n < 0) {
            refuse(c);
            break;
        }
        used += (size_t)n;
        if (e.type == LWS_H1_HEAD) {
            on_head(c, e.head, ev);
        }
        bool is_body = e.type == LWS_H1_BODY || e.type == LWS_H1_END;
        if (e.type <= LWS_H1_HEAD || (is_body && on_body(c, &e, ev))) {
            return (int)used;
        }
    }
    return (int)len;
}

static void h1_eof(lws_conn_t *c) {
    lws_h1_state_t *st = state_of(c);
    if (st->phase == H1_COMPLETE) {
        return;     // half-closed: it still gets its answer
    }
    if (st->phase == H1_HEAD || st->phase == H1_BODY) {
        c->flags |= LWS_CONN_FAILED;
    }
    lws_conn_finish(c, false);
}

static int h1_settle(lws_conn_t *c) {
    lws_h1_state_t *st = state_of(c);
    if (lws_h1_idle(&st->rx)) {
        return LWS_OK;
    }
    if (st->phase < H1_HEAD) {
        st->phase = H1_HEAD;
        st->since_us = c->vhost->ctx->now_us;
    }
    // Nobody refused the body in this turn: the client, which waits to be asked for it, is asked.
    if (st->phase == H1_BODY && st->flags & H1_EXPECT && st->flags & H1_OWED) {
        st->flags &= (uint8_t) ~H1_EXPECT;
        int err = lws_txq_lend(c, LWS_LIT("HTTP/1.1 100 Continue\r\n\r\n"));
        if (err) {
            return err;
        }
    }
    return lws_h1_own_head(c, &st->rx);
}

// ---- deadlines

static uint64_t h1_deadline(const lws_conn_t *c) {
    const lws_h1_state_t *st = state_of(c);
    uint32_t ms = 0;
    if (st->phase == H1_IDLE) {
        ms = st->set->keep_alive_ms;
    } else if (st->phase <= H1_HEAD) {
        ms = st->set->header_ms;
    } else if (st->phase == H1_BODY) {
        ms = st->set->body_ms;
    } else if (st->flags & H1_EVENTS) {
        ms = st->set->sse_ms;
    }
    return ms ? st->since_us + (uint64_t)ms * 1000 : UINT64_MAX;
}

// Is it not the peer that we wait for, or has it done its share?
static bool excused(const lws_conn_t *c) {
    const lws_h1_state_t *st = state_of(c);
    // What else it asked waits for an answered request's coroutine; it may have gone meanwhile.
    if (st->phase == H1_IDLE && c->flags & LWS_CONN_EOF) {
        return lws_txq_pending(c);
    }
    if (c->held.used || c->flags & LWS_CONN_HELD_APP || !(lws_conn_want(c) & LWS_WANT_READ)) {
        return true;
    }
    if (st->phase == H1_BODY) {
        return (uint64_t)st->mark * 1000 >= (uint64_t)st->set->body_rate * st->set->body_ms;
    }
    return st->phase == H1_IDLE && lws_txq_pending(c);
}

static int put_body(lws_conn_t *c, lws_span_t data, bool last);

// A stream to one that has gone breaks on it; one that does not read breaks on send_ms.
static void beat(lws_conn_t *c) {
    state_of(c)->since_us = c->vhost->ctx->now_us;
    if (!lws_txq_pending(c) && put_body(c, LWS_LIT(":\n\n"), false)) {
        lws_conn_no_memory(c);
    }
}

static void h1_expire(lws_conn_t *c) {
    lws_h1_state_t *st = state_of(c);
    if (st->phase == H1_COMPLETE) {
        beat(c);
    } else if (excused(c)) {
        st->mark = 0;
        st->since_us = c->vhost->ctx->now_us;
    } else if (st->phase < H1_HEAD) {
        if (st->phase == H1_FRESH) {
            lws_conn_timed_out(c, "header_ms");
        }
        lws_conn_finish(c, false);
    } else {
        lws_conn_timed_out(c, st->phase == H1_HEAD ? "header_ms" : "body_ms");
        st->flags |= st->phase == H1_HEAD ? H1_OWED : 0;
        answer_plainly(c, 408);
    }
}

static uint64_t h1_idle(const lws_conn_t *c, bool *asked) {
    const lws_h1_state_t *st = state_of(c);
    *asked = st->phase == H1_IDLE;
    return st->phase < H1_HEAD ? st->since_us : UINT64_MAX;
}

static void h1_close(lws_conn_t *c, unsigned code, lws_span_t reason) {
    (void)code;
    (void)reason;
    lws_h1_state_t *st = state_of(c);
    st->flags &= (uint8_t) ~H1_KEEP;
    if (!(st->flags & (H1_OWED | H1_SENDING))) {
        lws_conn_finish(c, st->phase == H1_BODY);
    }
}

// ---- out

// The whole answer was queued.
static void answered(lws_conn_t *c) {
    lws_h1_state_t *st = state_of(c);
    st->flags &= (uint8_t) ~(H1_OWED | H1_SENDING);
    if (st->phase == H1_COMPLETE) {
        next_message(c);
    } else if (!(st->flags & H1_KEEP) || gives_up(st)) {
        lws_conn_finish(c, true);
    }
}

// RFC 9110, sections 15.3.5, 15.3.6, 15.4.5
static bool has_no_content(unsigned status) {
    return status == 204 || status == 205 || status == 304;
}

// What an answer makes of the flags.
static unsigned flags_for(const lws_h1_state_t *st, const lws_response_t *r) {
    unsigned flags = (st->flags & ~(unsigned)H1_OWED) | H1_SENDING;
    if (has_no_content(r->status)) {
        flags |= H1_HEAD_ONLY;
    } else if (r->chunked && !(flags & H1_MINOR0)) {
        flags |= H1_CHUNKED;
    } else if (r->chunked) {
        flags &= ~(unsigned)H1_KEEP;    // HTTP/1.0: the body ends with the connection
    }
    if (r->close || gives_up(st)) {
        flags &= ~(unsigned)H1_KEEP;
    }
    return flags;
}

static void put_head(lws_out_t *o, const lws_response_t *r, unsigned flags, lws_span_t date) {
    lws_h1_put_status(o, r->status, lws_span(NULL, 0));
    if (date.n) {
        LWS_OUT_LIT(o, "Date: ");
        lws_out_span(o, date);
        LWS_OUT_LIT(o, "\r\n");
    }
    if (r->type.n) {
        LWS_OUT_LIT(o, "Content-Type: ");
        lws_out_span(o, r->type);
        LWS_OUT_LIT(o, "\r\n");
    }
    if (flags & H1_CHUNKED) {
        LWS_OUT_LIT(o, "Transfer-Encoding: chunked\r\n");
    } else if (r->status == 205) {
        lws_h1_put_length(o, 0);
    } else if (!r->chunked && !has_no_content(r->status)) {
        lws_h1_put_length(o, r->length);
    }
    if (!(flags & H1_KEEP)) {
        LWS_OUT_LIT(o, "Connection: close\r\n");
    } else if (flags & H1_MINOR0) {
        LWS_OUT_LIT(o, "Connection: keep-alive\r\n");
    }
    lws_out_span(o, r->fields);
    LWS_OUT_LIT(o, "\r\n");
}

#define HEAD_ROOM 256       // for a head, beyond what the application adds

static bool is_valid(const lws_response_t *r) {
    return r->status >= 200 && r->status <= 599 && (r->chunked || r->body.n <= r->length)
           && (!r->type.n || lws_h1_field_ok(LWS_LIT("Content-Type"), r->type));
}

static int h1_respond(lws_conn_t *c, const lws_response_t *r) {
    lws_h1_state_t *st = state_of(c);
    if (!(st->flags & H1_OWED) || !is_valid(r)) {
        return LWS_ERR_STATE;
    }
    unsigned flags = flags_for(st, r);
    lws_span_t body = flags & H1_HEAD_ONLY ? lws_span(NULL, 0) : r->body;
    size_t room = HEAD_ROOM + r->type.n + r->fields.n;
    // A chunk is always copied: something small follows it, and three buffers cost more.
    size_t chunk = flags & H1_CHUNKED && body.n ? body.n + LWS_H1_CHUNK_ROOM : 0;
    lws_out_t o;
    int err = lws_txq_begin(c, &o, room + chunk, chunk ? 0 : body.n);
    if (err) {
        return err;
    }
    put_head(&o, r, flags, lws_context_date(c->vhost->ctx));
    if (chunk) {
        lws_h1_put_piece(&o, body, false);
        body.n = 0;
    }
    lws_txq_end(c, &o, body);
    st->flags = (uint8_t)flags;
    st->out_left = r->chunked ? UINT64_MAX : flags & H1_HEAD_ONLY ? 0 : r->length - r->body.n;
    if (!st->out_left) {
        answered(c);
    }
    return LWS_OK;
}

static int put_body(lws_conn_t *c, lws_span_t data, bool last) {
    lws_h1_state_t *st = state_of(c);
    if (st->flags & H1_EVENTS) {
        st->since_us = c->vhost->ctx->now_us;
    }
    unsigned flags = st->flags;
    return flags & H1_HEAD_ONLY ? LWS_OK : lws_h1_send(c, data, flags & H1_CHUNKED, last);
}

static int h1_body(lws_conn_t *c, lws_span_t data, bool last) {
    lws_h1_state_t *st = state_of(c);
    if (!(st->flags & H1_SENDING) || data.n > st->out_left) {
        return LWS_ERR_STATE;
    }
    int err = put_body(c, data, last);
    if (err) {
        return err;
    }
    if (st->out_left != UINT64_MAX) {
        st->out_left -= data.n;
        if (last && st->out_left) {
            // shorter than promised: only closing tells the client
            st->flags &= (uint8_t) ~H1_KEEP;
            c->flags |= LWS_CONN_FAILED;
        }
    }
    if (last || !st->out_left) {
        answered(c);
    }
    return LWS_OK;
}

static bool h1_owes(const lws_conn_t *c) {
    return state_of(c)->flags & (H1_OWED | H1_SENDING);
}

static void h1_events(lws_conn_t *c) {
    lws_h1_state_t *st = state_of(c);
    if ((st->flags & (H1_SENDING | H1_HEAD_ONLY)) == H1_SENDING && st->phase == H1_COMPLETE) {
        st->flags |= H1_EVENTS;
        st->since_us = c->vhost->ctx->now_us;
    }
}

static int h1_upgrade(lws_conn_t *c, const lws_response_t *r, const lws_role_t *to) {
    lws_h1_state_t *st = state_of(c);
    if (!(st->flags & H1_OWED) || st->phase != H1_COMPLETE) {
        return LWS_ERR_STATE;
    }
    lws_out_t o;
    int err = lws_txq_begin(c, &o, HEAD_ROOM + r->body.n + r->fields.n, 0);
    if (err) {
        return err;
    }
    lws_h1_put_status(&o, 101, lws_span(NULL, 0));
    lws_h1_put_header(&o, LWS_LIT("Upgrade"), r->type);
    LWS_OUT_LIT(&o, "Connection: Upgrade\r\n");
    lws_out_span(&o, r->body);
    lws_out_span(&o, r->fields);
    LWS_OUT_LIT(&o, "\r\n");
    lws_txq_commit(c, &o);
    c->vhost->requests++;
    lws_h1_outlive_role(c, &st->rx);
    lws_conn_become(c, to);
    return LWS_OK;
}

const lws_role_t lws_role_h1 = {
    .name = "h1",
    .alpn = "http/1.1",
    .open = h1_open,
    .rx = h1_rx,
    .eof = h1_eof,
    .settle = h1_settle,
    .trim = h1_trim,
    .deadline = h1_deadline,
    .expire = h1_expire,
    .idle = h1_idle,
    .close = h1_close,
    .free = h1_free,
    .respond = h1_respond,
    .body = h1_body,
    .owes = h1_owes,
    .events = h1_events,
    .upgrade = h1_upgrade,
};
