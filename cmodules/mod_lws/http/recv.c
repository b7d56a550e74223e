// A streamed body, piece by piece.
#include "mod_lws/http/request.h"

#include "mod_lws/loop/awaitable.h"
#include "mod_lws/loop/task.h"
#include "mod_lws/loop/turn.h"

#include "py/runtime.h"

typedef struct {
    mp_obj_base_t base;
    mlws_request_t *r;
} recv_t;

// asyncio cancels a task that waits here.
static mp_obj_t recv_remove(mp_obj_t self_in, mp_obj_t task) {
    const mlws_request_t *r = ((recv_t *)MP_OBJ_TO_PTR(self_in))->r;
    mlws_exchange_t *x = &mlws_http_of(r->k)->x;
    if (x->reader == task) {
        x->reader = MP_OBJ_NULL;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(recv_remove_obj, recv_remove);

MLWS_AWAITABLE_LOCALS(recv_locals, recv_remove_obj);

static mp_obj_t recv_iternext(mp_obj_t self_in) {
    const mlws_request_t *r = ((recv_t *)MP_OBJ_TO_PTR(self_in))->r;
    mlws_conn_t *k = r->k;
    mlws_exchange_t *x = &mlws_http_of(k)->x;
    const mlws_request_more_t *more = r->more;
    bool current = mlws_request_is_current(r) && mlws_request_is_open(r);
    mp_obj_t piece = current ? mlws_inbox_take(x) : MP_OBJ_NULL;
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
    if (x->reader != MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("another task reads this body"));
    }
    x->reader = mlws_task_wait_on(self_in);
    return mp_const_none;
}

static MP_DEFINE_CONST_OBJ_TYPE(recv_type, MP_QSTR_recv, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    iter, recv_iternext, locals_dict, &recv_locals);

mp_obj_t mlws_recv(mlws_request_t *r) {
    recv_t *w = mp_obj_malloc(recv_t, &recv_type);
    w->r = r;
    r->k->shared = true;
    return MP_OBJ_FROM_PTR(w);
}
