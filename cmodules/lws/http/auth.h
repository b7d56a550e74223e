// Authorization by password and token (RFC 7617 Basic, RFC 6750 Bearer).
#ifndef LWS_HTTP_AUTH_H
#define LWS_HTTP_AUTH_H

#include "lws/base/span.h"

#define LWS_AUTH_MAX 192        // bytes of "user:password"; a buffer of this size is enough

// Reads the value of an Authorization field; user and password borrow dst. LWS_OK;
// LWS_ERR_UNSUPPORTED: another scheme; LWS_ERR_PROTO: broken base64, no colon, or a control
// character; LWS_ERR_TOO_BIG: above LWS_AUTH_MAX or cap.
int lws_auth_basic(lws_span_t value, uint8_t *dst, size_t cap, lws_span_t *user,
    lws_span_t *password);

// The token of "Bearer token"; p NULL: another scheme or not a token68.
lws_span_t lws_auth_bearer(lws_span_t value);

// Same bytes? Takes the same time wherever they differ; only the lengths show. given is the
// peer's.
bool lws_auth_equal(lws_span_t given, lws_span_t secret);

// The value of WWW-Authenticate: Basic realm="...", charset="UTF-8". A realm with a control
// character sets o->full.
void lws_auth_put_basic_challenge(lws_out_t *o, lws_span_t realm);

#endif
