// What has come for the application and was not taken yet: it holds the input back.
#ifndef MOD_LWS_INBOX_H
#define MOD_LWS_INBOX_H

#include "mod_lws/mlws.h"

// Why input is held back. Each reason has an owner that lets go of it, at the latest by its end.
typedef enum mlws_hold {
    MLWS_HOLD_INBOX = 1,        // something is in there: the request's, or the WebSocket's
    MLWS_HOLD_TASK = 2,         // the answered request's coroutine goes on: until it has ended
} mlws_hold_t;

void mlws_hold(mlws_conn_t *k, mlws_hold_t why);
void mlws_release(mlws_conn_t *k, mlws_hold_t why);

// Behind what is there already; holds nothing yet. May raise MemoryError.
void mlws_inbox_add(mlws_conn_t *k, mp_obj_t v);
// The bytes of a body, in as many pieces as memory asks for. May raise MemoryError.
void mlws_inbox_put(mlws_conn_t *k, lws_span_t s);
// The first; MP_OBJ_NULL: empty. The caller flushes when it was not.
mp_obj_t mlws_inbox_take(mlws_conn_t *k);
// Nobody will read the rest of a request's body: what is there goes, and who waits for more is
// told. Leaves a WebSocket's messages alone.
void mlws_inbox_end(mlws_conn_t *k);

#endif
