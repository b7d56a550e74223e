// The poll set where the system has none that serves every stream: all are asked by ioctl.
#if !defined(__linux__)

#include "mod_lws/poll_list.h"

#include "py/mphal.h"

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
        return 0;
    }
    p->stream = stream;
    p->fd = -1;
    return mlws_list_add(cx, p);
}

void mlws_poll_remove(mlws_context_t *cx, mlws_pollable_t *p) {
    if (p->stream != MP_OBJ_NULL) {
        mlws_list_remove(cx, p);
        p->stream = MP_OBJ_NULL;
    }
}

void mlws_poll_wait(mlws_context_t *cx, uint64_t timeout_us) {
    uint64_t end = mp_hal_ticks_us() + timeout_us;
    mp_handle_pending(true);
    while (!mlws_list_ask(cx)) {
        int64_t left = (int64_t)(end - mp_hal_ticks_us());
        if (left <= 0) {
            break;
        }
        // Sleeps until the next interrupt: a network controller's, or the tick.
        mp_event_wait_ms(left < MLWS_LIST_WAIT_US ? 1 : (mp_uint_t)(left / 1000));
        mlws_clock(cx);
    }
}

#endif
