// Between the files of the WebSocket role; for nobody else.
#ifndef LWS_CORE_ROLE_WS_H
#define LWS_CORE_ROLE_WS_H

#include "lws/core/ws.h"

// A connection that has just got this role is the client's: it masks, its peer does not.
void lws_ws_be_client(lws_conn_t *c);

#endif
