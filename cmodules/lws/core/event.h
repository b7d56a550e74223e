// What a connection tells its owner, one event a call.
#ifndef LWS_CORE_EVENT_H
#define LWS_CORE_EVENT_H

#include "lws/http/header.h"

typedef enum lws_event_type {
    LWS_EV_NONE,        // nothing to tell; all input is used, or the connection holds it back
    // head; more: BODY events follow. Answer once with lws_conn_respond (or lws_conn_websocket),
    // now or later
    LWS_EV_REQUEST,
    // data of a request body, or of a raw connection; final: the body ends behind it (data may be
    // empty)
    LWS_EV_BODY,
    // data, text, first, final: a whole message, or a piece of one in chunk mode
    LWS_EV_MESSAGE,
    LWS_EV_PONG,        // data of a PONG
    // code, data: the peer's goodbye (WebSocket). Output may still have to be flushed
    LWS_EV_CLOSED,
} lws_event_type_t;

typedef struct lws_event {
    lws_event_type_t type;
    // borrowed while the input of this call is there, also when the connection changes its role
    // meanwhile; lws_head_copy keeps it
    const lws_head_t *head;
    lws_span_t data;            // borrowed until the next call
    // REQUEST: result of lws_ws_check_request (101: may be answered with lws_conn_websocket);
    // CLOSED: close code
    uint16_t code;
    bool more;
    bool text;
    bool first, final;
} lws_event_t;

#endif
