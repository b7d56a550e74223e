// fake_pump.h. Input lies in a block of its own that is freed at the end of its turn, and so do
// the bytes of scratch: whoever keeps a pointer too long is caught by AddressSanitizer or
// valgrind.
#include "support/fake_pump.h"

#include "support/heap.h"
#include "support/room.h"
#include "unity.h"

#define SHOWN 48            // bytes of data in a line of the log

static void must(bool ok, const char *why) {
    unity_check(ok, __LINE__, why);
}

// ---- the log

static void log_str(fp_t *p, const char *s) {
    if (!p->quiet) {
        evlog_str(&p->log, s);
    }
}

static void log_int(fp_t *p, int64_t v) {
    if (!p->quiet) {
        evlog_int(&p->log, v);
    }
}

static void log_data(fp_t *p, lws_span_t s) {
    if (p->quiet || !s.n) {
        return;
    }
    evlog_str(&p->log, " ");
    evlog_span(&p->log, lws_span(s.p, s.n < SHOWN ? s.n : SHOWN));
    if (s.n > SHOWN) {
        evlog_str(&p->log, "...");
        evlog_int(&p->log, (int64_t)s.n);
    }
}

static void log_event(fp_conn_t *k, const lws_event_t *ev) {
    static const char *const names[] = {
        "NONE", "REQUEST", "BODY", "MESSAGE", "CLOSED", "PONG", "RESPONSE", "CONTINUE",
    };
    fp_t *p = k->p;
    log_int(p, k->c.id);
    log_str(p, " ");
    log_str(p, names[ev->type]);
    if (ev->type == LWS_EV_REQUEST) {
        const lws_head_t *h = lws_event_head(ev);
        log_data(p, lws_head_span(h, h->method_at, h->method_len));
        log_data(p, lws_head_span(h, h->path_at, h->path_len));
        log_str(p, ev->more ? " more" : "");
        if (ev->code) {
            log_str(p, " ws=");
            log_int(p, ev->code);
        }
    } else if (ev->type == LWS_EV_RESPONSE) {
        const lws_head_t *h = lws_event_head(ev);
        log_str(p, " ");
        log_int(p, ev->code);
        log_data(p, lws_head_span(h, h->reason_at, h->reason_len));
        log_str(p, ev->more ? " more" : "");
    } else if (ev->type == LWS_EV_MESSAGE) {
        log_str(p, ev->code == LWS_WS_TEXT ? " text" : " binary");
        log_str(p, ev->first ? "" : " cont");
        log_str(p, ev->final ? "" : " more");
        log_data(p, ev->data);
    } else if (ev->type != LWS_EV_CONTINUE) {
        if (ev->type == LWS_EV_CLOSED) {
            log_str(p, " ");
            log_int(p, ev->code);
        }
        log_data(p, ev->data);
        log_str(p, ev->type == LWS_EV_BODY && ev->final ? " final" : "");
    }
    log_str(p, "\n");
}

// ---- streams

static void grow_output(fp_conn_t *k, size_t need) {
    size_t cap = k->out_cap * 2 > need ? k->out_cap * 2 : need;
    uint8_t *out = heap_alloc(cap);
    must(out != NULL, "no memory for output");
    if (k->out) {
        memcpy(out, k->out, k->out_n);
        heap_free(k->out);
    }
    k->out = out;
    k->out_cap = cap;
}

static size_t stream_write(fp_conn_t *k, const lws_iov_t *iov, int count) {
    size_t room = k->window < k->step ? k->window : k->step, done = 0;
    for (int i = 0; i < count; i++) {
        size_t n = iov[i].n < room ? iov[i].n : room;
        must(iov[i].n > 0, "an empty piece of output");
        if (!n) {
            break;
        }
        if (k->out_n + n > k->out_cap) {
            grow_output(k, k->out_n + n);
        }
        memcpy(k->out + k->out_n, iov[i].p, n);
        k->out_n += n;
        done += n;
        room -= n;
    }
    k->writes += done > 0;
    if (k->window != SIZE_MAX) {
        k->window -= done;
    }
    return done;
}

static void stream_close(fp_conn_t *k) {
    fp_t *p = k->p;
    log_int(p, k->c.id);
    log_str(p, k->c.flags & LWS_CONN_FAILED ? " GONE failed" : " GONE");
    if (k->c.close_code) {
        log_str(p, " ");
        log_int(p, k->c.close_code);
    }
    k->fault = lws_conn_fault(&k->c);
    if (k->fault) {
        log_str(p, ":");
        log_data(p, lws_http_fault_text(k->fault));
    }
    log_str(p, "\n");
    k->failed = k->c.flags & LWS_CONN_FAILED;
    k->close_code = k->c.close_code;
    k->open = false;
    lws_conn_free(&k->c);
}

// ---- turns

static void flush(fp_conn_t *k) {
    lws_iov_t iov[2];
    int count;
    while ((count = lws_conn_tx(&k->c, iov)) > 0) {
        size_t n = stream_write(k, iov, count);
        if (!n) {
            break;
        }
        lws_conn_tx_done(&k->c, n);
    }
    lws_conn_tx_settle(&k->c);
}

lws_conn_t *fp_begin(fp_conn_t *k) {
    k->depth++;
    return lws_txq_cork(&k->c);
}

static void turn(fp_conn_t *k, uint8_t *buf, size_t n) {
    lws_conn_t *c = &k->c;
    lws_conn_t *outer = fp_begin(k);
    size_t used = 0;
    lws_event_t ev;
    while (used < n) {
        memset(&ev, 0xee, sizeof(ev));      // only what belongs to the type is set
        size_t m = lws_conn_rx(c, buf + used, n - used, &ev);
        must(m <= n - used, "more used than there was");
        used += m;
        if (ev.type != LWS_EV_NONE) {
            log_event(k, &ev);
            k->p->on(k, &ev);
        } else if (!m) {
            break;
        }
    }
    lws_conn_settle(c, buf + used, n - used);
    flush(k);
    lws_txq_uncork(c, outer);
    k->depth--;
}

// What follows every flush: held input that may go on, or the end.
static void after(fp_conn_t *k) {
    lws_conn_t *c = &k->c;
    if (k->depth) {
        return;
    }
    while (lws_conn_want(c) & LWS_WANT_SERVE) {
        lws_iov_t held = lws_conn_held(c);
        must(held.n > 0, "SERVE without input");
        turn(k, (uint8_t *)held.p, held.n);
    }
    must(!lws_conn_held(c).p, "held input that cannot go on");
    if (lws_conn_want(c) & LWS_WANT_CLOSE) {
        stream_close(k);
    }
}

void fp_end(fp_conn_t *k, lws_conn_t *outer) {
    flush(k);
    lws_txq_uncork(&k->c, outer);
    k->depth--;
    after(k);
}

void fp_feed(fp_conn_t *k, const void *bytes, size_t n) {
    if (!k->open) {
        return;
    }
    uint8_t *buf = heap_alloc(n);
    must(buf != NULL, "no memory for input");
    memcpy(buf, bytes, n);
    turn(k, buf, n);
    heap_free(buf);
    after(k);
    fp_check(k->p);
}

void fp_feed_by(fp_conn_t *k, const void *bytes, size_t n, size_t piece) {
    for (size_t i = 0; i < n; i += piece) {
        fp_feed(k, (const uint8_t *)bytes + i, n - i < piece ? n - i : piece);
    }
}

void fp_eof(fp_conn_t *k) {
    if (k->open) {
        FP_CALL(k, lws_conn_eof(&k->c));
    }
    fp_check(k->p);
}

void fp_reset(fp_conn_t *k) {
    if (k->open) {
        lws_conn_abort(&k->c);
        after(k);
    }
    fp_check(k->p);
}

void fp_take(fp_conn_t *k, size_t n) {
    k->window = n > SIZE_MAX - k->window ? SIZE_MAX : k->window + n;
    if (k->open) {
        FP_CALL(k, (void)0);
    }
    fp_check(k->p);
}

void fp_pass(fp_t *p, uint64_t us) {
    lws_conn_t *c;
    uint64_t unix_s = p->ctx.unix_s ? p->ctx.unix_s + us / 1000000 : 0;
    lws_context_clock(&p->ctx, p->ctx.now_us + us, unix_s);
    while ((c = lws_context_due(&p->ctx)) != NULL) {
        fp_conn_t *k = (fp_conn_t *)(void *)c;
        FP_CALL(k, lws_conn_expire(c));
    }
    fp_check(p);
}

// ---- checks

static size_t timers(const fp_t *p) {
    size_t n = 0;
    for (const lws_sul_t *t = p->ctx.timers.first; t; t = t->next) {
        must(!t->next || t->next->us >= t->us, "timers are sorted");
        n++;
    }
    return n;
}

static void check_conn(const fp_conn_t *k) {
    const lws_conn_t *c = &k->c;
    unsigned want = lws_conn_want(c);
    size_t pending = lws_txq_pending(c);
    must(c->state != LWS_CONN_DEAD, "a dead connection is closed");
    must(!(want & (LWS_WANT_CLOSE | LWS_WANT_SERVE)), "nothing to do at once");
    must(!(want & LWS_WANT_WRITE) == !pending, "WRITE while there is output");
    must((want & LWS_WANT_WRITE) == 0 || k->window == 0, "output that the stream would take");
    must(!(c->flags & LWS_CONN_IN_TURN), "the turn is over");
    must(pending || !c->tx.first, "no memory for output without output");
    must((c->flags & LWS_CONN_SEND_STALLED) == 0 || pending, "a stall is of output");
    must(!c->held.used || c->held.first, "held");
    // It is waited for: input, room for output, the owner, or time.
    bool owner = c->flags & (LWS_CONN_HELD_APP | LWS_CONN_HELD_ROLE | LWS_CONN_EOF);
    must(want != 0 || owner, "the connection waits for nothing");
}

void fp_check(const fp_t *p) {
    const lws_context_t *ctx = &p->ctx;
    size_t open = 0, listed = 0, busy = 0;
    for (size_t i = 0; i < p->count; i++) {
        const fp_conn_t *k = &p->conns[i];
        busy += k->depth;
        open += k->open;
    }
    for (const lws_conn_t *c = p->vh.first; c; c = c->next) {
        must(!c->next || c->next->prev == c, "the vhost's list");
        listed++;
    }
    must(listed == open && p->vh.conns == open && ctx->conns == open, "connections are counted");
    must(timers(p) <= open, "timers of open connections only");
    if (busy) {
        return;
    }
    must(!ctx->cork && !ctx->scratch_len && !ctx->lent.n, "nothing is corked between turns");
    for (size_t i = 0; i < p->count; i++) {
        if (p->conns[i].open) {
            check_conn(&p->conns[i]);
        }
    }
}

// ---- the rest

// Bytes that a test can predict, and no two words of them alike.
static void next_random(void *user, uint8_t *bytes, size_t n) {
    static uint32_t state = 1;
    (void)user;
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(state >> 24);
    }
}

void fp_init(fp_t *p, const lws_mem_t *mem, fp_on_t on, void *user) {
    memset(p, 0, offsetof(fp_t, conns));
    ROOM(p->conns, FP_CONNS * sizeof(*p->conns));
    p->log.n = 0;
    p->on = on;
    p->user = user;
    p->scratch = heap_alloc(FP_SCRATCH);
    must(p->scratch != NULL, "no memory for scratch");
    p->ctx.mem = *mem;
    p->ctx.scratch = p->scratch;
    p->ctx.scratch_cap = FP_SCRATCH;
    p->ctx.now_us = 1000000;
    p->ctx.random = next_random;
    lws_context_init(&p->ctx);
    lws_vhost_init(&p->vh, &p->ctx, "test");
    lws_http_settings(&p->http, &p->vh);
    lws_http_client_settings(&p->http_client, &p->vh);
    lws_ws_settings(&p->ws, &p->vh);
}

fp_conn_t *fp_open(fp_t *p, const lws_role_t *role) {
    must(p->count < FP_CONNS, "FP_CONNS");
    fp_conn_t *k = &p->conns[p->count];
    memset(k, 0, sizeof(*k));
    k->p = p;
    k->window = k->step = SIZE_MAX;
    if (lws_conn_open(&k->c, &p->vh, role) != LWS_OK) {
        return NULL;
    }
    k->open = true;
    p->count++;
    return k;
}

void fp_close(fp_t *p) {
    for (size_t i = 0; i < p->count; i++) {
        fp_conn_t *k = &p->conns[i];
        if (k->open) {
            lws_conn_free(&k->c);
            k->open = false;
        }
        heap_free(k->out);
        k->out = NULL;
    }
    fp_check(p);
    must(timers(p) == 0, "timers are gone");
    lws_context_free(&p->ctx);
    heap_free(p->scratch);
    p->count = 0;
}

void fp_forget(fp_conn_t *k) {
    k->out_n = 0;
}

size_t fp_frame(uint8_t *dst, uint8_t byte0, const void *payload, size_t n) {
    static const uint8_t key[4] = { 0x37, 0xfa, 0x21, 0x3d };
    const uint8_t *from = payload;
    size_t at = 0;
    dst[at++] = byte0;
    dst[at++] = (uint8_t)(0x80 | (n < 126 ? n : n < 65536 ? 126 : 127));
    for (int i = n < 126 ? 0 : n < 65536 ? 2 : 8; i > 0; i--) {
        dst[at++] = (uint8_t)((uint64_t)n >> (8 * (i - 1)));
    }
    memcpy(dst + at, key, 4);
    at += 4;
    for (size_t i = 0; i < n; i++) {
        dst[at++] = from[i] ^ key[i & 3];
    }
    return at;
}
