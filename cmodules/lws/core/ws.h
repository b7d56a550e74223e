// WebSocket's own words on a connection: the settings, the events, the handshake's answer.
//
// LWS_EV_MESSAGE: code is LWS_WS_TEXT or LWS_WS_BINARY, in every piece of the message.
// LWS_EV_CLOSED: code is the peer's close code, data its reason.
// lws_conn_send takes the opcodes of ws/frame.h, lws_conn_close its close codes.
#ifndef LWS_CORE_WS_H
#define LWS_CORE_WS_H

#include "lws/core/conn.h"
#include "lws/ws/frame.h"

extern const lws_role_t lws_role_ws;

#define LWS_EV_PONG LWS_EV_ROLE     // data of a PONG

// Defaults. Times in milliseconds, 0 switches a limit off.
// silence after which a peer is asked whether it lives (validity)
#define LWS_PING_MS 300000
#define LWS_HANGUP_MS 310000        // silence after which it is given up

typedef struct lws_ws_settings {
    lws_settings_t settings;
    uint32_t max_message;       // bytes, LWS_WS_MAX_MESSAGE
    uint32_t ping_ms, hangup_ms;
    bool chunks;                // messages in pieces
} lws_ws_settings_t;

// The defaults, on a vhost: change what is to differ. Before its first connection.
void lws_ws_settings(lws_ws_settings_t *s, lws_vhost_t *vh);

// Answers a handshake: key is Sec-WebSocket-Key, protocol the chosen subprotocol or empty; fields
// as in lws_response_t.
int lws_conn_websocket(lws_conn_t *c, lws_span_t key, lws_span_t protocol, lws_span_t fields);

// Between two messages: hands out pieces from now on instead of whole messages. False: not now, or
// no WebSocket.
bool lws_conn_chunks(lws_conn_t *c);

#endif
