#include "mod_lws/waiter.h"

#include "mod_lws/inbox.h"
#include "mod_lws/request.h"
#include "mod_lws/task.h"

// ---- done
static mp_obj_t done_iternext(mp_obj_t self) {
    (void)self;
    return mp_make_stop_iteration(mp_const_none);
}

static MP_DEFINE_CONST_OBJ_TYPE(done_type, MP_QSTR_done, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    iter, done_iternext);

const mp_obj_base_t mlws_done_obj = { &done_type };

// ---- waiting for a connection
typedef struct mlws_waiter {
    mp_obj_base_t base;
    mlws_conn_t *k;
    mlws_request_t *r;          // whose body it waits for, or NULL
    mp_obj_t task;              // who waits for output, MP_OBJ_NULL: nobody
    struct mlws_waiter *next;   // of the connection's, in the order they came
} waiter_t;

static void unlink_writer(mlws_conn_t *k, const waiter_t *w) {
    waiter_t **at = &k->writers;
    while (*at && *at != w) {
        at = &(*at)->next;
    }
    if (*at) {
        *at = w->next;
    }
}

// asyncio cancels a task that waits here.
static mp_obj_t waiter_remove(mp_obj_t self_in, mp_obj_t task) {
    waiter_t *w = MP_OBJ_TO_PTR(self_in);
    if (w->k->reader == task) {
        w->k->reader = MP_OBJ_NULL;
    }
    if (w->task == task) {
        unlink_writer(w->k, w);
        w->task = MP_OBJ_NULL;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(waiter_remove_obj, waiter_remove);

static const mp_rom_map_elem_t waiter_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_remove), MP_ROM_PTR(&waiter_remove_obj) },
};
static MP_DEFINE_CONST_DICT(waiter_locals, waiter_locals_table);

static mp_obj_t new_waiter(const mp_obj_type_t *type, mlws_conn_t *k, mlws_request_t *r) {
    waiter_t *w = mp_obj_malloc(waiter_t, type);
    w->k = k;
    w->r = r;
    w->task = MP_OBJ_NULL;
    k->shared = true;
    return MP_OBJ_FROM_PTR(w);
}

// ---- until output went out
static void link_writer(mlws_conn_t *k, waiter_t *w) {
    waiter_t **at = &k->writers;
    while (*at) {
        at = &(*at)->next;
    }
    *at = w;
    w->next = NULL;
}

void mlws_drained(mlws_conn_t *k, bool at_once) {
    while (k->writers && (k->poll.stream == MP_OBJ_NULL || !lws_txq_pending(&k->c))) {
        waiter_t *w = k->writers;
        k->writers = w->next;
        if (at_once) {
            mlws_task_wake(k, &w->task);
        } else {
            mlws_task_queue(&w->task);
        }
    }
}

static mp_obj_t drain_iternext(mp_obj_t self_in) {
    waiter_t *w = MP_OBJ_TO_PTR(self_in);
    mlws_conn_t *k = w->k;
    if (k->c.state != LWS_CONN_OPEN) {
        mlws_raise(LWS_ERR_CLOSED);
    }
    if (!lws_txq_pending(&k->c)) {
        return mp_make_stop_iteration(mp_const_none);
    }
    if (w->task != MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("another task awaits this"));
    }
    w->task = mlws_task_wait_on(self_in);
    link_writer(k, w);
    return mp_const_none;
}

static MP_DEFINE_CONST_OBJ_TYPE(drain_type, MP_QSTR_drain, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    iter, drain_iternext, locals_dict, &waiter_locals);

mp_obj_t mlws_drain(mlws_conn_t *k) {
    // What only gathers in this turn needs no waiting.
    if (!k->c.tx.used) {
        return MP_OBJ_FROM_PTR(&mlws_done_obj);
    }
    return new_waiter(&drain_type, k, NULL);
}

// ---- a piece of a streamed body
static mp_obj_t recv_iternext(mp_obj_t self_in) {
    const waiter_t *w = MP_OBJ_TO_PTR(self_in);
    mlws_conn_t *k = w->k;
    const mlws_request_more_t *more = w->r->more;
    bool current = k->request == w->r && mlws_request_is_open(w->r);
    mp_obj_t piece = current ? mlws_inbox_take(k) : MP_OBJ_NULL;
    if (piece != MP_OBJ_NULL) {
        mlws_flush(k);
        return mp_make_stop_iteration(piece);
    }
    if (!more || !more->streaming || more->ended) {
        return mp_make_stop_iteration(mp_const_empty_bytes);
    }
    if (k->c.state != LWS_CONN_OPEN) {
        mlws_raise(LWS_ERR_CLOSED);
    }
    if (!current) {
        mlws_raise(LWS_ERR_STATE);  // what was read is not all of it
    }
    if (k->reader != MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("another task reads this body"));
    }
    k->reader = mlws_task_wait_on(self_in);
    return mp_const_none;
}

static MP_DEFINE_CONST_OBJ_TYPE(recv_type, MP_QSTR_recv, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    iter, recv_iternext, locals_dict, &waiter_locals);

mp_obj_t mlws_recv(mlws_request_t *r) {
    return new_waiter(&recv_type, r->k, r);
}
