// Paths and queries: what is sanitised stays safe and stays as it is; decode(encode(x)) is x.
#include <stdlib.h>

#include "lws/base/utf8.h"
#include "lws/http/url.h"

#define MAX 4096

static void check(bool ok) {
    if (!ok) {
        abort();
    }
}

static void check_path(const uint8_t *p, size_t n) {
    uint32_t utf8 = 0;

    check(n >= 1 && p[0] == '/');
    for (size_t i = 0, seg = 1; i <= n; i++) {
        if (i < n && p[i] != '/') {
            check(p[i] >= 0x20 && p[i] != 0x7f && p[i] != '\\');
            continue;
        }
        if (i > 0) {
            check(i > seg || i == n);       // no "//"
            check(!(i - seg == 1 && p[seg] == '.'));
            check(!(i - seg == 2 && p[seg] == '.' && p[seg + 1] == '.'));
        }
        seg = i + 1;
    }
    check(lws_utf8_rx(&utf8, p, n) == LWS_OK && lws_utf8_done(utf8));
}

static void fuzz_path(lws_span_t raw) {
    static uint8_t path[MAX], again[MAX], encoded[3 * MAX];
    int n = lws_url_path(path, sizeof(path), raw);
    bool clean = lws_url_path_clean(raw);

    memcpy(again, raw.p, raw.n);
    check(lws_url_path(again, raw.n, lws_span(again, raw.n)) == n);     // in place
    if (n < 0) {
        check(n == LWS_ERR_PROTO && !clean);
        return;
    }
    check((size_t)n <= raw.n && memcmp(path, again, (size_t)n) == 0);
    check(!clean || ((size_t)n == raw.n && memcmp(path, raw.p, raw.n) == 0));
    check_path(path, (size_t)n);
    lws_out_t o = lws_out(encoded, sizeof(encoded));
    lws_url_put(&o, lws_span(path, (size_t)n), LWS_URL_PATH);
    check(lws_out_end(&o) >= n);
    if (o.len <= MAX) {
        check(lws_url_path(again, sizeof(again), lws_span(encoded, o.len)) == n);
        check(memcmp(path, again, (size_t)n) == 0);
    }
}

static void fuzz_encoding(lws_span_t raw, lws_url_set_t set) {
    static uint8_t encoded[3 * MAX], back[MAX];
    lws_out_t o = lws_out(encoded, sizeof(encoded));

    lws_url_put(&o, raw, set);
    check(!o.full);
    int n = lws_url_decode(back, sizeof(back), lws_span(encoded, o.len), set == LWS_URL_FORM);
    check(n == (int)raw.n && memcmp(back, raw.p, raw.n) == 0);
}

static void fuzz_query(lws_span_t query) {
    static uint8_t decoded[MAX];
    lws_span_t name, value;
    const uint8_t *end = query.p + query.n;

    while (lws_url_next_arg(&query, &name, &value)) {
        check(!memchr(name.p, '&', name.n) && !memchr(name.p, '=', name.n));
        check(!value.p || (value.p == name.p + name.n + 1 && value.p + value.n <= end));
        int n = lws_url_decode(decoded, sizeof(decoded), name, true);
        check(n >= 0 && (size_t)n <= name.n);
    }
    check(query.n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lws_span_t raw = lws_span(data, size);

    if (size == 0 || size > MAX) {
        return 0;
    }
    fuzz_path(raw);
    for (int set = LWS_URL_PATH; set <= LWS_URL_FORM; set++) {
        fuzz_encoding(raw, (lws_url_set_t)set);
    }
    fuzz_query(raw);
    return 0;
}
