#include "lws/http/etag.h"

void lws_etag_put(lws_out_t *o, uint64_t size, int64_t mtime, bool weak) {
    if (weak) {
        LWS_OUT_LIT(o, "W/");
    }
    LWS_OUT_LIT(o, "\"");
    lws_out_hex(o, (uint64_t)mtime, 0);
    LWS_OUT_LIT(o, "-");
    lws_out_hex(o, size, 0);
    LWS_OUT_LIT(o, "\"");
}

static bool is_weak(lws_span_t tag) {
    return tag.n >= 2 && tag.p[0] == 'W' && tag.p[1] == '/';
}

bool lws_etag_equal(lws_span_t a, lws_span_t b, bool weak) {
    size_t skip_a = is_weak(a) ? 2 : 0;
    size_t skip_b = is_weak(b) ? 2 : 0;

    if (a.n == 0 || b.n == 0 || (!weak && skip_a + skip_b)) {
        return false;
    }
    return lws_span_eq(lws_span(a.p + skip_a, a.n - skip_a), lws_span(b.p + skip_b, b.n - skip_b));
}

// Bytes of the tag that s begins with, 0: none. A backslash is a character like any other in it.
static size_t tag_length(lws_span_t s) {
    size_t i = is_weak(s) ? 2 : 0;

    if (i >= s.n || s.p[i] != '"') {
        return 0;
    }
    for (i++; i < s.n; i++) {
        if (s.p[i] == '"') {
            return i + 1;
        }
        if (s.p[i] <= 0x20 || s.p[i] == 0x7f) {
            return 0;
        }
    }
    return 0;
}

bool lws_etag_in_list(lws_span_t list, lws_span_t tag, bool weak) {
    list = lws_span_trim(list);
    if (list.n == 1 && list.p[0] == '*') {
        return true;
    }
    while (list.n) {
        size_t n = 1;
        if (list.p[0] != ',') {
            n = tag_length(list);
            if (n == 0) {
                return false;
            }
            if (lws_etag_equal(lws_span(list.p, n), tag, weak)) {
                return true;
            }
        }
        list = lws_span_trim(lws_span(list.p + n, list.n - n));
    }
    return false;
}
