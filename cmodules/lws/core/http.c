#include "lws/core/http.h"

int lws_conn_respond(lws_conn_t *c, const lws_response_t *r) {
    if (c->state != LWS_CONN_OPEN) {
        return LWS_ERR_CLOSED;
    }
    return c->role->respond ? c->role->respond(c, r) : LWS_ERR_STATE;
}

int lws_conn_body(lws_conn_t *c, lws_span_t data, bool last) {
    if (c->state != LWS_CONN_OPEN) {
        return LWS_ERR_CLOSED;
    }
    return c->role->body ? c->role->body(c, data, last) : LWS_ERR_STATE;
}

bool lws_conn_owes(const lws_conn_t *c) {
    return c->role->owes && c->role->owes(c);
}

void lws_conn_events(lws_conn_t *c) {
    if (c->state == LWS_CONN_OPEN && c->role->events) {
        c->role->events(c);
    }
}
