// The poll set: which streams are ready. One file implements it: poll_epoll.c on Linux,
// poll_ioctl.c elsewhere.
#ifndef MOD_LWS_POLL_H
#define MOD_LWS_POLL_H

#include "mod_lws/mlws.h"

int mlws_poll_open(mlws_context_t *cx);     // 0 or an errno
void mlws_poll_close(mlws_context_t *cx);
// Sets what a stream is polled for (MP_STREAM_POLL_RD, _WR; 0 keeps it for errors only). Adds it
// when p->stream is MP_OBJ_NULL, which it stays when that fails. 0 or an errno.
int mlws_poll_set(mlws_context_t *cx, mlws_pollable_t *p, mp_obj_t stream, unsigned events);
void mlws_poll_remove(mlws_context_t *cx, mlws_pollable_t *p);
// Was it closed, by somebody else, while it was in the set?
bool mlws_poll_is_closed(mlws_pollable_t *p);
// Waits up to timeout_us for any and calls mlws_ready (serve.c) for each that is. May raise
// KeyboardInterrupt before it waits.
void mlws_poll_wait(mlws_context_t *cx, uint64_t timeout_us);

// ---- context.c: moves the clock; every implementation does it after its wait.
void mlws_clock(mlws_context_t *cx);

// ---- serve.c: a stream is ready; events of MP_STREAM_POLL_*. Never raises but for exceptions
// that are no Exception (KeyboardInterrupt, SystemExit).
void mlws_ready(mlws_context_t *cx, mlws_pollable_t *p, unsigned events);

#endif
