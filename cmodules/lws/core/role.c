#include "lws/core/http.h"
#include "lws/core/ws.h"

static const lws_role_t *const roles[] = { &lws_role_h1, &lws_role_ws, &lws_role_raw };

const lws_role_t *lws_role_find(lws_span_t name) {
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        const lws_role_t *r = roles[i];
        if (lws_span_eq(name, lws_span(r->name, strlen(r->name)))
            || (r->alpn && lws_span_eq(name, lws_span(r->alpn, strlen(r->alpn))))) {
            return r;
        }
    }
    return NULL;
}
