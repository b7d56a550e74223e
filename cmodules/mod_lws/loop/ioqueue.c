#include "mod_lws/loop/ioqueue.h"

#include "mod_lws/loop/task.h"

#include "py/runtime.h"

typedef struct {
    mlws_pollable_t poll;       // first
    mp_obj_t reader, writer;    // tasks
} foreign_t;

// Streams are told apart by their address, as asyncio does with id().
static mp_obj_t key_of(mp_obj_t stream) {
    return MP_OBJ_NEW_SMALL_INT((mp_int_t)((uintptr_t)MP_OBJ_TO_PTR(stream) >> 2));
}

static unsigned events_of(const foreign_t *f) {
    return (f->reader != MP_OBJ_NULL ? MP_STREAM_POLL_RD : 0)
           | (f->writer != MP_OBJ_NULL ? MP_STREAM_POLL_WR : 0);
}

// Nobody waits for it: it is forgotten.
static void forget(mlws_context_t *cx, foreign_t *f, mp_obj_t stream) {
    mlws_poll_remove(cx, &f->poll);
    mp_map_lookup(&cx->foreign, key_of(stream), MP_MAP_LOOKUP_REMOVE_IF_FOUND);
}

// What it waits for has become less. A failure means that it was closed, which is seen to later.
static void rearm(mlws_context_t *cx, foreign_t *f) {
    unsigned events = events_of(f);
    if (!events) {
        forget(cx, f, f->poll.stream);
    } else {
        mlws_poll_set(cx, &f->poll, f->poll.stream, events);
    }
}

static foreign_t *find_or_add(mlws_context_t *cx, mp_obj_t stream) {
    mp_map_elem_t *e = mp_map_lookup(&cx->foreign, key_of(stream), MP_MAP_LOOKUP);
    if (!e) {
        foreign_t *f = m_new0(foreign_t, 1);    // before there is a key for it: this may raise
        f->poll.stream = f->reader = f->writer = MP_OBJ_NULL;
        f->poll.kind = MLWS_FOREIGN;
        e = mp_map_lookup(&cx->foreign, key_of(stream), MP_MAP_LOOKUP_ADD_IF_NOT_FOUND);
        e->value = MP_OBJ_FROM_PTR(f);
    }
    return MP_OBJ_TO_PTR(e->value);
}

void mlws_ioqueue_wait(mlws_context_t *cx, mp_obj_t stream, bool write) {
    mp_get_stream_raise(stream, MP_STREAM_OP_IOCTL);
    mp_obj_t task = mlws_task_wait_on(MP_OBJ_FROM_PTR(cx));
    foreign_t *f = find_or_add(cx, stream);
    mp_obj_t *slot = write ? &f->writer : &f->reader;
    if (*slot != MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("another task waits for this stream"));
    }
    *slot = task;
    int err = mlws_poll_set(cx, &f->poll, stream, events_of(f));
    if (err) {
        *slot = MP_OBJ_NULL;
        if (!events_of(f)) {
            forget(cx, f, stream);
        }
        mp_raise_OSError(err);
    }
}

void mlws_ioqueue_remove(mlws_context_t *cx, mp_obj_t task) {
    for (size_t i = 0; i < cx->foreign.alloc; i++) {
        if (!mp_map_slot_is_filled(&cx->foreign, i)) {
            continue;
        }
        foreign_t *f = MP_OBJ_TO_PTR(cx->foreign.table[i].value);
        if (f->reader == task) {
            f->reader = MP_OBJ_NULL;
            rearm(cx, f);
        } else if (f->writer == task) {
            f->writer = MP_OBJ_NULL;
            rearm(cx, f);
        }
    }
}

void mlws_foreign_ready(mlws_context_t *cx, mlws_pollable_t *p, unsigned events) {
    foreign_t *f = (foreign_t *)(void *)p;
    if (events & ~MP_STREAM_POLL_WR) {
        mlws_task_queue(&f->reader);
    }
    if (events & ~MP_STREAM_POLL_RD) {
        mlws_task_queue(&f->writer);
    }
    rearm(cx, f);
}

#if MLWS_DESCRIPTORS
void mlws_ioqueue_closed(mlws_context_t *cx) {
    for (size_t i = 0; i < cx->foreign.alloc; i++) {
        if (mp_map_slot_is_filled(&cx->foreign, i)) {
            foreign_t *f = MP_OBJ_TO_PTR(cx->foreign.table[i].value);
            if (mlws_poll_is_closed(&f->poll)) {
                mlws_foreign_ready(cx, &f->poll, MP_STREAM_POLL_NVAL);
            }
        }
    }
}

void mlws_ioqueue_lost(mlws_context_t *cx, int fd) {
    for (size_t i = 0; i < cx->foreign.alloc; i++) {
        if (mp_map_slot_is_filled(&cx->foreign, i)) {
            foreign_t *f = MP_OBJ_TO_PTR(cx->foreign.table[i].value);
            if (f->poll.fd == fd) {
                f->poll.fd = MLWS_CLOSED;
            }
        }
    }
}
#endif
