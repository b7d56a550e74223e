// WebSocket's words on a connection that asks: the handshake (RFC 6455 section 4.1). It is a
// request of core/http_client.h; what the server says to it is LWS_EV_RESPONSE. With code 101,
// lws_conn_websocket_open makes it a WebSocket, with the settings, events and calls of core/ws.h;
// any other code (a redirect, 401) is an ordinary answer, and its body follows.
#ifndef LWS_CORE_WS_CLIENT_H
#define LWS_CORE_WS_CLIENT_H

#include "lws/core/http_client.h"
#include "lws/core/ws.h"
#include "lws/ws/handshake.h"

#define LWS_WS_MAX_OFFER 128        // bytes of the list of subprotocols

typedef struct lws_ws_ask {
    lws_span_t target, host, fields;    // as in lws_request_t
    lws_span_t protocols;               // subprotocols, comma-separated; p NULL: none is asked for
    uint8_t key[LWS_WS_KEY_LEN];        // made by lws_conn_websocket_ask
} lws_ws_ask_t;

// As lws_conn_request; the context needs random. a stays until the answer.
int lws_conn_websocket_ask(lws_conn_t *c, lws_ws_ask_t *a);

// Answers to LWS_EV_RESPONSE with code 101, whose head this is. *protocol is the subprotocol that
// was chosen, in the head; p NULL: none. LWS_ERR_PROTO: the server's handshake is wrong (the
// accept key, a subprotocol or an extension that nobody asked for): the connection is over, with
// LWS_FAULT_HANDSHAKE.
int lws_conn_websocket_open(lws_conn_t *c, const lws_ws_ask_t *a, const lws_head_t *h,
    lws_span_t *protocol);

#endif
