// From what a handler returned to a response.
#ifndef MOD_LWS_HTTP_RESPOND_H
#define MOD_LWS_HTTP_RESPOND_H

#include "mod_lws/http/request.h"

#define MLWS_FIELDS_STACK 256       // bytes of further header fields that need no allocation

// Answers with a handler's value: str, bytes-like, dict or list (JSON), None (204), an int (status
// only), (body, status), (body, headers), (body, status, headers); anything else goes to
// vhost.convert first. May raise (conversion, MemoryError); then nothing was sent.
void mlws_respond(mlws_request_t *r, mp_obj_t value);

// The first piece of a body that a generator yields: v is (that, the generator). MP_OBJ_NULL: it
// is nothing of the kind.
mp_obj_t mlws_generator_piece(mp_obj_t v);

// Answers with a status and its reason as text. Never raises.
void mlws_respond_status(mlws_conn_t *k, unsigned status, bool close);

// Fields of a response from a dict {name: str | bytes | int | list of them}; None: none.
// Content-Type goes to r->type, "Connection: close" to r->close, what the core writes itself is
// left out. o is a buffer to write to; when it is too small a larger one is taken from the heap.
// Raises ValueError for a name or value that would break the head.
void mlws_fields(lws_response_t *r, lws_out_t *o, mp_obj_t headers);

#endif
