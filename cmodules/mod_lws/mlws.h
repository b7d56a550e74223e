// The builtin module _lws: what its files share. It converts arguments and results, reads and
// writes streams, and calls handlers; it takes no protocol decision.
//
// Rules: a Python exception never crosses a frame of the core (the core calls nothing here but the
// allocator, which never raises); every call into Python from a turn is inside one nlr_push
// (task.c, serve.c); blocks that the garbage collector must see are pointed to at their start.
#ifndef MOD_LWS_MLWS_H
#define MOD_LWS_MLWS_H

#include <stddef.h>

#include "py/mpthread.h"
#include "py/obj.h"
#include "py/runtime.h"
#include "py/stream.h"

#include "lws/core/conn.h"

typedef struct mlws_context mlws_context_t;
typedef struct mlws_vhost mlws_vhost_t;
typedef struct mlws_conn mlws_conn_t;
typedef struct mlws_request mlws_request_t;

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

// A connection: the core's struct first, so that the core's list keeps the block alive.
struct mlws_conn {
    lws_conn_t c;
    mlws_pollable_t poll;
    mp_obj_t handler;           // WebSocket: a callable for each message, or MP_OBJ_NULL
    mlws_request_t *request;    // the request being collected or answered by a coroutine
    mp_obj_t ws;                // the Python WebSocket object, MP_OBJ_NULL before there is one
    mp_obj_t coro, task;        // the coroutine that serves it, and its asyncio task
    mp_obj_t reader;            // the task that waits for input
    struct mlws_waiter *writers;    // who waits for output to go out (waiter.c)
    // a message or piece of body that nobody took yet (inbox.c)
    mp_obj_t inbox;
    struct mlws_source *source; // a file being sent (source.c), or NULL
    struct mlws_conn *todo;     // next in the context's list
    uint16_t handshake;         // lws_ws_check_request's word on the request being answered
    uint8_t holds;              // mlws_hold_t: why its input is held back
    bool queued;                // in that list
    bool shut;                  // our side is closed, the peer's input is still read
    bool shared;                // a Python object points here: not to be used again
};

static inline mlws_conn_t *mlws_conn_of(lws_conn_t *c) {
    return (mlws_conn_t *)(void *)c;
}

typedef struct mlws_route {
    mp_obj_t path;              // str
    mp_obj_t handler;
    const char *p;              // of path
    uint16_t n;
    uint8_t method;             // lws_method_t; LWS_METHOD_OTHER: any
    uint8_t kind;               // mlws_route_kind_t
} mlws_route_t;

typedef enum mlws_route_kind { MLWS_HTTP, MLWS_WS_TASK, MLWS_WS_CALL } mlws_route_kind_t;

// A connection points to it by c.vhost, which the collector sees only because it is the start.
struct mlws_vhost {
    union {
        mp_obj_base_t base;     // in the place of vh.owner
        lws_vhost_t vh;
    };
    mlws_route_t *routes;
    uint16_t route_count;
    uint64_t max_content_length;    // bytes of a body; more: 413
    // bytes of a body that is collected before the handler is called; a longer one is streamed
    uint32_t max_body;
    mp_obj_t fallback;          // (request) -> value: no route has it
    // (request, value) -> value: what respond.c cannot send by itself; None: it was answered
    mp_obj_t convert;
    mp_obj_t error;             // (request, exception) -> value
    mp_obj_t app;               // request.app
    void *statics;              // folders (static.c), or NULL
    mlws_vhost_t *next;         // of those that have connections
    // not 0: request.serve_file() looks into them, not the server by itself
    uint32_t files_by_hand;
};

static inline mlws_vhost_t *mlws_vhost_of(const mlws_conn_t *k) {
    return (mlws_vhost_t *)(void *)k->c.vhost;
}

// One request. Its head is borrowed from the input while its handler runs; kept as text when the
// handler goes on later, and parsed again when somebody asks; over afterwards (attributes raise).
typedef struct mlws_request_more mlws_request_more_t;
struct mlws_request {
    mp_obj_base_t base;
    mlws_conn_t *k;
    const lws_head_t *head;         // while it is borrowed
    mlws_request_more_t *more;      // NULL: nothing but the head is there (and the context's body)
};

struct mlws_context {
    mp_obj_base_t base;
    lws_context_t ctx;
    lws_log_t log;
    uint8_t *rx;                // input of the connection being served
    size_t rx_cap;
    // a piece of a file on its way out (source.c), MLWS_CHUNK bytes where memory has them, or NULL
    uint8_t *chunk;
    size_t chunk_cap;
    lws_span_t body;            // body of a request that is being dispatched, borrowed
    const mlws_request_t *body_of;  // whose that is
    mlws_conn_t *spare;         // connections to be used again, linked by c.next
    mp_obj_t listeners;         // list of listeners
    mp_map_t foreign;           // streams that asyncio tasks wait for
    int ep;                     // epoll descriptor (poll_epoll.c)
    mlws_pollable_t **polled;   // pollables without a usable descriptor, asked by ioctl
    uint16_t polled_count, polled_cap;
    uint16_t batch_count;
    mlws_pollable_t **batch;    // what is ready in this turn (poll_epoll.c)
    mlws_vhost_t *vhosts;       // those with connections, which only they point to
    mlws_conn_t *todo;          // connections whose held input can go on
    // dict: request attributes that are computed in Python, once a request: {name:
    // function(request)}
    mp_obj_t attrs;
    // class raised by a receive on a closed connection: called with (code, reason)
    mp_obj_t closed_error;
    lws_head_t *kept;           // the kept request that was asked last, parsed
    const mlws_request_t *kept_of;  // whose that is
    uint64_t accept_us;         // when listeners that failed are tried again; 0: none failed
    uint64_t clock_us;          // when the wall clock was last looked at
    uint32_t ticks;             // low word of the clock at the last turn
    size_t alloc_hint;          // where the heap is free (mem.c)
    size_t alloc_collected;     // what the last collection freed
    #if MICROPY_PY_THREAD
    const void *thread;         // the one that runs the loop, NULL: none did yet
    #endif
    bool busy;                  // inside a turn
    volatile bool closed;       // a descriptor was closed since the last look (poll_epoll.c)
    bool stop;                  // run() is to end
};

#ifndef MP_NORETURN
#define MP_NORETURN NORETURN    // MicroPython before 1.26
#endif

extern const mp_obj_type_t mlws_context_type, mlws_vhost_type, mlws_request_type,
                           mlws_headers_type, mlws_websocket_type, mlws_name_missing_type;

// The one context of the process; made at the first call.
mlws_context_t *mlws_context(void);

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

// ---- objects of more than one block, and their allocator
// A str or bytes of n bytes copied from p, without hashing them.
mp_obj_t mlws_new_bytes(const mp_obj_type_t *type, const void *p, size_t n);
// The same of the first bytes of *s, which leave it: *most of them, or as many as memory has one
// block for; then *most says how many to ask for next. Whoever can hand out what came in pieces
// makes them by this. Raises MemoryError when there is no block of 64 bytes.
mp_obj_t mlws_new_piece(const mp_obj_type_t *type, lws_span_t *s, size_t *most);
// A buffer of *n bytes, or of a half, a quarter, ... as memory has one block for: *n says how
// many. Raises MemoryError when there is no block of 64 bytes.
void *mlws_alloc_some(size_t *n);
// A str; bytes that are no UTF-8 become U+FFFD each.
mp_obj_t mlws_new_str(lws_span_t s);
// An int that is not negative, of up to 64 bits. Raises TypeError, ValueError.
uint64_t mlws_get_u64(mp_obj_t v);
// The core's allocator on the GC heap: NULL instead of an exception.
void mlws_mem_init(lws_mem_t *mem);
// Raises what an LWS_ERR_* means: OSError with ENOMEM, ENOTCONN, EPROTO ..., RuntimeError for
// LWS_ERR_STATE.
MP_NORETURN void mlws_raise(int err);
// An Exception, and not KeyboardInterrupt or SystemExit, which end the loop?
static inline bool mlws_is_exception(mp_obj_t e) {
    return mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(e)),
        MP_OBJ_FROM_PTR(&mp_type_Exception));
}
// ^C or sys.exit()?
bool mlws_ends_loop(mp_obj_t e);

// ---- serve.c
// Output from outside or inside the connection's turn:
//     lws_conn_t *outer = lws_txq_cork(&k->c);
//     lws_conn_send ...
//     mlws_sent(k, outer);
// Data that was lent is not needed afterwards. Inside its own turn small output only gathers: the
// end of the turn sends it. Never raises.
void mlws_sent(mlws_conn_t *k, lws_conn_t *outer);
// After any other call into the core: sends what waits and sees to what the connection wants next.
// Never raises.
void mlws_flush(mlws_conn_t *k);
// Bytes the peer has not taken yet, and an awaitable that waits until it has.
mp_obj_t mlws_drain(mlws_conn_t *k);
// An awaitable for the next piece of a streamed request body: bytes, b"" at its end.
mp_obj_t mlws_recv(mlws_request_t *r);
// (address, port) of the peer; None when it has gone, or has no such address.
mp_obj_t mlws_peer(mlws_conn_t *k);

// ---- websocket.c
// Answers the handshake of a request and makes the connection a WebSocket. Raises ValueError when
// it is none.
mp_obj_t mlws_upgrade(mlws_request_t *r, lws_span_t protocol, lws_span_t fields);

#endif
