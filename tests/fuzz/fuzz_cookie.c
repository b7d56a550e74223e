// Cookies: reading stays inside the field and finds what it lists; what may be set comes back
// unchanged and alone.
#include <stdlib.h>

#include "lws/http/cookie.h"

static void check(bool ok) {
    if (!ok) {
        abort();
    }
}

static void read_field(lws_span_t field) {
    lws_span_t rest = field, name, value;

    while (lws_cookie_next(&rest, &name, &value)) {
        check(name.n > 0 && name.p >= field.p && value.p + value.n <= field.p + field.n);
        check(!memchr(name.p, ';', name.n) && !memchr(name.p, '=', name.n));
        check(value.n == 0 || !memchr(value.p, ';', value.n));
        lws_span_t found = lws_cookie_find(field, name);
        check(found.p && found.p <= value.p);
    }
    check(rest.n == 0);
}

// The input: flags, length of the name, name, value.
static void set(const uint8_t *data, size_t size) {
    static char text[16384];
    size_t name_len = data[1] < size - 2 ? data[1] : size - 2;
    lws_set_cookie_t c = {
        .name = { data + 2, name_len }, .value = { data + 2 + name_len, size - 2 - name_len },
        .flags = data[0],
    };
    lws_out_t o = lws_out(text, sizeof(text));

    lws_cookie_put(&o, &c);
    check(o.full == !lws_cookie_ok(&c) && (!o.full || o.len == 0));
    if (!o.full) {
        lws_span_t value = lws_cookie_find(lws_span(text, o.len), c.name);
        check(value.p && lws_span_eq(value, c.value));
        check(!memchr(text, '\r', o.len) && !memchr(text, '\n', o.len));
        const char *semicolon = memchr(text, ';', o.len);
        check(!semicolon || (size_t)(semicolon - text) == c.name.n + 1 + c.value.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > 8192) {
        return 0;
    }
    read_field(lws_span(data, size));
    set(data, size);
    return 0;
}
