// A connection: a stream in the poll set, the core's struct, and the face that it has.
//
// Rules: a Python exception never crosses a frame of the core (the core calls nothing here but the
// allocator, which never raises); every call into Python from a turn is inside one nlr_push;
// blocks that the garbage collector must see are pointed to at their start.
#ifndef MOD_LWS_LOOP_CONN_H
#define MOD_LWS_LOOP_CONN_H

#include "mod_lws/face.h"
#include "mod_lws/loop/poll.h"

#include "lws/core/conn.h"

#define MLWS_FACE_STATE (9 * sizeof(void *))    // bytes that each connection keeps for its face
#define MLWS_FACE_FITS(type) _Static_assert(sizeof(type) <= MLWS_FACE_STATE, "state of a face")

// The core's struct first, so that the core's list keeps the block alive.
struct mlws_conn {
    lws_conn_t c;
    // its stream is MP_OBJ_NULL: the connection has gone, and c.state is LWS_CONN_DEAD: the core
    // refuses all calls
    mlws_pollable_t poll;
    const mlws_face_t *face;
    union {
        void *align;
        uint8_t bytes[MLWS_FACE_STATE];
    } face_state;
    struct mlws_waiter *writers;    // who waits for output to go out (waiter.c)
    struct mlws_conn *todo;     // next in the context's list
    bool queued;                // in that list
    bool shut;                  // our side is closed, the peer's input is still read
    bool shared;                // a Python object points here: not to be used again
    bool eager;                 // the face has more to send than the stream took
};

static inline mlws_conn_t *mlws_conn_of(lws_conn_t *c) {
    return (mlws_conn_t *)(void *)c;
}

static inline void *mlws_face_state(const mlws_conn_t *k) {
    return &((mlws_conn_t *)(uintptr_t)k)->face_state;
}

#endif
