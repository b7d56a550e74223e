#include "mod_lws/inbox.h"

#include "mod_lws/task.h"

void mlws_hold(mlws_conn_t *k, mlws_hold_t why) {
    k->holds |= (uint8_t)why;
    lws_conn_hold(&k->c, true);
}

void mlws_release(mlws_conn_t *k, mlws_hold_t why) {
    k->holds &= (uint8_t) ~why;
    lws_conn_hold(&k->c, k->holds);
}

void mlws_inbox_put(mlws_conn_t *k, mp_obj_t v) {
    k->inbox = v;
    mlws_hold(k, MLWS_HOLD_INBOX);
}

mp_obj_t mlws_inbox_take(mlws_conn_t *k) {
    mp_obj_t v = k->inbox;
    if (v != MP_OBJ_NULL) {
        k->inbox = MP_OBJ_NULL;
        mlws_release(k, MLWS_HOLD_INBOX);
    }
    return v;
}

void mlws_inbox_end(mlws_conn_t *k) {
    if (k->ws == MP_OBJ_NULL) {
        mlws_inbox_take(k);
        mlws_task_queue(&k->reader);
    }
}
