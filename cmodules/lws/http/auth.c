#include "lws/http/auth.h"

#include "lws/base/b64.h"
#include "lws/http/param.h"

// What follows the scheme, trimmed; p NULL: another scheme.
static lws_span_t after_scheme(lws_span_t value, lws_span_t scheme) {
    value = lws_span_trim(value);
    if (value.n <= scheme.n || value.p[scheme.n] != ' '
        || !lws_span_eq_nocase(lws_span(value.p, scheme.n), scheme)) {
        return lws_span(NULL, 0);
    }
    return lws_span_trim(lws_span(value.p + scheme.n, value.n - scheme.n));
}

int lws_auth_basic(lws_span_t value, uint8_t *dst, size_t cap, lws_span_t *user,
    lws_span_t *password) {
    lws_span_t token = after_scheme(value, LWS_LIT("Basic"));

    if (!token.p) {
        return LWS_ERR_UNSUPPORTED;
    }
    cap = cap < LWS_AUTH_MAX ? cap : LWS_AUTH_MAX;
    int n = lws_b64_decode(LWS_B64_STD, token, dst, cap);
    if (n < 0) {
        return n == LWS_ERR_NOSPC ? LWS_ERR_TOO_BIG : n;
    }
    lws_span_t text = lws_span(dst, (size_t)n);
    const uint8_t *colon = text.n ? memchr(text.p, ':', text.n) : NULL;
    if (!colon || memchr(text.p, '\t', text.n) || !lws_param_safe(text)) {
        return LWS_ERR_PROTO;
    }
    *user = lws_span(text.p, (size_t)(colon - text.p));
    *password = lws_span(colon + 1, text.n - user->n - 1);
    return LWS_OK;
}

lws_span_t lws_auth_bearer(lws_span_t value) {
    lws_span_t token = after_scheme(value, LWS_LIT("Bearer"));
    size_t i = 0, n = token.n;

    while (n && token.p[n - 1] == '=') {
        n--;
    }
    for (; i < n; i++) {
        uint8_t c = token.p[i], lower = c | 0x20;
        if (!((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')
              || memchr("-._~+/", c, 6))) {
            break;
        }
    }
    return n && i == n ? token : lws_span(NULL, 0);
}

bool lws_auth_equal(lws_span_t given, lws_span_t secret) {
    // volatile: the loop must not end at the first difference.
    volatile uint8_t differs = given.n != secret.n;

    for (size_t i = 0; i < given.n && i < secret.n; i++) {
        differs |= given.p[i] ^ secret.p[i];
    }
    return differs == 0;
}

void lws_auth_put_basic_challenge(lws_out_t *o, lws_span_t realm) {
    if (!lws_param_safe(realm)) {
        o->full = true;
        return;
    }
    LWS_OUT_LIT(o, "Basic realm=\"");
    for (size_t i = 0; i < realm.n; i++) {
        if (realm.p[i] == '"' || realm.p[i] == '\\') {
            LWS_OUT_LIT(o, "\\");
        }
        lws_out_u8(o, realm.p[i]);
    }
    LWS_OUT_LIT(o, "\", charset=\"UTF-8\"");
}
