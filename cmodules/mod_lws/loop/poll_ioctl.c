// The poll set where the system has none that serves every stream: all are asked by ioctl.
#include "mod_lws/loop/poll_list.h"

#if !MLWS_DESCRIPTORS

#include "mod_lws/loop/stream_lwip.h"

#include "py/mphal.h"

#define SLEEP_MAX_US 3600000000u

int mlws_poll_open(mlws_context_t *cx) {
    cx->ep = -1;
    return 0;
}

void mlws_poll_close(mlws_context_t *cx) {
    (void)cx;
}

int mlws_poll_set(mlws_context_t *cx, mlws_pollable_t *p, mp_obj_t stream, unsigned events) {
    p->events = events;
    if (p->stream != MP_OBJ_NULL) {
        mlws_list_again(p);
        return 0;
    }
    p->stream = stream;
    p->fd = MLWS_NO_FD;
    #if MICROPY_PY_LWIP
    if (p->kind == MLWS_CONN && mlws_lwip_is_connection(stream)) {
        p->fd = MLWS_LWIP;
        p->heard = 0;
    }
    #endif
    int err = mlws_list_add(cx, p);
    if (err) {
        p->stream = MP_OBJ_NULL;
    }
    return err;
}

void mlws_poll_remove(mlws_context_t *cx, mlws_pollable_t *p) {
    if (p->stream != MP_OBJ_NULL) {
        mlws_list_remove(cx, p);
        p->stream = MP_OBJ_NULL;
        p->fd = MLWS_NO_FD;
    }
}

void mlws_poll_wait(mlws_context_t *cx, uint64_t timeout_us) {
    mp_uint_t start = mp_hal_ticks_us();
    // Without a sleep, too: this is when many ports let frames in.
    mp_event_handle_nowait();
    mlws_clock(cx);
    while (!mlws_list_ask(cx)) {
        mp_uint_t gone = mp_hal_ticks_us() - start;
        if (gone >= timeout_us) {
            break;
        }
        // Until the next interrupt, a network controller's or the tick; never a moment too short.
        mp_event_wait_ms((mp_uint_t)(MIN(timeout_us - gone, SLEEP_MAX_US) + 999) / 1000);
        mlws_clock(cx);
    }
}

#endif
