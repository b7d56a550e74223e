// Writing heads and chunk lines. Nothing that the caller hands in can add a line: names, values,
// targets and reasons are checked.
#include "lws/http/h1_line.h"

static bool all(lws_span_t s, unsigned classes) {
    for (size_t i = 0; i < s.n; i++) {
        if (!lws_h1_is(s.p[i], classes)) {
            return false;
        }
    }
    return true;
}

static bool is_text(lws_span_t s) {
    return s.n == 0 || lws_h1_text_end(s.p, s.p + s.n) == s.p + s.n;
}

// Takes n bytes of o, or sets full. One check for a whole line.
static uint8_t *take(lws_out_t *o, size_t n) {
    if (o->full || n > o->cap - o->len) {
        o->full = true;
        return NULL;
    }
    uint8_t *p = o->p + o->len;
    o->len += n;
    return p;
}

static uint8_t *add(uint8_t *p, lws_span_t s) {
    if (s.n) {
        memcpy(p, s.p, s.n);
    }
    return p + s.n;
}

#define ADD_LIT(p, s) add((p), LWS_LIT(s))

void lws_h1_put_status(lws_out_t *o, unsigned status, lws_span_t reason) {
    if (!reason.p) {
        reason = lws_status_reason(status);
    }
    if (status < 100 || status > 999 || !is_text(reason)) {
        o->full = true;
        return;
    }
    uint8_t *p = take(o, sizeof("HTTP/1.1 200 \r\n") - 1 + reason.n);
    if (p) {
        p = ADD_LIT(p, "HTTP/1.1 ");
        for (unsigned unit = 100; unit; unit = unit == 100 ? 10 : unit == 10) {
            // Subtracting: a division is a library call on small machines.
            for (*p = '0'; status >= unit; status -= unit) {
                ++*p;
            }
            p++;
        }
        *p++ = ' ';
        p = add(p, reason);
        ADD_LIT(p, "\r\n");
    }
}

bool lws_h1_request_ok(lws_span_t method, lws_span_t target, lws_span_t host) {
    return method.n && target.n && all(method, LWS_H1_TOKEN) && all(target, LWS_H1_QUERY)
           && (!host.n || lws_h1_authority_ok(host, false));
}

void lws_h1_put_request(lws_out_t *o, lws_span_t method, lws_span_t target) {
    if (!lws_h1_request_ok(method, target, lws_span(NULL, 0))) {
        o->full = true;
        return;
    }
    uint8_t *p = take(o, method.n + target.n + sizeof("  HTTP/1.1\r\n") - 1);
    if (p) {
        p = add(p, method);
        *p++ = ' ';
        p = add(p, target);
        ADD_LIT(p, " HTTP/1.1\r\n");
    }
}

bool lws_h1_field_ok(lws_span_t name, lws_span_t value) {
    return name.n && all(name, LWS_H1_TOKEN) && is_text(value);
}

void lws_h1_put_header(lws_out_t *o, lws_span_t name, lws_span_t value) {
    if (!lws_h1_field_ok(name, value)) {
        o->full = true;
        return;
    }
    uint8_t *p = take(o, name.n + value.n + sizeof(": \r\n") - 1);
    if (p) {
        p = add(p, name);
        *p++ = ':';
        *p++ = ' ';
        p = add(p, value);
        ADD_LIT(p, "\r\n");
    }
}

void lws_h1_put_length(lws_out_t *o, uint64_t n) {
    LWS_OUT_LIT(o, "Content-Length: ");
    lws_out_dec(o, n);
    LWS_OUT_LIT(o, "\r\n");
}

void lws_h1_put_chunk(lws_out_t *o, size_t n) {
    if (n == 0) {
        o->full = true;     // it would end the body
        return;
    }
    lws_out_hex(o, n, 0);
    LWS_OUT_LIT(o, "\r\n");
}
