// A connection's life in the binding: accepted, served, dropped.
#ifndef MOD_LWS_SERVE_H
#define MOD_LWS_SERVE_H

#include "mod_lws/poll.h"

// Takes a connected, non-blocking stream; closes it when the vhost is full (after an answer of
// 503) or memory is short. Never raises.
void mlws_adopt(mlws_vhost_t *v, mp_obj_t stream);
// Goes on with connections whose input was held back.
void mlws_serve_held(mlws_context_t *cx);
// Deadlines that have passed.
void mlws_serve_timers(mlws_context_t *cx);

// ---- dispatch.c: an event of a connection. Never raises but for exceptions that are no
// Exception.
void mlws_dispatch(mlws_conn_t *k, const lws_event_t *ev);
// The input buffer goes away: a request that is still borrowed is kept.
void mlws_dispatch_settle(mlws_conn_t *k);
// The connection is gone: wakes who waits for it.
void mlws_dispatch_gone(mlws_conn_t *k);

// ---- websocket.c
// A message or a goodbye for a WebSocket. May raise.
void mlws_websocket_event(mlws_conn_t *k, const lws_event_t *ev);

#endif
