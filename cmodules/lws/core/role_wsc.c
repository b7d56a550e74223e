// WebSocket, client side: the opening handshake. What follows is role_ws.c's.
#include "lws/core/role_h1c.h"
#include "lws/core/role_ws.h"
#include "lws/core/ws_client.h"

int lws_conn_websocket_ask(lws_conn_t *c, lws_ws_ask_t *a) {
    const lws_context_t *ctx = c->vhost->ctx;
    uint8_t random[16], buf[128 + LWS_WS_MAX_OFFER];
    if (!ctx->random || a->protocols.n > LWS_WS_MAX_OFFER) {
        return LWS_ERR_STATE;
    }
    ctx->random(ctx->mem.user, random, sizeof(random));
    lws_ws_key(random, a->key);
    lws_out_t o = lws_out(buf, sizeof(buf));
    LWS_OUT_LIT(&o, "Sec-WebSocket-Version: 13\r\n");
    lws_h1_put_header(&o, LWS_LIT("Sec-WebSocket-Key"), lws_span(a->key, sizeof(a->key)));
    if (a->protocols.p) {
        lws_h1_put_header(&o, LWS_LIT("Sec-WebSocket-Protocol"), a->protocols);
    }
    lws_request_t r = {
        .method = LWS_LIT("GET"), .target = a->target, .host = a->host, .fields = a->fields,
        .upgrade = LWS_LIT("websocket"), .handshake = lws_span(buf, o.len),
    };
    return o.full ? LWS_ERR_STATE : lws_conn_request(c, &r);
}

static bool is_repeated(const lws_head_t *h, lws_hdr_t id) {
    return lws_head_find(h, lws_hdr_name(id), 1).p;
}

static bool agrees(const lws_ws_ask_t *a, const lws_head_t *h) {
    bool upgrade = h->flags & LWS_HEAD_UPGRADE
        && lws_head_has_token(h, LWS_HDR_UPGRADE, LWS_LIT("websocket"));
    lws_ws_response_t r = {
        .status = h->status, .upgrade = LWS_LIT("websocket"), .connection = LWS_LIT("upgrade"),
        .accept = lws_head_get(h, LWS_HDR_SEC_WEBSOCKET_ACCEPT),
        .protocol = lws_head_get(h, LWS_HDR_SEC_WEBSOCKET_PROTOCOL),
        .extensions = lws_head_get(h, LWS_HDR_SEC_WEBSOCKET_EXTENSIONS),
    };
    return upgrade && !is_repeated(h, LWS_HDR_SEC_WEBSOCKET_ACCEPT)
           && !is_repeated(h, LWS_HDR_SEC_WEBSOCKET_PROTOCOL)
           && !is_repeated(h, LWS_HDR_SEC_WEBSOCKET_EXTENSIONS)
           && lws_ws_check_response(&r, a->key, a->protocols) == LWS_OK;
}

int lws_conn_websocket_open(lws_conn_t *c, const lws_ws_ask_t *a, const lws_head_t *h,
    lws_span_t *protocol) {
    if (c->role != &lws_role_h1c || h->status != 101) {
        return c->state == LWS_CONN_OPEN ? LWS_ERR_STATE : LWS_ERR_CLOSED;
    }
    if (c->state == LWS_CONN_OPEN && !agrees(a, h)) {
        lws_h1c_fail(c, LWS_FAULT_HANDSHAKE);
        return LWS_ERR_PROTO;
    }
    *protocol = lws_head_get(h, LWS_HDR_SEC_WEBSOCKET_PROTOCOL);
    int err = lws_conn_switch(c, &lws_role_ws);
    if (!err) {
        lws_ws_be_client(c);
    }
    return err;
}
