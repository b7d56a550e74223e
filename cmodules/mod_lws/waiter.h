// Awaitables over a connection.
#ifndef MOD_LWS_WAITER_H
#define MOD_LWS_WAITER_H

#include "mod_lws/mlws.h"

// Is done at once, with None.
extern const mp_obj_base_t mlws_done_obj;

// Output went out, or the connection has gone: who waits for that goes on, each as long as nothing
// waits again. at_once: by mlws_task_wake. May raise.
void mlws_drained(mlws_conn_t *k, bool at_once);

#endif
