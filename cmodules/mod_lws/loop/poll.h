// The poll set: which streams are ready. One file implements it: poll_epoll.c on Linux,
// poll_select.c on ESP32, poll_ioctl.c elsewhere.
#ifndef MOD_LWS_LOOP_POLL_H
#define MOD_LWS_LOOP_POLL_H

#include "py/obj.h"
#include "py/stream.h"

// Linux takes what ESP32 has where it is told so (MLWS_POLL_SELECT=1): there it can be tested.
#ifndef MLWS_POLL_SELECT
#if defined(ESP_PLATFORM)
#define MLWS_POLL_SELECT 1
#else
#define MLWS_POLL_SELECT 0
#endif
#endif
#if defined(__linux__) && !MLWS_POLL_SELECT
#define MLWS_POLL_EPOLL 1
#else
#define MLWS_POLL_EPOLL 0
#endif
// Sockets are descriptors of the system.
#define MLWS_DESCRIPTORS (MLWS_POLL_EPOLL || MLWS_POLL_SELECT)

typedef struct mlws_context mlws_context_t;

// Something in the poll set. The kind says which struct it is the first (or, for a connection, a
// later) member of.
typedef enum mlws_kind { MLWS_CONN, MLWS_LISTENER, MLWS_FOREIGN } mlws_kind_t;

typedef struct mlws_pollable {
    mp_obj_t stream;            // MP_OBJ_NULL: not in the set
    // MLWS_NO_FD or MLWS_LWIP: none, asked by ioctl; MLWS_NO_FD when it is not in the set, too
    // MLWS_CLOSED: somebody closed it while it was in the set
    int16_t fd;
    uint8_t kind;               // mlws_kind_t
    uint8_t events;             // MP_STREAM_POLL_RD | MP_STREAM_POLL_WR: what it waits for
    #if MICROPY_PY_LWIP
    uint32_t heard;             // MLWS_LWIP: how much the peer had sent when it was asked last
    #endif
} mlws_pollable_t;

// MLWS_LWIP: a TCP connection of extmod/modlwip.c
enum { MLWS_NO_FD = -1, MLWS_LWIP = -2, MLWS_CLOSED = -3 };

int mlws_poll_open(mlws_context_t *cx);     // 0 or an errno
void mlws_poll_close(mlws_context_t *cx);
// Sets what a stream is polled for (MP_STREAM_POLL_RD, _WR; 0 keeps it for errors only). Adds it
// when p->stream is MP_OBJ_NULL, which it stays when that fails. 0 or an errno.
int mlws_poll_set(mlws_context_t *cx, mlws_pollable_t *p, mp_obj_t stream, unsigned events);
void mlws_poll_remove(mlws_context_t *cx, mlws_pollable_t *p);
// Was it closed, by somebody else, while it was in the set?
bool mlws_poll_is_closed(mlws_pollable_t *p);
// Waits up to timeout_us for any and calls mlws_ready (turn.c) for each that is. May raise
// KeyboardInterrupt before it waits.
void mlws_poll_wait(mlws_context_t *cx, uint64_t timeout_us);

// ---- turn.c: a stream is ready; events of MP_STREAM_POLL_*. Never raises but for exceptions
// that are no Exception (KeyboardInterrupt, SystemExit).
void mlws_ready(mlws_context_t *cx, mlws_pollable_t *p, unsigned events);

#endif
