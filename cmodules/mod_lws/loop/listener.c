// Listening sockets: any MicroPython socket object that has accept().
#include "mod_lws/loop/listener.h"

#include "mod_lws/loop/turn.h"
#include "mod_lws/loop/stream.h"

#include "py/mperrno.h"
#include "py/runtime.h"

#define ACCEPT_MAX 16           // connections taken in a turn
// after accept failed (out of descriptors or memory), for so long nothing is accepted
#define AGAIN_US 500000

typedef struct {
    mlws_pollable_t poll;       // first: its stream is the socket
    mlws_vhost_t *v;
} listener_t;

// 0: one was taken; an errno otherwise.
static int accept_one(listener_t *l) {
    nlr_buf_t nlr;
    mlws_accept_begin();
    if (nlr_push(&nlr) == 0) {
        mp_obj_t call[2];
        mp_load_method(l->poll.stream, MP_QSTR_accept, call);
        mp_obj_t pair = mp_call_method_n_kw(0, 0, call);
        mp_obj_t sock = mp_obj_subscr(pair, MP_OBJ_NEW_SMALL_INT(0), MP_OBJ_SENTINEL);
        mlws_stream_accepted(sock);
        nlr_pop();
        mlws_adopt(l->v, sock);
        return 0;
    }
    mp_obj_t exc = MP_OBJ_FROM_PTR(nlr.ret_val);
    if (!mlws_is_exception(exc)) {
        nlr_jump(nlr.ret_val);
    }
    if (mp_obj_get_type(exc) == &mp_type_MemoryError) {
        mlws_accept_lost();
    }
    if (!mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(exc)),
        MP_OBJ_FROM_PTR(&mp_type_OSError))) {
        return MP_ENOMEM;
    }
    mp_obj_t no = mp_obj_exception_get_value(exc);
    return mp_obj_is_small_int(no) ? MP_OBJ_SMALL_INT_VALUE(no) : MP_EIO;
}

// Asked before every accept but the first: one that fails costs a socket object and an exception.
static bool another(const listener_t *l) {
    int err;
    mp_uint_t ready = mlws_stream_ask(l->poll.stream, MP_STREAM_POLL, MP_STREAM_POLL_RD, &err);
    return ready != MP_STREAM_ERROR && ready & MP_STREAM_POLL_RD;
}

static size_t all(mlws_context_t *cx, mp_obj_t **items) {
    size_t n;
    mp_obj_get_array(cx->listeners, &n, items);
    return n;
}

// The last takes its place: who goes through all of them begins there.
static void forget(mlws_context_t *cx, listener_t *l) {
    mp_obj_t *items;
    size_t last = all(cx, &items) - 1, i = 0;
    while (items[i] != MP_OBJ_FROM_PTR(l)) {
        i++;
    }
    mlws_poll_remove(cx, &l->poll);
    items[i] = items[last];
    items[last] = MP_OBJ_NULL;      // the collector sees the list's spare slots
    mp_obj_list_set_len(cx->listeners, last);
}

void mlws_unlisten(mlws_context_t *cx, mp_obj_t sock) {
    mp_obj_t *items;
    for (size_t i = all(cx, &items); i-- > 0;) {
        listener_t *l = MP_OBJ_TO_PTR(items[i]);
        if (l->poll.stream == sock) {
            forget(cx, l);
            mlws_stream_close(sock);
            return;
        }
    }
}

#if MLWS_DESCRIPTORS
void mlws_listeners_closed(mlws_context_t *cx) {
    mp_obj_t *items;
    for (size_t i = all(cx, &items); i-- > 0;) {
        listener_t *l = MP_OBJ_TO_PTR(items[i]);
        if (mlws_poll_is_closed(&l->poll)) {
            forget(cx, l);
        }
    }
}

void mlws_listeners_lost(mlws_context_t *cx, int fd) {
    mp_obj_t *items;
    for (size_t i = all(cx, &items); i-- > 0;) {
        listener_t *l = MP_OBJ_TO_PTR(items[i]);
        if (l->poll.fd == fd) {
            l->poll.fd = MLWS_CLOSED;
        }
    }
}
#endif

// Out of descriptors or memory, as accept said it.
static bool is_exhausted(int err) {
    return err && !mp_is_nonblocking_error(err) && err != MP_ECONNABORTED && err != MP_EINTR;
}

void mlws_listener_ready(mlws_context_t *cx, mlws_pollable_t *p, unsigned events) {
    listener_t *l = (listener_t *)(void *)p;
    if (events & MP_STREAM_POLL_NVAL) {
        forget(cx, l);      // somebody closed it
        return;
    }
    int err = accept_one(l);
    for (size_t i = 1; i < ACCEPT_MAX && !err && another(l); i++) {
        err = accept_one(l);
    }
    if (is_exhausted(err) && mlws_make_room(l->v)) {
        err = accept_one(l);
    }
    if (is_exhausted(err)) {
        cx->accept_us = cx->ctx.now_us + AGAIN_US;
        mlws_poll_set(cx, p, p->stream, 0);
    }
}

void mlws_listeners_again(mlws_context_t *cx) {
    cx->accept_us = 0;
    mp_obj_t *items;
    for (size_t i = all(cx, &items); i-- > 0;) {
        listener_t *l = MP_OBJ_TO_PTR(items[i]);
        mlws_poll_set(cx, &l->poll, l->poll.stream, MP_STREAM_POLL_RD);
    }
}

void mlws_listen(mlws_context_t *cx, mp_obj_t sock, mlws_vhost_t *v) {
    listener_t *l = m_new0(listener_t, 1);
    l->poll.stream = MP_OBJ_NULL;
    l->poll.kind = MLWS_LISTENER;
    l->v = v;
    mp_obj_list_append(cx->listeners, MP_OBJ_FROM_PTR(l));     // first: this may raise
    int err = mlws_poll_set(cx, &l->poll, sock, MP_STREAM_POLL_RD);
    if (err) {
        forget(cx, l);
        mp_raise_OSError(err);
    }
}
