// Urlencoded forms: the first byte chooses the limits. Whole and cut into pieces the events are
// the same; they are those of lws_url_next_arg and lws_url_decode; no value is longer than its
// limit.
#include <stdlib.h>

#include "lws/http/form.h"
#include "lws/http/url.h"

#define LOG_MAX 65536

typedef struct run {
    uint8_t log[LOG_MAX];
    size_t n;
    int err;
} run_t;

static run_t whole, cut;

static void check(bool ok) {
    if (!ok) {
        abort();
    }
}

static void note(run_t *r, const void *p, size_t n) {
    check(n <= LOG_MAX - r->n);
    if (n) {
        memcpy(r->log + r->n, p, n);
    }
    r->n += n;
}

static void note_event(run_t *r, const lws_form_event_t *ev) {
    check(ev->type != LWS_FORM_DATA || ev->data.n > 0);
    if (ev->type == LWS_FORM_FIELD) {
        note(r, "[", 1);
    }
    note(r, ev->data.p, ev->data.n);
    if (ev->type == LWS_FORM_FIELD || ev->type == LWS_FORM_FIELD_END) {
        note(r, "]", 1);
    }
}

static void feed(run_t *r, const lws_form_limits_t *limits, const uint8_t *p, size_t n,
    size_t step) {
    lws_form_t x = { .limits = limits };
    lws_form_event_t ev = { .type = LWS_FORM_NONE };

    r->n = 0;
    r->err = 0;
    while (n && r->err >= 0) {
        size_t piece = step && step < n ? step : n;
        r->err = lws_form_rx(&x, p, piece, &ev);
        check(r->err <= (int)piece);
        if (r->err >= 0) {
            check(ev.type != LWS_FORM_NONE || (size_t)r->err == piece);
            note_event(r, &ev);
            p += r->err;
            n -= (size_t)r->err;
        }
    }
    while (r->err >= 0 && ev.type != LWS_FORM_END) {
        r->err = lws_form_eof(&x, &ev);
        if (r->err >= 0) {
            note_event(r, &ev);
        }
    }
}

// The same fields by the functions for queries.
static void compare_with_query(lws_span_t query) {
    static uint8_t decoded[8192];
    lws_span_t name, value;
    size_t at = 0;

    while (lws_url_next_arg(&query, &name, &value)) {
        for (int i = 0; i < 2; i++) {
            lws_span_t part = i ? value : name;
            int n = part.n ? lws_url_decode(decoded, sizeof(decoded), part, true) : 0;
            check(n >= 0 && whole.n - at >= (size_t)n + 1 + !i);
            check(i || whole.log[at++] == '[');
            check(memcmp(whole.log + at, decoded, (size_t)n) == 0);
            at += (size_t)n;
            check(whole.log[at++] == ']');
        }
    }
    check(at == whole.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const lws_form_limits_t small = { .fields = 3, .name = 4, .value = 6 };

    if (size < 1 || size > 8192) {
        return 0;
    }
    const lws_form_limits_t *limits = data[0] & 1 ? &small : NULL;
    feed(&whole, limits, data + 1, size - 1, 0);
    for (size_t step = 1; step <= 8; step = 2 * step + data[0] % 3) {
        feed(&cut, limits, data + 1, size - 1, step);
        check(cut.err == whole.err && cut.n == whole.n);
        check(memcmp(cut.log, whole.log, cut.n) == 0);
    }
    if (whole.err >= 0) {
        compare_with_query(lws_span(data + 1, size - 1));
    }
    return 0;
}
