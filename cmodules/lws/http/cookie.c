#include "lws/http/cookie.h"

#include "lws/http/date.h"
#include "lws/http/param.h"

bool lws_cookie_next(lws_span_t *field, lws_span_t *name, lws_span_t *value) {
    while (field->n) {
        if (field->p[0] == ';') {
            field->p++;
            field->n--;
        }
        lws_span_t pair = lws_param_head(field);
        const uint8_t *equals = pair.n ? memchr(pair.p, '=', pair.n) : NULL;
        if (!equals || equals == pair.p) {
            continue;
        }
        *name = lws_span_trim(lws_span(pair.p, (size_t)(equals - pair.p)));
        *value = lws_span_trim(lws_span(equals + 1, pair.n - (size_t)(equals + 1 - pair.p)));
        if (value->n >= 2 && value->p[0] == '"' && value->p[value->n - 1] == '"') {
            *value = lws_span(value->p + 1, value->n - 2);
        }
        return true;
    }
    return false;
}

lws_span_t lws_cookie_find(lws_span_t field, lws_span_t name) {
    lws_span_t found, value;

    while (lws_cookie_next(&field, &found, &value)) {
        if (lws_span_eq(found, name)) {
            return value;
        }
    }
    return lws_span(NULL, 0);
}

lws_span_t lws_cookie_get(const lws_head_t *head, lws_span_t name) {
    lws_span_t value = lws_span(NULL, 0);

    for (unsigned i = 0; i < head->count && !value.p; i++) {
        const lws_header_t *h = &head->headers[i];
        if (h->id == LWS_HDR_COOKIE) {
            value = lws_cookie_find(lws_head_span(head, h->value, h->value_len), name);
        }
    }
    return value;
}

// Printable ASCII, and none of the characters in without.
static bool is_printable(lws_span_t s, const char *without) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 || s.p[i] > 0x7e || memchr(without, s.p[i], strlen(without))) {
            return false;
        }
    }
    return true;
}

static bool is_domain(lws_span_t s) {
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i], lower = c | 0x20;
        if (!((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.')) {
            return false;
        }
    }
    return true;
}

bool lws_cookie_ok(const lws_set_cookie_t *c) {
    unsigned same_site = c->flags & (LWS_COOKIE_LAX | LWS_COOKIE_STRICT | LWS_COOKIE_NONE);

    if (same_site & (same_site - 1)) {
        return false;       // more than one bit
    }
    if (same_site == LWS_COOKIE_NONE && !(c->flags & LWS_COOKIE_SECURE)) {
        return false;
    }
    return c->name.n && is_printable(c->name, " \"(),/:;<=>?@[\\]{}")
           && is_printable(c->value, ";\"") && lws_span_trim(c->value).n == c->value.n
           && is_printable(c->path, ";") && is_domain(c->domain);
}

static const struct {
    char text[19];
    uint8_t flag;
} attributes[] = {
    { "; Secure", LWS_COOKIE_SECURE },
    { "; HttpOnly", LWS_COOKIE_HTTP_ONLY },
    { "; SameSite=Lax", LWS_COOKIE_LAX },
    { "; SameSite=Strict", LWS_COOKIE_STRICT },
    { "; SameSite=None", LWS_COOKIE_NONE },
};

// "; Name=value", nothing for an empty value.
static void put_attribute(lws_out_t *o, lws_span_t name, lws_span_t value) {
    if (value.n) {
        lws_out_span(o, name);
        lws_out_span(o, value);
    }
}

void lws_cookie_put(lws_out_t *o, const lws_set_cookie_t *c) {
    if (!lws_cookie_ok(c)) {
        o->full = true;
        return;
    }
    lws_out_span(o, c->name);
    LWS_OUT_LIT(o, "=");
    put_attribute(o, LWS_LIT(""), c->value);
    put_attribute(o, LWS_LIT("; Path="), c->path);
    put_attribute(o, LWS_LIT("; Domain="), c->domain);
    if (c->flags & LWS_COOKIE_MAX_AGE) {
        LWS_OUT_LIT(o, "; Max-Age=");
        lws_out_dec(o, c->max_age > 0 ? (uint64_t)c->max_age : 0);
    }
    if (c->flags & LWS_COOKIE_EXPIRES) {
        LWS_OUT_LIT(o, "; Expires=");
        lws_date_put(o, c->expires);
    }
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        if (c->flags & attributes[i].flag) {
            lws_out_put(o, attributes[i].text, strlen(attributes[i].text));
        }
    }
}
