#include "mod_lws/ioqueue.h"

#include "mod_lws/task.h"

typedef struct {
    mlws_pollable_t poll;       // first
    mp_obj_t reader, writer;    // tasks
} foreign_t;

// Streams are told apart by their address, as asyncio does with id().
static mp_obj_t key_of(mp_obj_t stream) {
    return MP_OBJ_NEW_SMALL_INT((mp_int_t)((uintptr_t)MP_OBJ_TO_PTR(stream) >> 2));
}

static void rearm(mlws_context_t *cx, foreign_t *f) {
    unsigned events = (f->reader != MP_OBJ_NULL ? MP_STREAM_POLL_RD : 0)
        | (f->writer != MP_OBJ_NULL ? MP_STREAM_POLL_WR : 0);
    if (!events) {
        mp_obj_t stream = f->poll.stream;
        mlws_poll_remove(cx, &f->poll);
        mp_map_lookup(&cx->foreign, key_of(stream), MP_MAP_LOOKUP_REMOVE_IF_FOUND);
    } else {
        mlws_poll_set(cx, &f->poll, f->poll.stream, events);
    }
}

static foreign_t *find_or_add(mlws_context_t *cx, mp_obj_t stream) {
    mp_get_stream_raise(stream, MP_STREAM_OP_IOCTL);
    mp_map_elem_t *e = mp_map_lookup(&cx->foreign, key_of(stream), MP_MAP_LOOKUP_ADD_IF_NOT_FOUND);
    if (e->value == MP_OBJ_NULL) {
        foreign_t *f = m_new0(foreign_t, 1);
        f->poll.stream = f->reader = f->writer = MP_OBJ_NULL;
        f->poll.kind = MLWS_FOREIGN;
        e->value = MP_OBJ_FROM_PTR(f);
    }
    return MP_OBJ_TO_PTR(e->value);
}

void mlws_ioqueue_wait(mlws_context_t *cx, mp_obj_t stream, bool write) {
    foreign_t *f = find_or_add(cx, stream);
    mp_obj_t *slot = write ? &f->writer : &f->reader;
    if (*slot != MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("another task waits for this stream"));
    }
    *slot = mlws_task_wait_on(MP_OBJ_FROM_PTR(cx));
    unsigned events = (f->reader != MP_OBJ_NULL ? MP_STREAM_POLL_RD : 0)
        | (f->writer != MP_OBJ_NULL ? MP_STREAM_POLL_WR : 0);
    int err = mlws_poll_set(cx, &f->poll, stream, events);
    if (err) {
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
