// Cookies, the server's side (RFC 6265): reading Cookie leniently, writing Set-Cookie strictly.
#ifndef LWS_HTTP_COOKIE_H
#define LWS_HTTP_COOKIE_H

#include "lws/http/header.h"

// Takes the next cookie off the value of a Cookie field. Quotes around the whole value are
// dropped, spaces around name and value too; pairs without a name or without '=' are skipped.
// False at the end.
bool lws_cookie_next(lws_span_t *field, lws_span_t *name, lws_span_t *value);

// The first cookie of that name (case counts), p NULL: none. The second form walks all Cookie
// fields: HTTP/2 splits them.
lws_span_t lws_cookie_find(lws_span_t field, lws_span_t name);
lws_span_t lws_cookie_get(const lws_head_t *head, lws_span_t name);

enum {                              // lws_set_cookie_t.flags
    LWS_COOKIE_SECURE = 1,
    LWS_COOKIE_HTTP_ONLY = 2,
    LWS_COOKIE_MAX_AGE = 4,         // max_age counts
    LWS_COOKIE_EXPIRES = 8,         // expires counts
    // SameSite: one of these, or none and the attribute is not sent.
    LWS_COOKIE_LAX = 16,
    LWS_COOKIE_STRICT = 32,
    LWS_COOKIE_NONE = 64,           // refused without LWS_COOKIE_SECURE: browsers would drop it
};

typedef struct lws_set_cookie {
    lws_span_t name;        // a token
    lws_span_t value;       // printable ASCII without ';' and '"', no space at either end
    lws_span_t path;        // printable ASCII without ';'; empty: not sent
    lws_span_t domain;      // letters, digits, '-', '.'; empty: not sent
    int64_t expires;        // unix seconds
    int32_t max_age;        // seconds; 0 or less: delete the cookie
    uint8_t flags;          // LWS_COOKIE_*
} lws_set_cookie_t;

// May it be sent? False for anything outside the sets above (header and attribute injection).
bool lws_cookie_ok(const lws_set_cookie_t *c);

// Writes the value of a Set-Cookie field. A cookie that is not ok sets o->full and is not written.
void lws_cookie_put(lws_out_t *o, const lws_set_cookie_t *c);

#endif
