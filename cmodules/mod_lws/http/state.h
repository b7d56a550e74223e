// State of a connection in the http face: the exchange that it serves now.
#ifndef MOD_LWS_HTTP_STATE_H
#define MOD_LWS_HTTP_STATE_H

#include "mod_lws/loop/exchange.h"

typedef struct mlws_http {
    mlws_exchange_t x;          // its word: lws_ws_check_request's on the request
    struct mlws_request *request;   // the request being collected or answered
    struct mlws_source *source; // a file being sent (source.c), or NULL
    const uint8_t *body;        // all of the request's body, in the input of this turn, or NULL
} mlws_http_t;

MLWS_FACE_FITS(mlws_http_t);

extern const mlws_face_t mlws_http_face;    // dispatch.c

// False: an upgrade has given the connection another face, and this state is gone.
static inline bool mlws_is_http(const mlws_conn_t *k) {
    return k->face == &mlws_http_face;
}

static inline mlws_http_t *mlws_http_of(const mlws_conn_t *k) {
    return mlws_face_state(k);
}

#endif
