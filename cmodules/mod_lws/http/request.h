// The Python object of a request.
#ifndef MOD_LWS_HTTP_REQUEST_H
#define MOD_LWS_HTTP_REQUEST_H

#include "mod_lws/error.h"
#include "mod_lws/http/state.h"
#include "mod_lws/loop/context.h"

#include "lws/core/http.h"
#include "lws/http/head_pack.h"

// One request. Its head is borrowed from the input while its handler runs; packed when the handler
// goes on later, and unpacked when somebody asks; over afterwards (attributes raise).
typedef struct mlws_request_more mlws_request_more_t;
typedef struct mlws_request {
    mp_obj_base_t base;
    mlws_conn_t *k;
    const lws_head_t *head;         // while it is borrowed
    mlws_request_more_t *more;      // NULL: nothing but the head is there (and a borrowed body)
} mlws_request_t;

extern const mp_obj_type_t mlws_request_type, mlws_headers_type;

struct mlws_request_more {
    lws_head_pack_t *kept;      // the head, or NULL while it is borrowed
    bool offered;               // expected() runs: who asks for the body gets GeneratorExit
    uint8_t *body;              // collected body, or NULL
    uint32_t body_len, body_cap;
    uint32_t expected;          // Content-Length, as far as it is collected; 0: not known
    // dict of attributes set by the application or computed in Python, or MP_OBJ_NULL
    mp_obj_t attrs;
    mp_obj_t body_obj;          // body as bytes once it was asked for, or MP_OBJ_NULL
    mp_obj_t handler;           // that expected() chose, or MP_OBJ_NULL
    bool streaming;             // the body comes through request.recv()
    bool ended;                 // all of the body has come
    // the answer has no body and is complete with its head: what is written is dropped
    bool silent;
    uint64_t left;              // bytes of that answer to be written; UINT64_MAX: not known
};

// A request whose head (and body) is borrowed. May raise MemoryError.
mlws_request_t *mlws_request_new(mlws_conn_t *k, const lws_head_t *head);
// Makes it independent of the input buffer. LWS_OK or LWS_ERR_NOMEM; never raises.
int mlws_request_keep(mlws_request_t *r);
// Adds a piece to the collected body of a kept request. LWS_OK, LWS_ERR_NOMEM, LWS_ERR_TOO_BIG
// (max_body); never raises.
int mlws_request_add_body(mlws_request_t *r, lws_span_t piece);
// The end of its exchange, the only one: its attributes raise from now on, what came of its body
// goes, and who waits for more of it is told. The next request waits until a coroutine that goes
// on has ended. Never raises.
void mlws_request_end(mlws_request_t *r);
// The whole body so far: borrowed or collected.
lws_span_t mlws_request_body(const mlws_request_t *r);
// Raises when the body has not been asked for yet.
void mlws_request_need_body(const mlws_request_t *r);
// Is it the request that the connection answers now? When all of a length was written outside of a
// coroutine, the next one may have come already.
static inline bool mlws_request_is_current(const mlws_request_t *r) {
    return mlws_is_http(r->k) && mlws_http_of(r->k)->request == r;
}
// Not over yet?
bool mlws_request_is_open(const mlws_request_t *r);
// How far is its answer? One that is open still, while the next has come, was written to its
// length.
static inline mlws_stage_t mlws_request_stage(const mlws_request_t *r) {
    bool current = mlws_request_is_current(r);
    return !mlws_request_is_open(r) ? MLWS_OVER
        : current ? (mlws_stage_t)mlws_http_of(r->k)->x.stage : MLWS_WRITTEN;
}
// Does the application send it piece by piece (start() ... end())?
static inline bool mlws_request_is_started(const mlws_request_t *r) {
    mlws_stage_t stage = mlws_request_stage(r);
    return stage == MLWS_WRITING || stage == MLWS_WRITTEN;
}
// Its head, valid until another request is asked for its own. Raises RuntimeError when the request
// is over.
const lws_head_t *mlws_request_head(mlws_request_t *r);
// Its further part, made when it is first needed. May raise MemoryError.
mlws_request_more_t *mlws_request_more(mlws_request_t *r);

// ---- answer.c: the methods that answer it
// Answers the handshake and gives the connection the face of WebSockets. Sets o->key. Raises
// ValueError when it is no handshake.
mp_obj_t mlws_request_upgrade(mlws_request_t *r, mlws_opening_t *o);

typedef const mp_obj_fun_builtin_fixed_t mlws_fun_t;
typedef const mp_obj_fun_builtin_var_t mlws_fun_var_t;
extern mlws_fun_t mlws_request_send_obj, mlws_request_write_obj, mlws_request_end_obj;
extern mlws_fun_t mlws_request_abort_obj, mlws_request_recv_obj, mlws_request_body_at_obj;
extern mlws_fun_t mlws_request_body_json_obj, mlws_request_run_obj, mlws_request_events_obj;
extern mlws_fun_t mlws_request_is_disconnected_obj;
extern mlws_fun_t mlws_request_is_file_obj;
extern mlws_fun_var_t mlws_request_serve_file_obj;
extern mlws_fun_var_t mlws_request_start_obj, mlws_request_sendfile_obj, mlws_request_upgrade_obj;

// ---- dispatch.c
// Runs a coroutine that writes the answer; there is none yet. May raise.
void mlws_request_run(mlws_request_t *r, mp_obj_t coro);

// ---- recv.c
// An awaitable for the next piece of a streamed body: bytes, b"" at its end. May raise
// MemoryError.
mp_obj_t mlws_recv(mlws_request_t *r);

// ---- headers.c
mp_obj_t mlws_headers_new(mlws_request_t *r);

#endif
