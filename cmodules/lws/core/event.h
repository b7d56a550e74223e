// What a connection tells its owner, one event a call. Here are the words that protocols share; a
// role's own are in its header (core/http.h, core/ws.h): what `of` points to and `code` means, and
// events that only it has.
#ifndef LWS_CORE_EVENT_H
#define LWS_CORE_EVENT_H

#include "lws/base/span.h"

typedef enum lws_event_type {
    LWS_EV_NONE,        // nothing to tell; all input is used, or the connection holds it back
    LWS_EV_REQUEST,     // the peer asks: to be answered once, now or later. more: a body follows
    LWS_EV_BODY,        // data of a body; final: it ends behind it (data may be empty)
    LWS_EV_MESSAGE,     // data: a whole message, or a piece of one; first, final
    LWS_EV_CLOSED,      // the peer's goodbye. Output may still have to be flushed
    LWS_EV_ROLE,        // a role's own events begin here
} lws_event_type_t;

typedef struct lws_event {
    lws_event_type_t type;
    uint32_t stream;            // which of the connection's exchanges; 0 where there is only one
    const void *of;             // in the role's words; borrowed as the role says
    lws_span_t data;            // borrowed until the next call
    uint16_t code;              // in the role's words
    bool more;
    bool first, final;
} lws_event_t;

#endif
