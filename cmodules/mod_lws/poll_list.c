// Streams without a descriptor that the system could wait for (TLS sockets, UARTs, plain files):
// each is asked by ioctl.
#include "mod_lws/poll_list.h"

#include "py/gc.h"
#include "py/mperrno.h"

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
            return;
        }
    }
}

bool mlws_list_ask(mlws_context_t *cx) {
    bool any = false;
    // Backwards: a stream that is removed takes the place of one that was asked already.
    for (size_t i = cx->polled_count; i-- > 0;) {
        if (i >= cx->polled_count) {
            continue;
        }
        mlws_pollable_t *p = cx->polled[i];
        const mp_stream_p_t *io = mp_get_stream(p->stream);
        int err;
        mp_uint_t ready = io->ioctl(p->stream, MP_STREAM_POLL, p->events, &err);
        if (ready == MP_STREAM_ERROR) {
            ready = MP_STREAM_POLL_ERR;
        }
        if (ready) {
            any = true;
            mlws_ready(cx, p, ready);
        }
    }
    return any;
}
