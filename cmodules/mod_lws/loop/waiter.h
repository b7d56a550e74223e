// Awaitables over a connection.
#ifndef MOD_LWS_LOOP_WAITER_H
#define MOD_LWS_LOOP_WAITER_H

#include "mod_lws/loop/exchange.h"

// Are done at once, with None, True or False.
extern const mp_obj_base_t mlws_done_obj, mlws_done_true, mlws_done_false;

// An awaitable for an exchange, until the peer has taken all output so far. May raise MemoryError.
mp_obj_t mlws_drain(mlws_exchange_t *x);
// Is that, or input, what its coroutine waits for?
bool mlws_coro_waits(const mlws_exchange_t *x);
// Output went out, or the connection has gone: who waits for that goes on, each as long as nothing
// waits again. at_once: by mlws_task_wake. May raise.
void mlws_drained(mlws_conn_t *k, bool at_once);

#endif
