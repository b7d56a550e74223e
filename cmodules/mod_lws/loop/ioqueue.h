// asyncio's I/O queue: tasks that wait for streams which are not ours.
#ifndef MOD_LWS_LOOP_IOQUEUE_H
#define MOD_LWS_LOOP_IOQUEUE_H

#include "mod_lws/loop/context.h"

// The running task waits for a stream to become readable (or writable).
void mlws_ioqueue_wait(mlws_context_t *cx, mp_obj_t stream, bool write);
// A task no longer waits.
void mlws_ioqueue_remove(mlws_context_t *cx, mp_obj_t task);
// Tasks that wait for a stream which was closed meanwhile go on: they see that by themselves.
void mlws_ioqueue_closed(mlws_context_t *cx);
// This descriptor is another stream's now.
void mlws_ioqueue_lost(mlws_context_t *cx, int fd);
void mlws_foreign_ready(mlws_context_t *cx, mlws_pollable_t *p, unsigned events);

#endif
