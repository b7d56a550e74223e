// What happens to connections, as lines of the context's log. A context without one, or whose
// levels are off, costs a test.
//
//     I ++ [conn|3|h1|server] (2)                            2: connections of the vhost
//     I -- [conn|3|ws|server] (1) 12.345678 s rx 345 tx 678, closed with 1001
//     N [conn|3|h1|server] refused: 400 Bad Request
//     N [conn|3|h1|server] timeout: header_ms
//     W [conn|3|h1|server] aborted: no memory
//     W [vh|server] full: connection refused (+3 dropped)
#ifndef LWS_CORE_CONN_LOG_H
#define LWS_CORE_CONN_LOG_H

#include "lws/core/conn.h"

#define LWS_CONN_LOG_ON(c, level) LWS_LOG_ON((c)->vhost->ctx->log, level)

void lws_conn_log_born(const lws_conn_t *c);
void lws_conn_log_gone(const lws_conn_t *c);
void lws_conn_log_refused(const lws_conn_t *c, unsigned status);    // HTTP's or WebSocket's
void lws_conn_log_text(const lws_conn_t *c, uint32_t level, lws_span_t text, const char *what);
void lws_conn_log_full(lws_vhost_t *vh);

static inline void lws_conn_opened(const lws_conn_t *c) {
    if (LWS_CONN_LOG_ON(c, LWS_LOG_INFO)) {
        lws_conn_log_born(c);
    }
}

static inline void lws_conn_ended(const lws_conn_t *c) {
    if (LWS_CONN_LOG_ON(c, LWS_LOG_INFO)) {
        lws_conn_log_gone(c);
    }
}

static inline void lws_conn_refused(const lws_conn_t *c, unsigned status) {
    if (LWS_CONN_LOG_ON(c, LWS_LOG_NOTICE)) {
        lws_conn_log_refused(c, status);
    }
}

// limit: the name of the vhost's field
static inline void lws_conn_timed_out(const lws_conn_t *c, const char *limit) {
    if (LWS_CONN_LOG_ON(c, LWS_LOG_NOTICE)) {
        lws_conn_log_text(c, LWS_LOG_NOTICE, LWS_LIT("timeout: "), limit);
    }
}

static inline void lws_conn_no_memory(const lws_conn_t *c) {
    if (LWS_CONN_LOG_ON(c, LWS_LOG_WARN)) {
        lws_conn_log_text(c, LWS_LOG_WARN, LWS_LIT("aborted: "), "no memory");
    }
}

#endif
