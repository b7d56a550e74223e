#include "mod_lws/loop/turn.h"

#include "mod_lws/loop/ioqueue.h"
#include "mod_lws/loop/listener.h"
#include "mod_lws/loop/stream.h"
#include "mod_lws/loop/task.h"
#include "mod_lws/loop/waiter.h"

#include "py/runtime.h"

// ---- out

static void write_out(mlws_conn_t *k) {
    lws_iov_t iov[2];
    int count = lws_conn_tx(&k->c, iov);
    if (count) {
        mp_uint_t n = mlws_stream_write(k, iov, count);
        if (n == MLWS_FAILED) {
            lws_conn_abort(&k->c);
            return;
        }
        lws_conn_tx_done(&k->c, n == MLWS_AGAIN ? 0 : n);
    }
    lws_conn_tx_settle(&k->c);
}

static void unlink_vhost(mlws_context_t *cx, mlws_vhost_t *v) {
    mlws_vhost_t **at = &cx->vhosts;
    while (*at && *at != v) {
        at = &(*at)->next;
    }
    *at = v->next;
    v->next = NULL;
}

// Back to the list of connections to be used again, unless a Python object may still look at it.
static void retire(mlws_context_t *cx, mlws_conn_t *k) {
    mlws_vhost_t *v = mlws_vhost_of(k);
    lws_conn_free(&k->c);
    if (!v->vh.conns) {
        unlink_vhost(cx, v);
    }
    if (!k->shared && !k->queued) {
        k->c.vhost = NULL;      // not kept alive from there
        k->c.next = cx->spare ? &cx->spare->c : NULL;
        cx->spare = k;
    }
}

static bool is_gone(const mlws_conn_t *k) {
    return k->poll.stream == MP_OBJ_NULL;
}

// It is looked at once more before the loop sleeps: in this turn, or after the tasks that are due.
static void enqueue(mlws_conn_t **list, mlws_conn_t *k) {
    if (!k->queued) {
        k->queued = true;
        k->todo = *list;
        *list = k;
    }
}

// Its face, and who waits for output, find out that it has gone.
static void tell_gone(mlws_conn_t *k) {
    if (k->face->gone(k)) {
        enqueue(&mlws_context()->todo, k);
    }
    mlws_drained(k, true);
}

// What is done about the tasks of a connection that has gone.
static void guarded(void (*f)(mlws_conn_t *k), mlws_conn_t *k) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        f(k);
        nlr_pop();
    } else if (mlws_ends_loop(MP_OBJ_FROM_PTR(nlr.ret_val))) {
        mp_sched_exception(MP_OBJ_FROM_PTR(nlr.ret_val));   // raised by the loop, not lost
    } else {
        mp_obj_print_exception(&mp_plat_print, MP_OBJ_FROM_PTR(nlr.ret_val));
    }
}

static void drop(mlws_context_t *cx, mlws_conn_t *k) {
    if (is_gone(k)) {
        return;
    }
    mp_obj_t stream = k->poll.stream;
    if (k->c.flags & LWS_CONN_FAILED) {
        mlws_stream_give_up(k);
    }
    mlws_poll_remove(cx, &k->poll);
    mlws_stream_close(stream);
    guarded(tell_gone, k);
    retire(cx, k);
}

// What a connection wants next: after everything that may have changed it.
static void look_after(mlws_context_t *cx, mlws_conn_t *k) {
    unsigned want = lws_conn_want(&k->c);
    if (want & LWS_WANT_CLOSE) {
        drop(cx, k);
        return;
    }
    if (k->c.state == LWS_CONN_DRAINING && !k->shut) {
        k->shut = true;
        mlws_stream_shutdown(k);
    }
    if (k->writers && !lws_txq_pending(&k->c)) {
        mlws_drained(k, false);     // nothing will be polled for that could wake them
    }
    if (want & LWS_WANT_SERVE) {
        enqueue(&cx->todo, k);
    }
    unsigned events = (want & LWS_WANT_READ ? MP_STREAM_POLL_RD : 0)
        | (want & LWS_WANT_WRITE || k->eager ? MP_STREAM_POLL_WR : 0);
    if (events != k->poll.events && mlws_poll_set(cx, &k->poll, k->poll.stream, events)) {
        lws_conn_abort(&k->c);
        drop(cx, k);
    }
}

// Has the peer sent its last byte, and is all out that is for it?
static bool has_left(const mlws_conn_t *k) {
    return k->c.flags & LWS_CONN_EOF && k->c.state == LWS_CONN_OPEN && k->face->left
           && !lws_txq_pending(&k->c) && !k->eager;
}

void mlws_sent(mlws_conn_t *k, lws_conn_t *outer) {
    mlws_context_t *cx = mlws_context();
    if (outer != &k->c) {
        write_out(k);
        lws_txq_uncork(&k->c, outer);
        mlws_flush(k);
    } else if (cx->ctx.lent.n || k->c.tx.used) {
        write_out(k);
    }
}

void mlws_flush(mlws_conn_t *k) {
    mlws_context_t *cx = mlws_context();
    if (is_gone(k) || cx->ctx.cork == &k->c) {
        return;     // gone, or the end of its turn sees to it
    }
    if (lws_txq_pending(&k->c)) {
        write_out(k);
    } else {
        lws_conn_tx_settle(&k->c);
    }
    lws_conn_rearm(&k->c);
    look_after(cx, k);
    if (has_left(k)) {
        enqueue(&cx->later, k);
    }
}

// ---- in

static void hand_on(mlws_conn_t *k, const lws_event_t *ev) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        k->face->event(k, ev);
        nlr_pop();
        return;
    }
    mp_obj_t exc = MP_OBJ_FROM_PTR(nlr.ret_val);
    if (!mlws_is_exception(exc)) {
        nlr_jump(nlr.ret_val);
    }
    k->face->failed(k, exc);
}

void mlws_print_unless_over(const mlws_conn_t *k, mp_obj_t exc) {
    bool over = k->c.state != LWS_CONN_OPEN || k->c.close_code;
    if (!over || !mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(exc)),
        MP_OBJ_FROM_PTR(&mp_type_OSError))) {
        mp_obj_print_exception(&mp_plat_print, exc);
    }
}

// One connection's turn: everything between the read and the flush.
static void feed(mlws_context_t *cx, mlws_conn_t *k, uint8_t *buf, size_t len) {
    size_t used = 0;
    lws_event_t ev;
    do {
        used += lws_conn_rx(&k->c, buf + used, len - used, &ev);
        if (ev.type != LWS_EV_NONE) {
            hand_on(k, &ev);
        }
    } while (ev.type != LWS_EV_NONE);
    if (k->face->settled) {
        k->face->settled(k);
    }
    lws_conn_settle(&k->c, buf + used, len - used);
}

static void read_in(mlws_context_t *cx, mlws_conn_t *k) {
    mp_uint_t n = mlws_stream_read(k, cx->rx, cx->rx_cap);
    if (n == MLWS_AGAIN) {
        return;
    }
    if (n == MLWS_FAILED) {
        lws_conn_abort(&k->c);
    } else if (n == 0) {
        lws_conn_eof(&k->c);
    } else {
        feed(cx, k, cx->rx, n);
    }
}

static void ready_turn(mlws_context_t *cx, mlws_conn_t *k, unsigned events) {
    if (events & MP_STREAM_POLL_WR) {
        write_out(k);
    }
    // An error or a hang-up shows itself in the read; there is nothing to read for one that is
    // only writing, or is no stream any more.
    if (events & ~(MP_STREAM_POLL_WR | MP_STREAM_POLL_NVAL)
        && lws_conn_want(&k->c) & (LWS_WANT_READ | LWS_WANT_CLOSE)) {
        read_in(cx, k);
    } else if (events & (MP_STREAM_POLL_ERR | MP_STREAM_POLL_HUP | MP_STREAM_POLL_NVAL)) {
        lws_conn_abort(&k->c);
    }
    if (k->eager && !k->c.tx.used) {
        k->face->writable(k);
    }
    write_out(k);
    if (k->writers && !lws_txq_pending(&k->c)) {
        mlws_drained(k, true);
    }
}

// Input that was held back goes on.
static void held_turn(mlws_context_t *cx, mlws_conn_t *k, unsigned events) {
    (void)events;
    lws_iov_t held = lws_conn_held(&k->c);
    if (held.p) {
        feed(cx, k, (uint8_t *)held.p, held.n);
    }
}

// A coroutine that is about to run may have more to say.
static void see_off(mlws_context_t *cx, mlws_conn_t *k) {
    if (k->writers || k->face->left(k)) {
        enqueue(&cx->later, k);
    }
}

typedef void (*turn_t)(mlws_context_t *cx, mlws_conn_t *k, unsigned events);

// KeyboardInterrupt and SystemExit leave a turn; the context is whole again before they do.
static void take_turn(turn_t turn, mlws_context_t *cx, mlws_conn_t *k, unsigned events) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        lws_conn_t *outer = lws_txq_cork(&k->c);
        turn(cx, k, events);
        write_out(k);
        if (has_left(k)) {
            see_off(cx, k);
        }
        lws_txq_uncork(&k->c, outer);
        look_after(cx, k);
        nlr_pop();
        return;
    }
    cx->ctx.cork = NULL;
    cx->ctx.scratch_len = 0;
    cx->ctx.lent = lws_span(NULL, 0);
    lws_conn_abort(&k->c);
    drop(cx, k);
    nlr_jump(nlr.ret_val);
}

void mlws_serve_later(mlws_context_t *cx) {
    while (cx->later) {
        mlws_conn_t *k = cx->later;
        cx->later = k->todo;
        k->queued = false;
        enqueue(&cx->todo, k);
    }
}

void mlws_serve_held(mlws_context_t *cx) {
    while (cx->todo) {
        mlws_conn_t *k = cx->todo;
        cx->todo = k->todo;
        k->todo = NULL;
        k->queued = false;
        if (!is_gone(k)) {
            take_turn(held_turn, cx, k, 0);
        } else {
            guarded(k->face->cancel, k);
        }
    }
}

void mlws_serve_timers(mlws_context_t *cx) {
    lws_conn_t *c;
    while ((c = lws_context_due(&cx->ctx)) != NULL) {
        lws_conn_expire(c);
        mlws_flush(mlws_conn_of(c));
    }
}

// ---- new connections

static mlws_conn_t *new_conn(mlws_context_t *cx) {
    mlws_conn_t *k = cx->spare;
    if (k) {
        cx->spare = k->c.next ? mlws_conn_of(k->c.next) : NULL;
    } else {
        k = lws_mem_alloc(&cx->ctx.mem, sizeof(*k));
    }
    if (k) {
        memset(k, 0, sizeof(*k));
        k->poll.stream = MP_OBJ_NULL;
        k->poll.kind = MLWS_CONN;
        k->poll.fd = MLWS_NO_FD;
    }
    return k;
}

static void refuse(mlws_conn_t *k) {
    if (k->face->full) {
        lws_iov_t iov = { (const uint8_t *)k->face->full, strlen(k->face->full) };
        mlws_stream_write(k, &iov, 1);
    }
}

bool mlws_make_room(const mlws_vhost_t *v) {
    lws_conn_t *c = lws_vhost_idlest(&v->vh);
    mlws_conn_t *k = c ? mlws_conn_of(c) : NULL;
    int err;
    if (!k || mlws_stream_ask(k->poll.stream, MP_STREAM_POLL, MP_STREAM_POLL_RD, &err)) {
        return false;       // there is none, or it has just asked for something
    }
    lws_conn_close(c, 0, lws_span(NULL, 0));
    mlws_flush(k);
    return true;
}

void mlws_adopt(mlws_vhost_t *v, mp_obj_t stream) {
    mlws_context_t *cx = mlws_context();
    if (lws_vhost_full(&v->vh)) {
        mlws_make_room(v);
    }
    mlws_conn_t *k = new_conn(cx);
    if (!k) {
        mlws_stream_close(stream);
        return;
    }
    k->face = mlws_face_of_vhost(v->base.type);
    int err = mlws_poll_set(cx, &k->poll, stream, MP_STREAM_POLL_RD);
    if (!err && lws_conn_open(&k->c, &v->vh, k->face->role) == LWS_OK) {
        if (v->vh.conns == 1) {
            v->next = cx->vhosts;
            cx->vhosts = v;
        }
        return;
    }
    if (!err) {
        refuse(k);
        mlws_poll_remove(cx, &k->poll);
    }
    mlws_stream_close(stream);
    k->c.next = cx->spare ? &cx->spare->c : NULL;
    cx->spare = k;
}

// ---- the poll set's word

void mlws_ready(mlws_context_t *cx, mlws_pollable_t *p, unsigned events) {
    if (p->kind == MLWS_CONN) {
        mlws_conn_t *k = (mlws_conn_t *)(void *)((char *)p - offsetof(mlws_conn_t, poll));
        take_turn(ready_turn, cx, k, events);
    } else if (p->kind == MLWS_LISTENER) {
        mlws_listener_ready(cx, p, events);
    } else {
        mlws_foreign_ready(cx, p, events);
    }
}
