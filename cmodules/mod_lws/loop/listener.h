#ifndef MOD_LWS_LOOP_LISTENER_H
#define MOD_LWS_LOOP_LISTENER_H

#include "mod_lws/loop/vhost.h"

// Accepts connections for a vhost on a bound, listening, non-blocking socket. Raises OSError.
void mlws_listen(mlws_context_t *cx, mp_obj_t sock, mlws_vhost_t *v);
// Stops, and closes the socket.
void mlws_unlisten(mlws_context_t *cx, mp_obj_t sock);
// Listeners that failed are tried again.
void mlws_listeners_again(mlws_context_t *cx);
// Forgets those that somebody closed.
void mlws_listeners_closed(mlws_context_t *cx);
// This descriptor is another stream's now.
void mlws_listeners_lost(mlws_context_t *cx, int fd);
// Before an accept(), and after one for whose socket object there was no memory: on Linux
// MicroPython forgets the descriptor then.
#if defined(__linux__)
void mlws_accept_begin(void);
void mlws_accept_lost(void);
#else
static inline void mlws_accept_begin(void) {
}
static inline void mlws_accept_lost(void) {
}
#endif
// A listener has connections waiting; MP_STREAM_POLL_NVAL: somebody closed it, it is forgotten.
void mlws_listener_ready(mlws_context_t *cx, mlws_pollable_t *p, unsigned events);

#endif
