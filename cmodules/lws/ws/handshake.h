// The WebSocket opening handshake (RFC 6455 section 4) over plain values: the caller has parsed
// the HTTP head, has joined repeated fields that are lists, and has refused those that may not
// repeat.
#ifndef LWS_WS_HANDSHAKE_H
#define LWS_WS_HANDSHAKE_H

#include "lws/base/span.h"

#define LWS_WS_KEY_LEN 24       // base64 of 16 random bytes
#define LWS_WS_ACCEPT_LEN 28    // base64 of a SHA-1

// Fields of an upgrade request; absent ones have p NULL.
typedef struct lws_ws_request {
    bool get, http11;           // method GET, HTTP/1.1 or later
    lws_span_t upgrade, connection, key, version;
} lws_ws_request_t;

// Fields of the answer to one; absent ones have p NULL.
typedef struct lws_ws_response {
    int status;
    lws_span_t upgrade, connection, accept, protocol, extensions;
} lws_ws_response_t;

// 101 when it is a valid opening handshake, 0 when it is none at all (no "websocket" in Upgrade),
// 426 for another version (answer with Sec-WebSocket-Version: 13), 400 for a broken one.
int lws_ws_check_request(const lws_ws_request_t *r);

// Client: has the server accepted the request that had this key and offered these subprotocols
// (p NULL: none)? LWS_OK; LWS_ERR_PROTO when the answer is no handshake or answers something that
// was not asked (section 4.1); LWS_ERR_STATE when it is an ordinary HTTP answer (status is not
// 101).
int lws_ws_check_response(const lws_ws_response_t *r, const uint8_t key[LWS_WS_KEY_LEN],
    lws_span_t offered);

// Sec-WebSocket-Accept for a key.
void lws_ws_accept(const uint8_t key[LWS_WS_KEY_LEN], uint8_t accept[LWS_WS_ACCEPT_LEN]);

// Client: the key for 16 random bytes.
void lws_ws_key(const uint8_t random[16], uint8_t key[LWS_WS_KEY_LEN]);

// First of the offered subprotocols (the client's order) that is in supported, both
// comma-separated, letter case counts. Points into offered; p NULL: none.
lws_span_t lws_ws_pick_protocol(lws_span_t offered, lws_span_t supported);

#endif
