// WebSocket, either side (RFC 6455): messages in, messages out, the closing handshake, validity by
// PING and PONG.
#include "lws/core/role_ws.h"

#include "lws/core/conn_log.h"
#include "lws/core/http.h"
#include "lws/ws/handshake.h"

enum {
    WS_CLOSE_SENT = 1,
    WS_PINGED = 2,          // a PING of ours is not answered yet
    WS_IN_MESSAGE = 4,      // fragments of a message of ours went out, not the last
};

typedef struct ws_state {
    lws_ws_rx_t rx;
    const lws_ws_settings_t *set;
    uint64_t since_us;      // when our close frame or, before it, our last PING went out
    uint8_t flags;
} ws_state_t;

_Static_assert(sizeof(ws_state_t) <= LWS_ROLE_STATE, "ws state");

static inline ws_state_t *state_of(const lws_conn_t *c) {
    return lws_conn_role_state(c);
}

static const lws_ws_settings_t defaults = {
    .max_message = LWS_WS_MAX_MESSAGE, .ping_ms = LWS_PING_MS, .hangup_ms = LWS_HANGUP_MS,
};

void lws_ws_settings(lws_ws_settings_t *s, lws_vhost_t *vh) {
    *s = defaults;
    lws_vhost_set(vh, &lws_role_ws, &s->settings);
}

static void ws_open(lws_conn_t *c) {
    ws_state_t *st = state_of(c);
    const lws_settings_t *set = lws_vhost_settings(c->vhost, &lws_role_ws);
    st->set = set ? (const lws_ws_settings_t *)(const void *)set : &defaults;
    lws_ws_rx_init(&st->rx, &c->vhost->ctx->mem, st->set->chunks ? LWS_WS_CHUNKS : 0,
        st->set->max_message);
}

static void ws_free(lws_conn_t *c) {
    lws_ws_rx_free(&state_of(c)->rx);
}

static bool is_client(const lws_conn_t *c) {
    return state_of(c)->rx.flags & LWS_WS_CLIENT;
}

void lws_ws_be_client(lws_conn_t *c) {
    state_of(c)->rx.flags |= LWS_WS_CLIENT;
}

#define MASKED 128          // bytes that are masked at a time: whole turns of the key

// A client's frame has a key of its own, which nobody can predict (section 5.3).
static int put_masked(lws_conn_t *c, uint8_t opcode, lws_span_t data, bool final) {
    const lws_context_t *ctx = c->vhost->ctx;
    uint8_t key[4], piece[MASKED];
    lws_out_t o;
    int err = lws_txq_begin_own(c, &o, LWS_WS_MAX_HEADER, data.n);
    if (err) {
        return err;
    }
    ctx->random(ctx->mem.user, key, sizeof(key));
    o.len = lws_ws_put_header(o.p, opcode, final, data.n, key);
    if (data.n && data.n <= o.cap - o.len) {
        lws_ws_mask(o.p + o.len, data.p, data.n, key);
        o.len += data.n;
        data.n = 0;
    }
    lws_txq_commit(c, &o);
    for (size_t n; data.n; data = lws_span(data.p + n, data.n - n)) {
        n = data.n < MASKED ? data.n : MASKED;
        lws_ws_mask(piece, data.p, n, key);
        lws_chain_put(&c->tx, lws_span(piece, n));
    }
    return LWS_OK;
}

static int put_frame(lws_conn_t *c, uint8_t opcode, lws_span_t data, bool final) {
    if (is_client(c)) {
        return put_masked(c, opcode, data, final);
    }
    lws_out_t o;
    int err = lws_txq_begin(c, &o, LWS_WS_MAX_HEADER, data.n);
    if (!err) {
        o.len = lws_ws_put_header(o.p, opcode, final, data.n, NULL);
        lws_txq_end(c, &o, data);
    }
    return err;
}

static void say_close(lws_conn_t *c, unsigned code, lws_span_t reason) {
    ws_state_t *st = state_of(c);
    if (st->flags & WS_CLOSE_SENT) {
        return;
    }
    uint8_t payload[LWS_WS_MAX_CONTROL];
    lws_out_t o = lws_out(payload, sizeof(payload));
    if (lws_ws_code_ok(code)) {
        lws_out_u16(&o, (uint16_t)code);
        lws_out_span(&o, reason);
    }
    st->flags |= WS_CLOSE_SENT;
    st->since_us = c->vhost->ctx->now_us;
    c->flags &= (uint8_t) ~LWS_CONN_HELD_APP;   // the peer's goodbye is behind what it held back
    if (put_frame(c, LWS_WS_CLOSE, lws_span(payload, o.len), true)) {
        lws_conn_abort(c);
    }
}

static void goodbye(lws_conn_t *c, unsigned code, lws_span_t reason, lws_event_t *ev) {
    c->close_code = (uint16_t)code;
    ev->type = LWS_EV_CLOSED;
    ev->code = (uint16_t)code;
    ev->data = reason;
}

// The peer broke the protocol: tell it why, and end.
static int refuse(lws_conn_t *c, int err, lws_event_t *ev) {
    ws_state_t *st = state_of(c);
    if (err == LWS_ERR_NOMEM) {
        return err;
    }
    unsigned code = st->rx.code ? st->rx.code : LWS_WS_PROTOCOL_ERROR;
    lws_conn_refused(c, code);
    say_close(c, code, lws_span(NULL, 0));
    c->flags |= LWS_CONN_FAILED;
    lws_conn_finish(c, true);
    goodbye(c, code, lws_span(NULL, 0), ev);
    return LWS_OK;
}

static void on_close(lws_conn_t *c, const lws_ws_event_t *e, lws_event_t *ev) {
    say_close(c, e->code, lws_span(NULL, 0));
    // The server closes first (section 7.1.1): it is its port that has to wait.
    lws_conn_finish(c, is_client(c));
    // An answer to our own need not repeat the code.
    bool echoes = e->code == LWS_WS_NO_STATUS && c->close_code;
    goodbye(c, echoes ? c->close_code : e->code, e->data, ev);
}

// True when the owner is told.
static bool on_frame(lws_conn_t *c, const lws_ws_event_t *e, lws_event_t *ev) {
    ws_state_t *st = state_of(c);
    st->flags &= (uint8_t) ~WS_PINGED;
    if (e->type == LWS_WS_EV_CLOSE) {
        on_close(c, e, ev);
        return true;
    }
    if (st->flags & WS_CLOSE_SENT) {
        return false;       // it has not seen our goodbye yet
    }
    if (e->type == LWS_WS_EV_PING) {
        if (put_frame(c, LWS_WS_PONG, e->data, true)) {
            lws_conn_abort(c);
        }
        return false;
    }
    if (e->type == LWS_WS_EV_PONG) {
        ev->type = LWS_EV_PONG;
        ev->data = e->data;
        return true;
    }
    ev->type = LWS_EV_MESSAGE;
    ev->data = e->data;
    ev->code = e->opcode;
    ev->first = e->first;
    ev->final = e->final;
    return true;
}

static int ws_rx(lws_conn_t *c, uint8_t *buf, size_t len, lws_event_t *ev) {
    ws_state_t *st = state_of(c);
    size_t used = 0;
    while (c->state == LWS_CONN_OPEN) {
        lws_ws_event_t e;
        int n = lws_ws_rx(&st->rx, buf + used, len - used, &e);
        if (n < 0) {
            return refuse(c, n, ev) ? LWS_ERR_NOMEM : (int)len;
        }
        used += (size_t)n;
        if (e.type == LWS_WS_NONE || on_frame(c, &e, ev)) {
            return (int)used;
        }
    }
    return (int)len;
}

static void ws_aborted(lws_conn_t *c) {
    if (!c->close_code) {
        c->close_code = LWS_WS_ABNORMAL;
        c->flags |= LWS_CONN_FAILED;
    }
}

static void ws_eof(lws_conn_t *c) {
    ws_aborted(c);
    lws_conn_finish(c, false);
}

static int ws_settle(lws_conn_t *c) {
    (void)c;
    return LWS_OK;
}

static void ws_trim(lws_conn_t *c) {
    ws_state_t *st = state_of(c);
    if (st->rx.acc) {
        lws_ws_rx_trim(&st->rx);
    }
}

// A PING of ours went out, and nothing has come since: an answer may be among what is held back.
static bool is_silent(const lws_conn_t *c) {
    const ws_state_t *st = state_of(c);
    return st->flags & WS_PINGED && c->heard_us <= st->since_us;
}

// Its answers cannot be heard: we do not read, and its end has not come.
static bool is_deaf(const lws_conn_t *c) {
    return (c->held.used || c->flags & LWS_CONN_HELD_APP) && !(c->flags & LWS_CONN_EOF)
           && !(lws_conn_want(c) & LWS_WANT_READ);
}

static uint64_t ws_deadline(const lws_conn_t *c) {
    const ws_state_t *st = state_of(c);
    const lws_ws_settings_t *set = st->set;
    uint64_t from = c->heard_us;
    uint32_t ms = is_silent(c) || !set->ping_ms ? set->hangup_ms : set->ping_ms;
    if (st->flags & WS_CLOSE_SENT) {
        from = st->since_us;
        ms = c->vhost->close_ms;
    }
    return ms ? from + (uint64_t)ms * 1000 : UINT64_MAX;
}

static void ws_expire(lws_conn_t *c) {
    ws_state_t *st = state_of(c);
    uint64_t now_us = c->vhost->ctx->now_us;
    bool closing = st->flags & WS_CLOSE_SENT, deaf = !closing && is_deaf(c);
    if (deaf) {
        // It need not answer; but the stream to one that has gone breaks on a PING.
        st->flags &= (uint8_t) ~WS_PINGED;
        c->heard_us = now_us;
    }
    if (!closing && !is_silent(c) && st->set->ping_ms) {
        st->flags |= deaf ? 0 : WS_PINGED;
        st->since_us = now_us;
        if (put_frame(c, LWS_WS_PING, lws_span(NULL, 0), true) == LWS_OK) {
            return;
        }
    } else if (deaf) {
        return;
    }
    lws_conn_timed_out(c, st->flags & WS_CLOSE_SENT ? "close_ms" : "hangup_ms");
    lws_conn_abort(c);
}

static void ws_close(lws_conn_t *c, unsigned code, lws_span_t reason) {
    if (state_of(c)->flags & WS_CLOSE_SENT) {
        return;
    }
    c->close_code = (uint16_t)(code ? code : LWS_WS_NORMAL);
    say_close(c, c->close_code, reason);
}

static int ws_send(lws_conn_t *c, uint8_t opcode, lws_span_t data, bool final) {
    ws_state_t *st = state_of(c);
    if (st->flags & WS_CLOSE_SENT) {
        return LWS_ERR_CLOSED;
    }
    if (opcode == LWS_WS_PING || opcode == LWS_WS_PONG) {
        bool fits = final && data.n <= LWS_WS_MAX_CONTROL;
        return fits ? put_frame(c, opcode, data, true) : LWS_ERR_STATE;
    }
    // A message in fragments begins with its type and goes on with CONT.
    if (opcode > LWS_WS_BINARY || (opcode == LWS_WS_CONT) != !!(st->flags & WS_IN_MESSAGE)) {
        return LWS_ERR_STATE;
    }
    int err = put_frame(c, opcode, data, final);
    if (!err) {
        st->flags = (uint8_t)(final ? st->flags & ~WS_IN_MESSAGE : st->flags | WS_IN_MESSAGE);
    }
    return err;
}

const lws_role_t lws_role_ws = {
    .name = "ws",
    .open = ws_open,
    .rx = ws_rx,
    .eof = ws_eof,
    .settle = ws_settle,
    .trim = ws_trim,
    .deadline = ws_deadline,
    .expire = ws_expire,
    .close = ws_close,
    .aborted = ws_aborted,
    .free = ws_free,
    .send = ws_send,
};

int lws_conn_websocket(lws_conn_t *c, lws_span_t key, lws_span_t protocol, lws_span_t fields) {
    uint8_t accept[LWS_WS_ACCEPT_LEN];
    uint8_t buf[256];
    if (c->state != LWS_CONN_OPEN) {
        return LWS_ERR_CLOSED;
    }
    if (key.n != LWS_WS_KEY_LEN || !c->role->upgrade) {
        return LWS_ERR_STATE;
    }
    lws_ws_accept(key.p, accept);
    lws_out_t o = lws_out(buf, sizeof(buf));
    lws_h1_put_header(&o, LWS_LIT("Sec-WebSocket-Accept"), lws_span(accept, sizeof(accept)));
    if (protocol.n) {
        lws_h1_put_header(&o, LWS_LIT("Sec-WebSocket-Protocol"), protocol);
    }
    if (o.full) {
        return LWS_ERR_STATE;
    }
    lws_response_t r = {
        .status = 101, .type = LWS_LIT("websocket"), .fields = fields,
        .body = lws_span(buf, o.len),
    };
    return c->role->upgrade(c, &r, &lws_role_ws);
}

bool lws_conn_chunks(lws_conn_t *c) {
    lws_ws_rx_t *rx = &state_of(c)->rx;
    if (c->role != &lws_role_ws || !lws_ws_rx_idle(rx)) {
        return false;
    }
    rx->flags |= LWS_WS_CHUNKS;
    return true;
}
