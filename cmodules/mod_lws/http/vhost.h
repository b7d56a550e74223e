// The Python Vhost object: who answers what, on the connections of a server.
#ifndef MOD_LWS_HTTP_VHOST_H
#define MOD_LWS_HTTP_VHOST_H

#include "mod_lws/loop/vhost.h"

#include "lws/core/http.h"

typedef enum mlws_route_kind { MLWS_HTTP, MLWS_WS_TASK, MLWS_WS_CALL } mlws_route_kind_t;

typedef struct mlws_route {
    mp_obj_t path;              // str
    mp_obj_t handler;
    const char *p;              // of path
    uint16_t n;
    uint8_t method;             // lws_method_t; LWS_METHOD_OTHER: any
    uint8_t kind;               // mlws_route_kind_t
} mlws_route_t;

typedef struct mlws_site {
    mlws_vhost_t vhost;
    mlws_route_t *routes;
    uint16_t route_count;
    uint64_t max_content_length;    // bytes of a body; more: 413
    // bytes of a body that is collected before the handler is called; a longer one is streamed
    uint32_t max_body;
    mp_obj_t fallback;          // (request) -> value: no route has it
    // (request) -> (wanted, handler) or None: is its body, which the client offers
    // (Expect: 100-continue)? handler (request) is called then, or at once when it is not
    mp_obj_t expected;
    // (request, value) -> value: what respond.c cannot send by itself; None: it was answered
    mp_obj_t convert;
    mp_obj_t error;             // (request, exception) -> value
    mp_obj_t app;               // request.app
    // dict: attributes that are computed in Python, once a request: {name: function(request)}
    mp_obj_t request_attrs;
    void *statics;              // folders (static.c), or NULL
    // not 0: request.serve_file() looks into them, not the server by itself
    uint32_t files_by_hand;
    bool half_close;            // who has sent all that it has to send may wait for ever
    lws_head_t *kept;           // of the kept request that was asked last, unpacked
    const struct mlws_request *kept_of; // whose that is
} mlws_site_t;

extern const mp_obj_type_t mlws_vhost_type;

static inline mlws_site_t *mlws_site_of(const mlws_conn_t *k) {
    return (mlws_site_t *)(void *)k->c.vhost;
}

// The route of a request, or NULL.
const mlws_route_t *mlws_route_find(const mlws_site_t *s, const lws_head_t *h);

#endif
