#include "mod_lws/loop/exchange.h"

#include "mod_lws/loop/task.h"
#include "mod_lws/mem.h"

// Mostly one item waits, which is the inbox then. Several are a chain: an item and what is behind
// it, the last of which is an item again. A list would want one block for all of them.
typedef struct {
    mp_obj_base_t base;
    mp_obj_t item, rest;
} chain_t;

static MP_DEFINE_CONST_OBJ_TYPE(chain_type, MP_QSTR_chain, MP_TYPE_FLAG_NONE);

static chain_t *chain_of(mp_obj_t v) {
    bool is = v != MP_OBJ_NULL && mp_obj_is_type(v, &chain_type);
    return is ? MP_OBJ_TO_PTR(v) : NULL;
}

void mlws_hold(mlws_exchange_t *x, mlws_hold_t why) {
    x->holds |= (uint8_t)why;
    lws_conn_hold(&x->k->c, true);
}

void mlws_release(mlws_exchange_t *x, mlws_hold_t why) {
    if (x->holds & why) {
        x->holds &= (uint8_t) ~why;
        lws_conn_hold(&x->k->c, x->holds);
    }
}

void mlws_stage(mlws_exchange_t *x, mlws_stage_t stage) {
    x->stage = (uint8_t)stage;
    if (stage >= MLWS_WRITTEN && x->coro != MP_OBJ_NULL) {
        mlws_hold(x, MLWS_HOLD_TASK);
    }
}

void mlws_exchange_gone(mlws_exchange_t *x) {
    mlws_task_wake(x, &x->reader);
}

void mlws_inbox_add(mlws_exchange_t *x, mp_obj_t v) {
    mp_obj_t *at = &x->inbox;
    for (chain_t *c; (c = chain_of(*at)) != NULL;) {
        at = &c->rest;
    }
    if (*at != MP_OBJ_NULL) {
        chain_t *c = mp_obj_malloc(chain_t, &chain_type);
        c->item = *at;
        c->rest = v;
        v = MP_OBJ_FROM_PTR(c);
    }
    *at = v;
}

void mlws_inbox_put(mlws_exchange_t *x, lws_span_t s) {
    size_t most = s.n;
    while (s.n) {
        mlws_inbox_add(x, mlws_new_piece(&mp_type_bytes, &s, &most));
    }
    mlws_hold(x, MLWS_HOLD_INBOX);
}

mp_obj_t mlws_inbox_take(mlws_exchange_t *x) {
    mp_obj_t v = x->inbox;
    chain_t *c = chain_of(v);
    if (c) {
        x->inbox = c->rest;
        return c->item;
    }
    if (v != MP_OBJ_NULL) {
        x->inbox = MP_OBJ_NULL;
        mlws_release(x, MLWS_HOLD_INBOX);
    }
    return v;
}

void mlws_inbox_end(mlws_exchange_t *x) {
    // Asked at the end of every request, of which few have either.
    if (x->inbox != MP_OBJ_NULL || x->reader != MP_OBJ_NULL) {
        while (mlws_inbox_take(x) != MP_OBJ_NULL) {
        }
        mlws_task_queue(&x->reader);
    }
}
