// Streams without a descriptor that the system could wait for (TLS sockets, UARTs, plain files):
// each is asked by ioctl.
#include "mod_lws/loop/poll_list.h"

#include "py/gc.h"
#include "py/mperrno.h"

#include "mod_lws/loop/stream.h"
#include "mod_lws/loop/stream_lwip.h"

int mlws_list_add(mlws_context_t *cx, mlws_pollable_t *p) {
    if (cx->polled_count == cx->polled_cap) {
        uint16_t cap = cx->polled_cap + 8;
        mlws_pollable_t **list = lws_mem_resize(&cx->ctx.mem, cx->polled,
            cx->polled_cap * sizeof(*list), cap * sizeof(*list));
        if (!list) {
            return MP_ENOMEM;
        }
        cx->polled = list;
        cx->polled_cap = cap;
    }
    cx->polled[cx->polled_count++] = p;
    return 0;
}

void mlws_list_remove(mlws_context_t *cx, mlws_pollable_t *p) {
    for (size_t i = 0; i < cx->polled_count; i++) {
        if (cx->polled[i] == p) {
            cx->polled[i] = cx->polled[--cx->polled_count];
            cx->polled[cx->polled_count] = NULL;    // the collector sees the spare places
            return;
        }
    }
}

// Most connections are silent, and most of the others have nothing new: those are not asked.
#if MICROPY_PY_LWIP
static bool is_silent(mlws_pollable_t *p) {
    return p->fd == MLWS_LWIP && !(p->events & MP_STREAM_POLL_WR)
           && mlws_lwip_is_silent(p->stream, &p->heard);
}

void mlws_list_again(mlws_pollable_t *p) {
    p->heard--;
}
#else
static bool is_silent(mlws_pollable_t *p) {
    (void)p;
    return false;
}

void mlws_list_again(mlws_pollable_t *p) {
    (void)p;
}
#endif

static mp_uint_t ask(mlws_pollable_t *p) {
    if (p->fd >= 0 || is_silent(p)) {
        return 0;       // poll_select.c's, or one that has nothing new
    }
    int err;
    mp_uint_t ready = p->fd == MLWS_LWIP
        ? mp_get_stream(p->stream)->ioctl(p->stream, MP_STREAM_POLL, p->events, &err)
        : mlws_stream_ask(p->stream, MP_STREAM_POLL, p->events, &err);
    return ready == MP_STREAM_ERROR ? MP_STREAM_POLL_NVAL : ready;
}

bool mlws_list_ask(mlws_context_t *cx) {
    bool any = false;
    // Backwards: a stream that is removed takes the place of one that was asked already.
    for (size_t i = cx->polled_count; i-- > 0;) {
        if (i >= cx->polled_count) {
            continue;
        }
        mlws_pollable_t *p = cx->polled[i];
        mp_uint_t ready = ask(p);
        if (ready) {
            any = true;
            mlws_list_again(p);
            mlws_ready(cx, p, ready);
        }
    }
    return any;
}
