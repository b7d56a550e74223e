#include "lws/ws/handshake.h"

#include "lws/base/b64.h"
#include "lws/ws/sha1.h"

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"     // RFC 6455 section 1.3
#define GUID_LEN (sizeof(GUID) - 1)

// Does this decode to 16 bytes? The bits beyond them may be anything, which a strict decoder would
// see only at the end: the RFC's own example in section 4.1, the key for 01 02 .. 10, ends in
// "EC==" where an encoder writes "EA==".
static bool key_ok(lws_span_t key) {
    if (key.n != LWS_WS_KEY_LEN || memcmp(key.p + 22, "==", 2) != 0) {
        return false;
    }
    uint8_t bytes[16];
    lws_b64_t decoder = { .how = LWS_B64_STD };
    lws_out_t out = lws_out(bytes, sizeof(bytes));
    key.n = 22;
    return lws_b64_rx(&decoder, &key, &out) == LWS_B64_WANT_INPUT;
}

int lws_ws_check_request(const lws_ws_request_t *r) {
    if (!lws_span_has_token(r->upgrade, LWS_LIT("websocket"))) {
        return 0;
    }
    if (!r->get || !r->http11 || !lws_span_has_token(r->connection, LWS_LIT("upgrade"))) {
        return 400;
    }
    // Before the key: another version may have other rules for it.
    lws_span_t version = lws_span_trim(r->version);
    if (version.n && !lws_span_eq(version, LWS_LIT("13"))) {
        return 426;
    }
    return version.n && key_ok(lws_span_trim(r->key)) ? 101 : 400;
}

void lws_ws_accept(const uint8_t key[LWS_WS_KEY_LEN], uint8_t accept[LWS_WS_ACCEPT_LEN]) {
    uint8_t text[LWS_WS_KEY_LEN + GUID_LEN];
    uint8_t digest[LWS_SHA1_LEN];
    memcpy(text, key, LWS_WS_KEY_LEN);
    memcpy(text + LWS_WS_KEY_LEN, GUID, GUID_LEN);
    lws_sha1(text, sizeof(text), digest);
    lws_b64_encode(LWS_B64_STD, lws_span(digest, sizeof(digest)), (char *)accept,
        LWS_WS_ACCEPT_LEN);
}

void lws_ws_key(const uint8_t random[16], uint8_t key[LWS_WS_KEY_LEN]) {
    lws_b64_encode(LWS_B64_STD, lws_span(random, 16), (char *)key, LWS_WS_KEY_LEN);
}

// Is this very item in the list?
static bool has_item(lws_span_t list, lws_span_t wanted) {
    lws_span_t item;
    while (lws_span_next_item(&list, &item)) {
        if (lws_span_eq(item, wanted)) {
            return true;
        }
    }
    return false;
}

lws_span_t lws_ws_pick_protocol(lws_span_t offered, lws_span_t supported) {
    lws_span_t item;
    while (lws_span_next_item(&offered, &item)) {
        if (has_item(supported, item)) {
            return item;
        }
    }
    return lws_span(NULL, 0);
}

int lws_ws_check_response(const lws_ws_response_t *r, const uint8_t key[LWS_WS_KEY_LEN],
    lws_span_t offered) {
    if (r->status != 101) {
        return LWS_ERR_STATE;
    }
    uint8_t accept[LWS_WS_ACCEPT_LEN];
    lws_ws_accept(key, accept);
    bool ok = lws_span_has_token(r->upgrade, LWS_LIT("websocket"))
        && lws_span_has_token(r->connection, LWS_LIT("upgrade"))
        && lws_span_eq(lws_span_trim(r->accept), lws_span(accept, sizeof(accept)))
        && lws_span_trim(r->extensions).n == 0      // none were offered
        && (!r->protocol.p || has_item(offered, lws_span_trim(r->protocol)));
    return ok ? LWS_OK : LWS_ERR_PROTO;
}
