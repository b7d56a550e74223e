// What both sides of HTTP/1.1 do with a message on a connection: who owns the head that is being
// read, and how a piece of a body goes out. For the roles (role_h1.c, role_h1c.c).
#ifndef LWS_CORE_H1_MESSAGE_H
#define LWS_CORE_H1_MESSAGE_H

#include "lws/core/conn.h"
#include "lws/http/h1.h"

#define LWS_H1_CHUNK_ROOM 32        // bytes for what is around a chunk

// A message that spans several turns gets a head of its own (LWS_OK or LWS_ERR_NOMEM); until then
// it has the context's. lws_h1_let_go gives that back, and the bytes of the head.
int lws_h1_own_head(lws_conn_t *c, lws_h1_t *rx);
void lws_h1_let_go(lws_conn_t *c, lws_h1_t *rx);

// The same between two messages, when there is anything to give back: the bytes of a head may have
// been in what went out.
void lws_h1_trim(lws_conn_t *c, lws_h1_t *rx);

// The connection changes its role inside the event that told of this head, whose reader may still
// want it: its bytes stay until that event is over.
void lws_h1_outlive_role(lws_conn_t *c, lws_h1_t *rx);

// A piece of a chunked body, and the end of it, into o; LWS_H1_CHUNK_ROOM is for both.
void lws_h1_put_piece(lws_out_t *o, lws_span_t data, bool last);
// A piece of a body goes out; of one with a known length it is lent.
int lws_h1_send(lws_conn_t *c, lws_span_t data, bool chunked, bool last);

#endif
