// HTTP/1.1, client side (RFC 9112): one exchange after another, each a request and its answer.
#include "lws/core/role_h1c.h"

#include "lws/core/conn_log.h"
#include "lws/core/h1_message.h"

_Static_assert(sizeof(lws_h1c_state_t) <= LWS_ROLE_STATE, "h1c state");

static inline lws_h1c_state_t *state_of(const lws_conn_t *c) {
    return lws_conn_role_state(c);
}

static const lws_http_settings_t defaults = {
    .limits = { .line = LWS_H1_MAX_LINE, .head = LWS_H1_MAX_HEAD, .body = LWS_MAX_BODY },
    .header_ms = LWS_HEADER_MS, .keep_alive_ms = LWS_KEEP_ALIVE_MS,
    .body_ms = LWS_BODY_MS, .body_rate = LWS_BODY_RATE,
};

void lws_http_client_settings(lws_http_settings_t *s, lws_vhost_t *vh) {
    *s = defaults;
    lws_vhost_set(vh, &lws_role_h1c, &s->settings);
}

static void h1c_open(lws_conn_t *c) {
    lws_h1c_state_t *st = state_of(c);
    lws_context_t *ctx = c->vhost->ctx;
    const lws_settings_t *set = lws_vhost_settings(c->vhost, &lws_role_h1c);
    st->set = set ? (const lws_http_settings_t *)(const void *)set : &defaults;
    lws_h1_init(&st->rx, &ctx->mem, &st->set->limits, true);
    st->rx.head = &ctx->head;
    st->since_us = ctx->now_us;
}

static void h1c_free(lws_conn_t *c) {
    lws_h1_let_go(c, &state_of(c)->rx);
}

static void h1c_trim(lws_conn_t *c) {
    lws_h1_trim(c, &state_of(c)->rx);
}

// ---- faults

static void set_fault(lws_conn_t *c, lws_http_fault_t fault) {
    lws_h1c_state_t *st = state_of(c);
    if (st->fault || !fault) {
        return;
    }
    st->fault = (uint8_t)fault;
    if (LWS_CONN_LOG_ON(c, LWS_LOG_NOTICE)) {
        lws_span_t text = lws_http_fault_text(fault);
        lws_conn_log_text(c, LWS_LOG_NOTICE, text, "");
    }
}

void lws_h1c_fail(lws_conn_t *c, lws_http_fault_t fault) {
    set_fault(c, fault);
    lws_conn_abort(c);
}

// What it means that the connection ends now.
static lws_http_fault_t cut(const lws_conn_t *c) {
    static const uint8_t faults[] = {
        [H1C_IDLE] = LWS_FAULT_NONE, [H1C_WAIT] = LWS_FAULT_UNANSWERED,
        [H1C_HEAD] = LWS_FAULT_HEAD_CUT, [H1C_BODY] = LWS_FAULT_BODY_CUT,
        [H1C_COMPLETE] = LWS_FAULT_NONE, [H1C_SWITCHED] = LWS_FAULT_NONE,
    };
    return faults[state_of(c)->phase];
}

static void h1c_aborted(lws_conn_t *c) {
    const lws_vhost_t *vh = c->vhost;
    bool late = c->flags & LWS_CONN_SEND_STALLED && vh->send_ms
        && vh->ctx->now_us - c->sent_us >= (uint64_t)vh->send_ms * 1000;
    set_fault(c, late ? LWS_FAULT_SEND_LATE : cut(c));
}

static void refuse(lws_conn_t *c, int err) {
    const lws_h1c_state_t *st = state_of(c);
    lws_http_fault_t fault = st->phase == H1C_BODY ? LWS_FAULT_BODY : LWS_FAULT_HEAD;
    if (err == LWS_ERR_UNSUPPORTED) {
        fault = LWS_FAULT_UNSUPPORTED;
    } else if (st->rx.status == 413) {
        fault = LWS_FAULT_BODY_BIG;
    } else if (err == LWS_ERR_TOO_BIG && fault == LWS_FAULT_HEAD) {
        fault = LWS_FAULT_HEAD_BIG;
    }
    lws_h1c_fail(c, fault);
}

// ---- in

// Both the request and its answer are done.
static void next_exchange(lws_conn_t *c) {
    lws_h1c_state_t *st = state_of(c);
    bool keep = st->flags & H1C_KEEP;
    c->vhost->requests++;
    st->flags = 0;
    st->phase = H1C_IDLE;
    st->since_us = c->vhost->ctx->now_us;
    if (!keep || lws_conn_input_over(c)) {
        lws_conn_finish(c, false);
    }
}

// The answer is all there.
static void answered(lws_conn_t *c) {
    lws_h1c_state_t *st = state_of(c);
    if (st->flags & H1C_EXPECT) {
        st->flags = 0;      // the body was not wanted, and is now due: only closing skips it
    }
    if (st->flags & H1C_SENDING && st->flags & H1C_KEEP) {
        st->phase = H1C_COMPLETE;
    } else {
        next_exchange(c);
    }
}

// The end of a message is reported at once, without input.
static bool at_end(lws_h1c_state_t *st) {
    lws_h1_event_t e;
    return lws_h1_rx(&st->rx, NULL, 0, &e) == 0 && e.type == LWS_H1_END;
}

// True when the owner is told.
static bool on_interim(lws_conn_t *c, const lws_head_t *h, lws_event_t *ev) {
    lws_h1c_state_t *st = state_of(c);
    if (st->interims++ == LWS_HTTP_MAX_INTERIMS) {
        lws_h1c_fail(c, LWS_FAULT_INTERIMS);
        return false;
    }
    bool wanted = h->status == 100 && st->flags & H1C_EXPECT;
    at_end(st);
    if (wanted) {
        st->flags &= (uint8_t) ~H1C_EXPECT;
        ev->type = LWS_EV_CONTINUE;
    }
    return wanted;
}

// Does this head change the protocol, as it was asked?
static bool switches(const lws_h1c_state_t *st, const lws_head_t *h) {
    return h->status == 101 || (st->rx.connect && h->status < 300);
}

static bool on_head(lws_conn_t *c, const lws_head_t *h, lws_event_t *ev) {
    lws_h1c_state_t *st = state_of(c);
    bool upgraded = h->status == 101;
    if (upgraded && (!(st->flags & H1C_UPGRADE) || st->flags & H1C_SENDING)) {
        lws_h1c_fail(c, LWS_FAULT_UNASKED);
        return false;
    }
    if (h->status < 200 && !upgraded) {
        return on_interim(c, h, ev);
    }
    ev->type = LWS_EV_RESPONSE;
    ev->of = h;
    ev->code = h->status;
    st->phase = H1C_BODY;
    st->since_us = c->vhost->ctx->now_us;
    st->mark = 0;
    if (!(h->flags & LWS_HEAD_KEEP_ALIVE)) {
        st->flags &= (uint8_t) ~H1C_KEEP;
    }
    ev->more = !at_end(st);
    if (switches(st, h)) {
        st->phase = H1C_SWITCHED;
        c->flags |= LWS_CONN_HELD_ROLE;
    } else if (!ev->more) {
        answered(c);
    }
    return true;
}

static bool on_body(lws_conn_t *c, const lws_h1_event_t *e, lws_event_t *ev) {
    lws_h1c_state_t *st = state_of(c);
    ev->type = LWS_EV_BODY;
    ev->final = e->type == LWS_H1_END;
    ev->data = ev->final ? LWS_LIT("") : e->data;
    st->mark += (uint32_t)ev->data.n;
    // Only of a known length: the end of chunks is input of its own.
    if (!ev->final && !st->rx.left && at_end(st)) {
        ev->final = true;
    }
    if (ev->final) {
        answered(c);
    }
    return true;
}

// True when the owner is told.
static bool on_message(lws_conn_t *c, const lws_h1_event_t *e, lws_event_t *ev) {
    switch (e->type) {
        case LWS_H1_HEAD:
            return on_head(c, e->head, ev);
        case LWS_H1_BODY:
        case LWS_H1_END:
            return on_body(c, e, ev);
        default:
            return false;
    }
}

static bool is_unasked(const lws_h1c_state_t *st) {
    return st->phase == H1C_IDLE || st->phase == H1C_COMPLETE || st->flags & H1C_EARLY;
}

static int h1c_rx(lws_conn_t *c, uint8_t *buf, size_t len, lws_event_t *ev) {
    lws_h1c_state_t *st = state_of(c);
    size_t used = 0;
    while (used < len && c->state == LWS_CONN_OPEN) {
        if (is_unasked(st)) {
            lws_h1c_fail(c, LWS_FAULT_UNASKED);
            break;
        }
        lws_h1_event_t e;
        int n = lws_h1_rx(&st->rx, buf + used, len - used, &e);
        st->phase = st->phase == H1C_WAIT ? H1C_HEAD : st->phase;
        if (n == LWS_ERR_NOMEM) {
            set_fault(c, LWS_FAULT_NO_MEMORY);
            return n;
        }
        if (n < 0) {
            refuse(c, n);
            break;
        }
        used += (size_t)n;
        if (on_message(c, &e, ev)) {
            return (int)used;
        }
    }
    return (int)len;
}

static void h1c_eof(lws_conn_t *c) {
    lws_h1c_state_t *st = state_of(c);
    bool ended = false;
    if (st->phase == H1C_SWITCHED) {
        return;         // the next role's affair
    }
    if (st->phase == H1C_BODY && lws_h1_eof(&st->rx, &ended) == LWS_OK && ended) {
        st->flags = 0;
        next_exchange(c);
    } else if (cut(c)) {
        lws_h1c_fail(c, cut(c));
    } else {
        lws_conn_finish(c, false);
    }
}

static int h1c_settle(lws_conn_t *c) {
    lws_h1c_state_t *st = state_of(c);
    if (st->flags & H1C_EARLY) {
        st->flags &= (uint8_t) ~H1C_EARLY;
        if (c->held.used) {
            lws_h1c_fail(c, LWS_FAULT_UNASKED);
            return LWS_OK;
        }
    }
    if (lws_h1_idle(&st->rx)) {
        return LWS_OK;
    }
    int err = lws_h1_own_head(c, &st->rx);
    set_fault(c, err ? LWS_FAULT_NO_MEMORY : LWS_FAULT_NONE);
    return err;
}

// ---- deadlines

static uint64_t h1c_deadline(const lws_conn_t *c) {
    const lws_h1c_state_t *st = state_of(c);
    uint32_t ms = 0;
    if (st->phase == H1C_IDLE) {
        ms = st->set->keep_alive_ms;
    } else if (st->phase <= H1C_HEAD) {
        ms = st->set->header_ms;
    } else if (st->phase == H1C_BODY) {
        ms = st->set->body_ms;
    }
    return ms ? st->since_us + (uint64_t)ms * 1000 : UINT64_MAX;
}

// Is it not the peer that we wait for, or has it done its share?
static bool excused(const lws_conn_t *c) {
    const lws_h1c_state_t *st = state_of(c);
    if (c->held.used || c->flags & LWS_CONN_HELD_APP || !(lws_conn_want(c) & LWS_WANT_READ)) {
        return true;
    }
    if (st->phase == H1C_BODY) {
        return (uint64_t)st->mark * 1000 >= (uint64_t)st->set->body_rate * st->set->body_ms;
    }
    // Our own request is not all out; but that it waits for 100 Continue is the owner's decision.
    bool sending = st->flags & H1C_SENDING && !(st->flags & H1C_EXPECT);
    return st->phase == H1C_WAIT && (sending || lws_txq_pending(c));
}

static void h1c_expire(lws_conn_t *c) {
    lws_h1c_state_t *st = state_of(c);
    if (excused(c)) {
        st->mark = 0;
        st->since_us = c->vhost->ctx->now_us;
    } else if (st->phase == H1C_IDLE) {
        lws_conn_finish(c, false);
    } else {
        lws_h1c_fail(c, st->phase == H1C_BODY ? LWS_FAULT_BODY_LATE : LWS_FAULT_HEAD_LATE);
    }
}

static uint64_t h1c_idle(const lws_conn_t *c, bool *asked) {
    const lws_h1c_state_t *st = state_of(c);
    *asked = true;
    return st->phase == H1C_IDLE ? st->since_us : UINT64_MAX;
}

// Whoever asks says goodbye by asking no more; an exchange that is under way is given up.
static void h1c_close(lws_conn_t *c, unsigned code, lws_span_t reason) {
    (void)code;
    (void)reason;
    set_fault(c, cut(c));
    lws_conn_finish(c, false);
}

// ---- out

static bool is_valid(const lws_request_t *r) {
    bool body = r->length || r->chunked;
    return lws_h1_request_ok(r->method, r->target, r->host)
           && (!r->type.n || lws_h1_field_ok(LWS_LIT("Content-Type"), r->type))
           && (!r->upgrade.p || lws_h1_field_ok(r->upgrade, r->upgrade))
           && (r->chunked || r->body.n <= r->length)
           && (!r->expect || (body && !r->body.n));
}

// A method that is used with a body says when there is none (RFC 9110 section 8.6).
static bool says_length(const lws_request_t *r, lws_method_t method) {
    return !r->chunked && (r->length || method == LWS_METHOD_POST || method == LWS_METHOD_PUT
        || method == LWS_METHOD_PATCH);
}

static void put_head(lws_out_t *o, const lws_request_t *r, lws_method_t method) {
    lws_h1_put_request(o, r->method, r->target);
    lws_h1_put_header(o, LWS_LIT("Host"), r->host);
    if (r->upgrade.p) {
        lws_h1_put_header(o, LWS_LIT("Upgrade"), r->upgrade);
        LWS_OUT_LIT(o, "Connection: Upgrade\r\n");
    } else if (r->close) {
        LWS_OUT_LIT(o, "Connection: close\r\n");
    }
    if (r->type.n) {
        lws_h1_put_header(o, LWS_LIT("Content-Type"), r->type);
    }
    if (r->chunked) {
        LWS_OUT_LIT(o, "Transfer-Encoding: chunked\r\n");
    } else if (says_length(r, method)) {
        lws_h1_put_length(o, r->length);
    }
    if (r->expect) {
        LWS_OUT_LIT(o, "Expect: 100-continue\r\n");
    }
    lws_out_span(o, r->handshake);
    lws_out_span(o, r->fields);
    LWS_OUT_LIT(o, "\r\n");
}

#define HEAD_ROOM 160       // for a head, beyond what the owner adds

static int send_request(lws_conn_t *c, const lws_request_t *r, lws_method_t method) {
    size_t room = HEAD_ROOM + r->method.n + r->target.n + r->host.n + r->type.n + r->upgrade.n
        + r->handshake.n + r->fields.n;
    size_t chunk = r->chunked && r->body.n ? r->body.n + LWS_H1_CHUNK_ROOM : 0;
    lws_out_t o;
    int err = lws_txq_begin(c, &o, room + chunk, chunk ? 0 : r->body.n);
    if (err) {
        return err;
    }
    put_head(&o, r, method);
    if (chunk) {
        lws_h1_put_piece(&o, r->body, false);
    }
    lws_txq_end(c, &o, chunk ? lws_span(NULL, 0) : r->body);
    return LWS_OK;
}

// Was input handed out or kept that came before this request?
static bool is_late(const lws_conn_t *c) {
    return c->flags & LWS_CONN_EOF || (c->held.used && !(c->flags & LWS_CONN_IN_TURN));
}

int lws_conn_request(lws_conn_t *c, const lws_request_t *r) {
    lws_h1c_state_t *st = state_of(c);
    if (c->state != LWS_CONN_OPEN) {
        return LWS_ERR_CLOSED;
    }
    if (c->role != &lws_role_h1c || st->phase != H1C_IDLE || !is_valid(r)) {
        return LWS_ERR_STATE;
    }
    if (is_late(c)) {
        return LWS_ERR_CLOSED;
    }
    lws_method_t method = lws_method_id(r->method);
    int err = send_request(c, r, method);
    if (err) {
        return err;
    }
    unsigned flags = r->close ? 0 : H1C_KEEP;
    flags |= r->chunked ? H1C_CHUNKED | H1C_SENDING : 0;
    flags |= r->length > r->body.n ? H1C_SENDING : 0;
    flags |= r->expect ? H1C_EXPECT : 0;
    flags |= r->upgrade.p ? H1C_UPGRADE : 0;
    flags |= c->flags & LWS_CONN_IN_TURN ? H1C_EARLY : 0;
    st->flags = (uint8_t)flags;
    st->out_left = r->chunked ? UINT64_MAX : r->length - r->body.n;
    st->rx.no_body = method == LWS_METHOD_HEAD;
    st->rx.connect = method == LWS_METHOD_CONNECT;
    st->phase = H1C_WAIT;
    st->interims = 0;
    st->since_us = c->vhost->ctx->now_us;
    return LWS_OK;
}

static int h1c_body(lws_conn_t *c, lws_span_t data, bool last) {
    lws_h1c_state_t *st = state_of(c);
    if (!(st->flags & H1C_SENDING) || data.n > st->out_left) {
        return LWS_ERR_STATE;
    }
    bool chunked = st->flags & H1C_CHUNKED;
    if (!chunked && last && data.n != st->out_left) {
        return LWS_ERR_STATE;       // shorter than promised
    }
    int err = lws_h1_send(c, data, chunked, last);
    if (err) {
        return err;
    }
    st->flags &= (uint8_t) ~(data.n || last ? H1C_EXPECT : 0);
    st->out_left -= chunked ? 0 : data.n;
    if (!last && st->out_left) {
        return LWS_OK;
    }
    st->flags &= (uint8_t) ~H1C_SENDING;
    if (st->phase == H1C_COMPLETE) {
        next_exchange(c);
    } else if (st->phase == H1C_WAIT) {
        st->since_us = c->vhost->ctx->now_us;
    }
    return LWS_OK;
}

int lws_conn_switch(lws_conn_t *c, const lws_role_t *to) {
    lws_h1c_state_t *st = state_of(c);
    if (c->state != LWS_CONN_OPEN) {
        return LWS_ERR_CLOSED;
    }
    if (c->role != &lws_role_h1c || st->phase != H1C_SWITCHED) {
        return LWS_ERR_STATE;
    }
    c->vhost->requests++;
    lws_h1_outlive_role(c, &st->rx);
    lws_conn_become(c, to);
    return LWS_OK;
}

// ---- what the owner asks

bool lws_conn_reusable(const lws_conn_t *c) {
    return c->state == LWS_CONN_OPEN && c->role == &lws_role_h1c && !is_late(c)
           && state_of(c)->phase == H1C_IDLE;
}

lws_http_fault_t lws_conn_fault(const lws_conn_t *c) {
    return c->role == &lws_role_h1c ? (lws_http_fault_t)state_of(c)->fault : LWS_FAULT_NONE;
}

lws_span_t lws_http_fault_text(lws_http_fault_t fault) {
    static const char *const texts[LWS_FAULT_COUNT] = {
        [LWS_FAULT_NONE] = "no fault",
        [LWS_FAULT_UNANSWERED] = "the connection ended before an answer",
        [LWS_FAULT_HEAD_CUT] = "the connection ended inside the answer's head",
        [LWS_FAULT_BODY_CUT] = "the connection ended inside the answer's body",
        [LWS_FAULT_HEAD_LATE] = "timeout: header_ms",
        [LWS_FAULT_BODY_LATE] = "timeout: body_ms",
        [LWS_FAULT_SEND_LATE] = "timeout: send_ms",
        [LWS_FAULT_HEAD] = "the answer's head is not HTTP",
        [LWS_FAULT_BODY] = "the answer's body is badly framed",
        [LWS_FAULT_UNASKED] = "the server said what nobody asked for",
        [LWS_FAULT_INTERIMS] = "too many interim answers",
        [LWS_FAULT_HANDSHAKE] = "the server's handshake is wrong",
        [LWS_FAULT_UNSUPPORTED] = "the answer's version or coding is unknown",
        [LWS_FAULT_HEAD_BIG] = "the answer's head is over its limit",
        [LWS_FAULT_BODY_BIG] = "the answer's body is over its limit",
        [LWS_FAULT_NO_MEMORY] = "no memory",
    };
    const char *text = texts[fault < LWS_FAULT_COUNT ? fault : LWS_FAULT_NONE];
    return lws_span(text, strlen(text));
}

uint32_t lws_http_retry_after(const lws_head_t *h, uint64_t unix_s) {
    lws_span_t value = lws_head_get(h, LWS_HDR_RETRY_AFTER);
    uint64_t s = 0;
    int64_t date;
    int err = value.n ? lws_span_dec(value, UINT32_MAX - 1, &s) : LWS_ERR_PROTO;
    if (err == LWS_ERR_TOO_BIG) {
        return UINT32_MAX - 1;
    }
    if (!err) {
        return (uint32_t)s;
    }
    if (!unix_s || lws_date_parse(value, &date)) {
        return UINT32_MAX;
    }
    uint64_t then = (uint64_t)date, wait = then > unix_s ? then - unix_s : 0;
    return wait < UINT32_MAX ? (uint32_t)wait : UINT32_MAX - 1;
}

const lws_role_t lws_role_h1c = {
    .name = "h1c",
    .alpn = "http/1.1",
    .open = h1c_open,
    .rx = h1c_rx,
    .eof = h1c_eof,
    .settle = h1c_settle,
    .trim = h1c_trim,
    .deadline = h1c_deadline,
    .expire = h1c_expire,
    .idle = h1c_idle,
    .close = h1c_close,
    .aborted = h1c_aborted,
    .free = h1c_free,
    .body = h1c_body,
};
