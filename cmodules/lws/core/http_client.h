// HTTP's words on a connection that asks, whatever its version: the settings, requests, answers,
// and why there was none. A vhost for such connections opens them with lws_role_h1c.
//
// LWS_EV_RESPONSE: of is the head (lws_event_head), code its status. more: a body follows, as
// LWS_EV_BODY; else the exchange is over. Interim answers are read past. Behind 101, which comes
// only where it was asked for, nothing is read until lws_conn_switch (or a call of another
// header that ends in it).
// A body that ends with the connection (LWS_HEAD_UNTIL_CLOSE) has no final event: it came whole
// when the connection ends without a fault.
#ifndef LWS_CORE_HTTP_CLIENT_H
#define LWS_CORE_HTTP_CLIENT_H

#include "lws/core/http.h"

extern const lws_role_t lws_role_h1c;

#define LWS_EV_RESPONSE (LWS_EV_ROLE + 1)
#define LWS_EV_CONTINUE (LWS_EV_ROLE + 2)   // 100 Continue: the body is wanted

// Interim answers (1xx) before an answer.
#define LWS_HTTP_MAX_INTERIMS 8

// header_ms: from the request (when all of it has left) to the end of the answer's head, interim
// ones with it. keep_alive_ms: between two requests. limits.body, body_ms, body_rate: of answers.
// The defaults are those of core/http.h.
void lws_http_client_settings(lws_http_settings_t *s, lws_vhost_t *vh);

typedef struct lws_request {
    lws_span_t method;
    lws_span_t target;          // "/path?query"; what a proxy wants: an URL, an authority
    lws_span_t host;            // Host: "name", "name:port", "[::1]:port"; empty: none is known
    lws_span_t type;            // Content-Type, p NULL: none
    // further fields as they go on the wire, each with its CRLF (lws_h1_put_header writes and
    // checks them)
    lws_span_t fields;
    lws_span_t upgrade;         // Upgrade: the protocol asked for; p NULL: none
    lws_span_t handshake;       // that protocol's own fields, likewise
    // Content-Length; may be more than body.n: lws_conn_body brings the rest
    uint64_t length;
    lws_span_t body;            // lent until the flush
    bool chunked;               // the length is not known: lws_conn_body follows until last
    bool expect;                // Expect: 100-continue. The body is sent by lws_conn_body: on
                                // LWS_EV_CONTINUE, or when the owner is tired of waiting for it
    bool close;                 // the connection is not used again
} lws_request_t;

// As the calls of conn.h: followed by a flush, and takes all or nothing. LWS_ERR_STATE: an
// exchange is under way, or a value cannot be sent. LWS_ERR_CLOSED also when there is input that
// nobody asked for.
int lws_conn_request(lws_conn_t *c, const lws_request_t *r);

// May it be asked again? Between two exchanges, both sides keep it, and nothing has come since.
bool lws_conn_reusable(const lws_conn_t *c);

// After 101, or a 2xx to CONNECT: the connection is `to`'s from here on.
int lws_conn_switch(lws_conn_t *c, const lws_role_t *to);

// Why an exchange ended without its whole answer, and whose fault that is.
typedef enum lws_http_fault {
    LWS_FAULT_NONE,
    // The connection went, or time was up. UNANSWERED: no byte of an answer came; who may repeat
    // the request does it on another connection (RFC 9112 section 9.3.1).
    LWS_FAULT_UNANSWERED,
    LWS_FAULT_HEAD_CUT,
    LWS_FAULT_BODY_CUT,
    LWS_FAULT_HEAD_LATE,        // header_ms
    LWS_FAULT_BODY_LATE,        // body_ms, body_rate
    LWS_FAULT_SEND_LATE,        // send_ms
    // The peer broke the protocol.
    LWS_FAULT_HEAD,
    LWS_FAULT_BODY,
    LWS_FAULT_UNASKED,          // bytes that answer no request, or a protocol nobody asked for
    LWS_FAULT_INTERIMS,         // LWS_HTTP_MAX_INTERIMS
    LWS_FAULT_HANDSHAKE,        // it changed to a protocol in a wrong way
    LWS_FAULT_UNSUPPORTED,      // valid, and not implemented
    // The peer went past a limit, which may be raised.
    LWS_FAULT_HEAD_BIG,
    LWS_FAULT_BODY_BIG,
    LWS_FAULT_NO_MEMORY,        // here
    LWS_FAULT_COUNT,
} lws_http_fault_t;

// Of the connection's last exchange, until lws_conn_free; LWS_FAULT_NONE in another role.
lws_http_fault_t lws_conn_fault(const lws_conn_t *c);
// "the answer was cut off in its body"
lws_span_t lws_http_fault_text(lws_http_fault_t fault);

// Seconds that Retry-After asks to wait; unix_s is now (0: unknown, a date is then ignored).
// UINT32_MAX: it says nothing.
uint32_t lws_http_retry_after(const lws_head_t *h, uint64_t unix_s);

#endif
