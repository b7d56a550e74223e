// What all connections of a process share: memory, clock, timers, the scratch buffer that output
// gathers in.
// The owner (a binding, ports/posix, a test) fills the fields marked "owner" and moves the clock.
#ifndef LWS_CORE_CONTEXT_H
#define LWS_CORE_CONTEXT_H

#include "lws/base/log.h"
#include "lws/base/mem.h"
#include "lws/base/sul.h"
#include "lws/http/date.h"
#include "lws/http/header.h"

#define LWS_DATE_MIN 1704067200u        // a wall clock before 2024 was never set: no Date is sent

struct lws_conn;

typedef struct lws_context {
    lws_mem_t mem;              // owner
    uint64_t now_us;            // owner: monotonic microseconds, moved before every turn
    uint64_t unix_s;            // owner: wall clock, seconds since 1970; 0 unknown
    // owner: where responses are put together; 2 KB is enough, more gathers more in one send
    uint8_t *scratch;
    uint32_t scratch_cap;
    const lws_log_t *log;  // owner: NULL is silent
    // owner: n bytes that nobody can predict; user is mem's. NULL: no WebSocket is opened from
    // here
    void (*random)(void *user, uint8_t *p, size_t n);

    struct lws_conn *cork;      // whose output the scratch gathers now
    uint32_t scratch_len;
    lws_span_t lent;            // bytes of the caller's that follow it, valid until the flush
    lws_sul_list_t timers;
    lws_head_t head;            // the head that is being read in this turn
    lws_head_t *spare;          // one head kept for the next message that comes in pieces
    uint8_t *old_head;          // bytes of a head that came in pieces, until its event is over
    uint16_t old_head_cap;
    uint32_t conns;             // open connections
    uint32_t serial;            // of the last one: log tags
    uint64_t date_s;            // the second that date shows
    char date[LWS_DATE_LEN];
} lws_context_t;

// All-zero and the owner's fields, then this.
void lws_context_init(lws_context_t *ctx);

// Moves the clocks. unix_s may be 0.
void lws_context_clock(lws_context_t *ctx, uint64_t now_us, uint64_t unix_s);

// Lets go of the old head: an event is over, or another head takes its place.
void lws_context_forget_head(lws_context_t *ctx);

// The current Date value, LWS_DATE_LEN bytes; p NULL when the wall clock was never set.
lws_span_t lws_context_date(lws_context_t *ctx);

// The next connection whose deadline has passed, or NULL: hand it to lws_conn_expire.
struct lws_conn *lws_context_due(lws_context_t *ctx);

// Microseconds until the first deadline, UINT64_MAX when there is none.
uint64_t lws_context_wait(const lws_context_t *ctx);

// Frees what the context itself owns; all connections must be gone.
void lws_context_free(lws_context_t *ctx);

#endif
