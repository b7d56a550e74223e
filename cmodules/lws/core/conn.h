// A connection: bytes in, events out; calls in, bytes out. No I/O here: the pump (mod_lws,
// ports/posix, a test) owns the stream and does this:
//
//     lws_txq_cork                                   readable:
//     read -> lws_conn_rx ... lws_conn_rx            until all is used or the connection holds
//                                                    back; each event is handled at once
//     lws_conn_settle(rest)                          before the read buffer is used for another
//     lws_conn_tx -> write -> lws_conn_tx_done       flush, until nothing is left or the stream
//                                                    takes no more; the read buffer is still there
//     lws_conn_tx_settle, lws_txq_uncork
//     lws_conn_want                                  what to poll for, or that it is time to close
//                                                    the stream and lws_conn_free
//
// WANT_SERVE: the same with lws_conn_held in place of the read, after every flush. Output from
// outside such a turn, and lws_conn_expire: cork, the calls, flush, tx_settle, uncork, want.
#ifndef LWS_CORE_CONN_H
#define LWS_CORE_CONN_H

#include "lws/core/role.h"
#include "lws/core/txq.h"
#include "lws/core/vhost.h"

// input kept for a connection that holds back; then its stream is not read
#define LWS_CONN_MAX_HELD 4096
// input thrown away after a last answer, so that the peer gets to read it before a reset
#define LWS_CONN_MAX_DRAIN 65536

typedef enum lws_conn_state {
    LWS_CONN_OPEN,
    LWS_CONN_CLOSING,       // no more events; output goes out, then the peer may finish
    LWS_CONN_DRAINING,      // output is out; input is thrown away for a moment
    LWS_CONN_DEAD,          // close the stream now
} lws_conn_state_t;

enum {                      // lws_conn_t.flags
    LWS_CONN_EOF = 1,           // the peer has sent its last byte
    LWS_CONN_HELD_APP = 2,      // the owner holds input back
    LWS_CONN_DRAIN = 4,         // drain before closing
    LWS_CONN_SEND_STALLED = 8,  // output waits since sent_us
    LWS_CONN_FAILED = 16,       // ended by an error or a timeout, not by a goodbye
    LWS_CONN_HELD_ROLE = 32,    // the role holds input back: a request waits for its answer
    // input was handed in that is not settled: events may borrow from it
    LWS_CONN_IN_TURN = 64,
    LWS_CONN_SERVING = 128,     // lws_conn_held handed out the first of what is held
};

typedef struct lws_conn {
    lws_sul_t timer;
    struct lws_conn *next, *prev;   // in the vhost
    lws_vhost_t *vhost;
    const lws_role_t *role;
    lws_chain_t tx;             // output that the stream did not take
    lws_chain_t held;           // input held back
    uint32_t id;                // serial number: log tags, tables
    uint64_t born_us, heard_us; // when it was opened, when the peer last sent something
    // when output last made progress (SEND_STALLED), or when closing began
    uint64_t sent_us;
    uint32_t rx_bytes, tx_bytes;    // wrap around
    uint32_t drained;
    uint8_t state;              // lws_conn_state_t
    uint8_t flags;              // LWS_CONN_*
    // of the goodbye: the peer's, else ours; what stands for one that was not said (1006); else 0
    uint16_t close_code;
    union {
        uint64_t align;
        uint8_t bytes[LWS_ROLE_STATE];
    } role_state;
} lws_conn_t;

// What the pump should do next.
enum {
    LWS_WANT_READ = 1,
    LWS_WANT_WRITE = 2,
    LWS_WANT_CLOSE = 4,
    LWS_WANT_SERVE = 8,         // held input can go on: lws_conn_held
};

typedef struct lws_iov {
    const uint8_t *p;
    size_t n;
} lws_iov_t;

// c is all-zero; ctx->now_us is now. LWS_ERR_TOO_BIG when the vhost is full.
int lws_conn_open(lws_conn_t *c, lws_vhost_t *vh, const lws_role_t *role);
void lws_conn_free(lws_conn_t *c);

// ---- in
// Bytes used (all of them, unless the connection holds back or is closing) and one event; call
// again with the rest. It holds back while an answer is owed, on lws_conn_hold, and when much of
// its output waits (a quarter of max_tx). Never fails: a connection that cannot go on is
// LWS_CONN_DEAD or closing afterwards.
size_t lws_conn_rx(lws_conn_t *c, uint8_t *buf, size_t len, lws_event_t *ev);
void lws_conn_settle(lws_conn_t *c, const uint8_t *rest, size_t n);
void lws_conn_eof(lws_conn_t *c);
// Input that was held back, when it may go on, or the first piece of it: fed to lws_conn_rx and
// settled like any other. p NULL: nothing held, or still held back.
lws_iov_t lws_conn_held(lws_conn_t *c);
// The owner holds input back (backpressure) or lets it go on.
void lws_conn_hold(lws_conn_t *c, bool hold);

// ---- out (each is followed by a flush)
// All or nothing: LWS_OK, LWS_ERR_TOO_BIG (the queue is full: try again when some of it is out),
// LWS_ERR_NOMEM, LWS_ERR_STATE (not now, or not valid), LWS_ERR_CLOSED. Answers to requests:
// core/http.h.
// A message, or a piece of one. opcode is the role's own.
int lws_conn_send(lws_conn_t *c, uint8_t opcode, lws_span_t data, bool final);
// Says goodbye in the role's words. code (0: none) and reason are the role's own, too.
void lws_conn_close(lws_conn_t *c, unsigned code, lws_span_t reason);

// ---- the pump's side
unsigned lws_conn_want(const lws_conn_t *c);
int lws_conn_tx(lws_conn_t *c, lws_iov_t iov[2]);           // pieces to write, 0 to 2
void lws_conn_tx_done(lws_conn_t *c, size_t n);             // so much was written
// the stream takes no more now: keep the rest
void lws_conn_tx_settle(lws_conn_t *c);
void lws_conn_expire(lws_conn_t *c);
// As lws_role_t.idle: since when nothing goes on, UINT64_MAX: something does.
uint64_t lws_conn_idle(const lws_conn_t *c, bool *asked);
void lws_conn_rearm(lws_conn_t *c);                         // after calls from outside a turn

// ---- for roles
static inline void *lws_conn_role_state(const lws_conn_t *c) {
    return &((lws_conn_t *)(uintptr_t)c)->role_state;
}

// The last output was queued: flush, then close (drain: after throwing away input for a moment).
void lws_conn_finish(lws_conn_t *c, bool drain);
void lws_conn_abort(lws_conn_t *c);                         // now, with no goodbye
void lws_conn_become(lws_conn_t *c, const lws_role_t *role);

// The peer has sent its last byte, and the role has seen it.
static inline bool lws_conn_input_over(const lws_conn_t *c) {
    return (c->flags & (LWS_CONN_EOF | LWS_CONN_IN_TURN)) == LWS_CONN_EOF && !c->held.used;
}

#endif
