// An exchange: one request and its answer, or a WebSocket. Here is what every protocol's has: the
// coroutine that serves it, what has come for the application and was not taken yet, and why
// further input is held back. On a connection that has one at a time (HTTP/1.1, WebSocket) it
// begins the state of the face.
#ifndef MOD_LWS_LOOP_EXCHANGE_H
#define MOD_LWS_LOOP_EXCHANGE_H

#include "mod_lws/loop/conn.h"

// Why input is held back. Each reason has an owner that lets go of it, at the latest by its end.
typedef enum mlws_hold {
    MLWS_HOLD_INBOX = 1,        // something is in there
    MLWS_HOLD_TASK = 2,         // the answered request's coroutine goes on: until it has ended
} mlws_hold_t;

// How far its answer is.
typedef enum mlws_stage {
    MLWS_OWED,                  // nothing of it is out
    MLWS_WRITING,               // its head is; the application writes pieces
    MLWS_WRITTEN,               // all of its length is; the application has not ended it yet
    MLWS_OVER,                  // it is ended, or none was asked for; a coroutine may go on
} mlws_stage_t;

typedef struct mlws_exchange {
    mlws_conn_t *k;             // whose it is
    mp_obj_t coro, task;        // the coroutine that serves it, and its asyncio task
    mp_obj_t reader;            // the task that waits for input
    mp_obj_t inbox;             // a message or piece of body that nobody took yet
    uint8_t holds;              // mlws_hold_t: why its input is held back
    uint8_t stage;              // mlws_stage_t
    uint16_t word;              // the face's own
} mlws_exchange_t;

void mlws_hold(mlws_exchange_t *x, mlws_hold_t why);
void mlws_release(mlws_exchange_t *x, mlws_hold_t why);
// Its answer gets on. What comes behind an answer that is all out waits until the coroutine has
// ended.
void mlws_stage(mlws_exchange_t *x, mlws_stage_t stage);
// Its connection has gone: who waits for more finds that out. May raise.
void mlws_exchange_gone(mlws_exchange_t *x);

// Behind what is there already; holds nothing yet. May raise MemoryError.
void mlws_inbox_add(mlws_exchange_t *x, mp_obj_t v);
// Bytes, in as many pieces as memory asks for. May raise MemoryError.
void mlws_inbox_put(mlws_exchange_t *x, lws_span_t s);
// The first; MP_OBJ_NULL: empty. The caller flushes when it was not.
mp_obj_t mlws_inbox_take(mlws_exchange_t *x);
// Nobody will read the rest: what is there goes, and who waits for more is told.
void mlws_inbox_end(mlws_exchange_t *x);

#endif
