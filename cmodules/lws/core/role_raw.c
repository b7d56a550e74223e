// Bytes as they are: any protocol that the application speaks itself.
#include "lws/core/conn.h"

static void raw_nothing(lws_conn_t *c) {
    (void)c;
}

static int raw_rx(lws_conn_t *c, uint8_t *buf, size_t len, lws_event_t *ev) {
    (void)c;
    if (len) {
        ev->type = LWS_EV_BODY;
        ev->data = lws_span(buf, len);
        ev->final = false;
    }
    return (int)len;
}

static void raw_eof(lws_conn_t *c) {
    lws_conn_finish(c, false);
}

static int raw_settle(lws_conn_t *c) {
    (void)c;
    return LWS_OK;
}

static uint64_t raw_deadline(const lws_conn_t *c) {
    (void)c;
    return UINT64_MAX;
}

static void raw_close(lws_conn_t *c, unsigned code, lws_span_t reason) {
    (void)code;
    (void)reason;
    lws_conn_finish(c, false);
}

static int raw_send(lws_conn_t *c, uint8_t opcode, lws_span_t data, bool final) {
    (void)opcode;
    (void)final;
    return lws_txq_lend(c, data);
}

const lws_role_t lws_role_raw = {
    .name = "raw",
    .open = raw_nothing,
    .rx = raw_rx,
    .eof = raw_eof,
    .settle = raw_settle,
    .deadline = raw_deadline,
    .expire = raw_nothing,
    .close = raw_close,
    .free = raw_nothing,
    .send = raw_send,
};
