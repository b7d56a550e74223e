// HTTP's own words on a connection, whatever its version: the settings, the events, the answers.
//
// LWS_EV_REQUEST: of is the head (lws_event_head), code the result of lws_ws_check_request (101:
// may be answered with lws_conn_websocket). Answer with lws_conn_respond.
#ifndef LWS_CORE_HTTP_H
#define LWS_CORE_HTTP_H

#include "lws/core/conn.h"
#include "lws/http/h1.h"

extern const lws_role_t lws_role_h1;

// Defaults. Times in milliseconds, 0 switches a limit off.
#define LWS_HEADER_MS 10000         // from the first byte of a head (or from accept) to its end
#define LWS_KEEP_ALIVE_MS 30000     // between two requests
// a request body must bring body_rate * body_ms / 1000 bytes in each such period
#define LWS_BODY_MS 10000
#define LWS_BODY_RATE 100           // bytes a second
#define LWS_MAX_BODY 16777216       // bytes of a request body
#define LWS_SSE_MS 15000            // silence of an event stream, then a comment

typedef struct lws_http_settings {
    lws_settings_t settings;
    lws_h1_limits_t limits;
    uint32_t header_ms, keep_alive_ms, body_ms, body_rate, sse_ms;
} lws_http_settings_t;

// The defaults, on a vhost: change what is to differ. Before its first connection.
void lws_http_settings(lws_http_settings_t *s, lws_vhost_t *vh);

// Borrowed while the input of this call is there, also when the connection changes its role
// meanwhile; lws_head_copy keeps it.
static inline const lws_head_t *lws_event_head(const lws_event_t *ev) {
    return ev->of;
}

// An answer. The head is written when this is called; the body is lent until the flush. No body
// goes out to HEAD, nor with 204 and 304; the answer is then complete with its head, unless it is
// chunked: that is complete with the last lws_conn_body, as for GET.
typedef struct lws_response {
    uint16_t status;
    bool close;                 // close the connection afterwards
    bool chunked;               // the length is not known: lws_conn_body follows until last
    lws_span_t type;            // Content-Type, p NULL: none
    // further fields as they go on the wire, each with its CRLF (lws_h1_put_header writes and
    // checks them)
    lws_span_t fields;
    // Content-Length; may be more than body.n: lws_conn_body brings the rest
    uint64_t length;
    lws_span_t body;
} lws_response_t;

// As the calls of conn.h: each is followed by a flush, and takes all or nothing.
int lws_conn_respond(lws_conn_t *c, const lws_response_t *r);
int lws_conn_body(lws_conn_t *c, lws_span_t data, bool last);
// Is an answer owed, or some of it?
bool lws_conn_owes(const lws_conn_t *c);
// The answer that has begun is server-sent events, and each lws_conn_body of it whole ones: in
// their silence a comment shows whether the peer is there.
void lws_conn_events(lws_conn_t *c);

#endif
