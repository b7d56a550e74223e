// The one context of the process: the loop, and what all connections share.
#ifndef MOD_LWS_LOOP_CONTEXT_H
#define MOD_LWS_LOOP_CONTEXT_H

#include <stddef.h>

#include "py/mpstate.h"
#include "py/obj.h"

#include "mod_lws/error.h"
#include "mod_lws/loop/poll.h"

#include "lws/core/context.h"

struct mlws_context {
    mp_obj_base_t base;
    lws_context_t ctx;
    lws_log_t log;
    uint8_t *rx;                // input of the connection being served
    size_t rx_cap;
    // a piece of a file on its way out, or NULL: whoever reads one makes it, and uses it at once
    uint8_t *chunk;
    size_t chunk_cap;
    struct mlws_conn *spare;    // connections to be used again, linked by c.next
    mp_obj_t listeners;         // list of listeners
    mp_map_t foreign;           // streams that asyncio tasks wait for
    int ep;                     // epoll descriptor (poll_epoll.c)
    // pollables without a usable descriptor, asked by ioctl; with them all others (poll_select.c)
    mlws_pollable_t **polled;
    uint16_t polled_count, polled_cap;
    uint16_t batch_count;
    mlws_pollable_t **batch;    // what is ready in this turn (poll_epoll.c)
    struct mlws_vhost *vhosts;  // those with connections, which only they point to
    struct mlws_conn *todo;     // connections whose held input can go on
    struct mlws_conn *later;    // those that the next turn begins with
    // class raised by a receive on a closed connection: called with (code, reason)
    mp_obj_t closed_error;
    uint64_t accept_us;         // when listeners that failed are tried again; 0: none failed
    uint64_t clock_us;          // when the wall clock was last looked at
    uint32_t ticks;             // low word of the clock at the last turn
    #if MICROPY_PY_THREAD
    const void *thread;         // the one that runs the loop, NULL: none did yet
    #endif
    bool busy;                  // inside a turn
    #if MLWS_POLL_SELECT
    uint64_t looked_us;         // when those that are polled for nothing were looked at
    #endif
    volatile bool closed;       // a descriptor was closed since the last look (descriptors.c)
    bool stop;                  // run() is to end
};

extern const mp_obj_type_t mlws_context_type;

// Made at the first call.
mlws_context_t *mlws_context(void);

// Moves the clock; every poll set does it after its wait.
void mlws_clock(mlws_context_t *cx);

MP_NORETURN void mlws_elsewhere(void);
// Raises RuntimeError in any thread but the one that runs the loop. Whatever touches a connection
// asks this first: unix and rp2 have no lock around Python's objects, and the core has none.
static inline void mlws_here(void) {
    #if MICROPY_PY_THREAD
    const mlws_context_t *cx = MP_STATE_VM(mlws_context);
    if (cx && cx->thread && cx->thread != mp_thread_get_state()) {
        mlws_elsewhere();
    }
    #endif
}

#endif
