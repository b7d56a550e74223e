// Header fields of a WebSocket handshake, hostile. Input is lines: Upgrade, Connection, key,
// version, offered and supported subprotocols, Sec-WebSocket-Accept, Sec-WebSocket-Protocol,
// extensions. The first byte says GET and HTTP/1.1.
#include <stdlib.h>

#include "lws/ws/handshake.h"

enum {
    UPGRADE, CONNECTION, KEY, VERSION, OFFERED, SUPPORTED, ACCEPT, PROTOCOL, EXTENSIONS, FIELDS,
};

static void must(bool ok) {
    if (!ok) {
        __builtin_trap();
    }
}

static void check_pick(lws_span_t offered, lws_span_t supported) {
    lws_span_t got = lws_ws_pick_protocol(offered, supported);
    if (got.p) {
        must(got.n > 0 && got.p >= offered.p && got.p + got.n <= offered.p + offered.n);
        // Picking is stable, and what one side takes the other side takes.
        must(lws_span_eq(lws_ws_pick_protocol(got, supported), got));
        must(lws_ws_pick_protocol(supported, got).p != NULL);
    }
}

static void check_response(const lws_span_t *f, const uint8_t *key) {
    uint8_t accept[LWS_WS_ACCEPT_LEN];
    lws_ws_response_t r = {
        .status = 101, .upgrade = f[UPGRADE], .connection = f[CONNECTION], .accept = f[ACCEPT],
        .protocol = f[PROTOCOL], .extensions = f[EXTENSIONS],
    };
    int as_sent = lws_ws_check_response(&r, key, f[OFFERED]);
    must(as_sent == LWS_OK || as_sent == LWS_ERR_PROTO);
    lws_ws_accept(key, accept);
    r.accept = lws_span(accept, sizeof(accept));
    r.protocol = lws_ws_pick_protocol(f[OFFERED], f[SUPPORTED]);
    r.extensions = lws_span(NULL, 0);
    must(lws_ws_check_response(&r, key, f[OFFERED]) == LWS_OK);     // what a server answers
    accept[0] ^= 1;
    must(lws_ws_check_response(&r, key, f[OFFERED]) == LWS_ERR_PROTO);
}

// Each field ends where its memory ends, so that reading on is seen.
static lws_span_t next_line(const uint8_t **p, const uint8_t *end) {
    if (*p == end) {
        return lws_span(NULL, 0);
    }
    const uint8_t *nl = memchr(*p, '\n', (size_t)(end - *p));
    size_t n = (size_t)((nl ? nl : end) - *p);
    uint8_t *copy = malloc(n ? n : 1);
    must(copy != NULL);
    memcpy(copy, *p, n);
    *p = nl ? nl + 1 : end;
    return lws_span(copy, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lws_span_t f[FIELDS];
    if (size == 0) {
        return 0;
    }
    const uint8_t *p = data + 1, *end = data + size;
    for (size_t i = 0; i < FIELDS; ++i) {
        f[i] = next_line(&p, end);
    }
    lws_ws_request_t r = {
        .get = data[0] & 1, .http11 = data[0] & 2,
        .upgrade = f[UPGRADE], .connection = f[CONNECTION], .key = f[KEY], .version = f[VERSION],
    };
    int status = lws_ws_check_request(&r);
    must(status == 101 || status == 0 || status == 400 || status == 426);
    if (status == 101) {
        must(r.get && r.http11);
        check_response(f, lws_span_trim(f[KEY]).p);
    }
    check_pick(f[OFFERED], f[SUPPORTED]);
    for (size_t i = 0; i < FIELDS; ++i) {
        free((void *)(uintptr_t)f[i].p);
    }
    return 0;
}
