#include "mod_lws/loop/waiter.h"

#include "mod_lws/error.h"
#include "mod_lws/loop/awaitable.h"
#include "mod_lws/loop/task.h"

#include "py/runtime.h"

// ---- done
static mp_obj_t done_iternext(mp_obj_t self) {
    const mp_obj_base_t *which = MP_OBJ_TO_PTR(self);
    return mp_make_stop_iteration(which == &mlws_done_obj ? mp_const_none
        : mp_obj_new_bool(which == &mlws_done_true));
}

static const mp_rom_map_elem_t done_locals_table[] = { MLWS_AWAITABLE_METHODS };
static MP_DEFINE_CONST_DICT(done_locals, done_locals_table);

static MP_DEFINE_CONST_OBJ_TYPE(done_type, MP_QSTR_done, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    iter, done_iternext, locals_dict, &done_locals);

const mp_obj_base_t mlws_done_obj = { &done_type };
const mp_obj_base_t mlws_done_true = { &done_type };
const mp_obj_base_t mlws_done_false = { &done_type };

// ---- until output went out
typedef struct mlws_waiter {
    mp_obj_base_t base;
    mlws_conn_t *k;             // for the collector: the exchange may lie in it
    mlws_exchange_t *x;
    mp_obj_t task;              // who waits, MP_OBJ_NULL: nobody
    struct mlws_waiter *next;   // of the connection's, in the order they came
} waiter_t;

static void link_waiter(mlws_conn_t *k, waiter_t *w) {
    waiter_t **at = &k->writers;
    while (*at) {
        at = &(*at)->next;
    }
    *at = w;
    w->next = NULL;
}

static void unlink_waiter(mlws_conn_t *k, const waiter_t *w) {
    waiter_t **at = &k->writers;
    while (*at && *at != w) {
        at = &(*at)->next;
    }
    if (*at) {
        *at = w->next;
    }
}

// asyncio cancels a task that waits here.
static mp_obj_t drain_remove(mp_obj_t self_in, mp_obj_t task) {
    waiter_t *w = MP_OBJ_TO_PTR(self_in);
    if (w->task == task) {
        unlink_waiter(w->k, w);
        w->task = MP_OBJ_NULL;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(drain_remove_obj, drain_remove);

MLWS_AWAITABLE_LOCALS(drain_locals, drain_remove_obj);

bool mlws_coro_waits(const mlws_exchange_t *x) {
    const waiter_t *w = x->k->writers;
    while (w && w->task != x->task) {
        w = w->next;
    }
    return w || x->reader == x->task;
}

void mlws_drained(mlws_conn_t *k, bool at_once) {
    while (k->writers && (k->c.state == LWS_CONN_DEAD || !lws_txq_pending(&k->c))) {
        waiter_t *w = k->writers;
        k->writers = w->next;
        if (at_once) {
            mlws_task_wake(w->x, &w->task);
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
    link_waiter(k, w);
    return mp_const_none;
}

static MP_DEFINE_CONST_OBJ_TYPE(drain_type, MP_QSTR_drain, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    iter, drain_iternext, locals_dict, &drain_locals);

mp_obj_t mlws_drain(mlws_exchange_t *x) {
    mlws_conn_t *k = x->k;
    // What only gathers in this turn needs no waiting.
    if (!k->c.tx.used) {
        return MP_OBJ_FROM_PTR(&mlws_done_obj);
    }
    waiter_t *w = mp_obj_malloc(waiter_t, &drain_type);
    w->k = k;
    w->x = x;
    w->task = MP_OBJ_NULL;
    k->shared = true;
    return MP_OBJ_FROM_PTR(w);
}
