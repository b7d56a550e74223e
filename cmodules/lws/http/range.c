#include "lws/http/range.h"

// Decimal digits; what is above 64 bits counts as the greatest number: it is beyond any size.
static bool number(lws_span_t s, uint64_t *v) {
    int err = lws_span_dec(s, UINT64_MAX, v);

    if (err == LWS_ERR_TOO_BIG) {
        *v = UINT64_MAX;
        err = LWS_OK;
    }
    return err == LWS_OK;
}

// One "a-b", "a-" or "-n". 206: r is set; 416: nothing of it lies inside the size; 200: broken.
static unsigned parse_one(lws_span_t item, uint64_t size, lws_range_t *r) {
    const uint8_t *dash = memchr(item.p, '-', item.n);
    if (!dash) {
        return 200;
    }
    lws_span_t first = lws_span(item.p, (size_t)(dash - item.p));
    lws_span_t last = lws_span(dash + 1, item.n - first.n - 1);

    if (first.n == 0) {
        uint64_t n;
        if (!number(last, &n)) {
            return 200;
        }
        r->first = n < size ? size - n : 0;
        r->last = size - 1;
        return n ? 206 : 416;
    }
    r->last = UINT64_MAX;
    if (!number(first, &r->first) || (last.n && !number(last, &r->last)) || r->last < r->first) {
        return 200;
    }
    if (r->last >= size) {
        r->last = size - 1;
    }
    return r->first < size ? 206 : 416;
}

// Adds one to the list, in which no two overlap or touch. It takes in those that it meets and
// stands where the first of them stood. What it has passed it cannot meet by growing: then those
// two would have met before.
static uint8_t add(lws_range_t *r, uint8_t count, lws_range_t one) {
    uint8_t at = count;

    for (uint8_t i = 0; i < count;) {
        if (one.first > r[i].last + 1 || r[i].first > one.last + 1) {
            i++;
            continue;
        }
        one.first = r[i].first < one.first ? r[i].first : one.first;
        one.last = r[i].last > one.last ? r[i].last : one.last;
        at = i < at ? i : at;
        count--;
        memmove(r + i, r + i + 1, (size_t)(count - i) * sizeof(*r));
    }
    memmove(r + at + 1, r + at, (size_t)(count - at) * sizeof(*r));
    r[at] = one;
    return count + 1;
}

unsigned lws_range_parse(lws_span_t value, uint64_t size, lws_range_t r[LWS_RANGE_MAX],
    uint8_t *count) {
    static const char unit[] = "bytes=";
    const size_t unit_len = sizeof(unit) - 1;
    unsigned asked = 0;
    lws_span_t item;

    *count = 0;
    if (size == 0 || value.n < unit_len
        || !lws_span_eq_nocase(lws_span(value.p, unit_len), lws_span(unit, unit_len))) {
        return 200;
    }
    value = lws_span(value.p + unit_len, value.n - unit_len);
    while (lws_span_next_item(&value, &item)) {
        lws_range_t one;
        unsigned status = parse_one(item, size, &one);
        if (status == 200 || ++asked > LWS_RANGE_MAX) {
            *count = 0;
            return 200;
        }
        if (status == 206) {
            *count = add(r, *count, one);
        }
    }
    return asked == 0 ? 200 : *count ? 206 : 416;
}

void lws_range_put(lws_out_t *o, const lws_range_t *r, uint64_t size) {
    LWS_OUT_LIT(o, "bytes ");
    if (r) {
        lws_out_dec(o, r->first);
        LWS_OUT_LIT(o, "-");
        lws_out_dec(o, r->last);
    } else {
        LWS_OUT_LIT(o, "*");
    }
    LWS_OUT_LIT(o, "/");
    lws_out_dec(o, size);
}

void lws_range_put_boundary(lws_out_t *o, uint64_t nonce) {
    LWS_OUT_LIT(o, "lws-");
    lws_out_hex(o, nonce, 16);
}

void lws_range_put_part(lws_out_t *o, const lws_range_t *r, uint64_t size, lws_span_t type,
    uint64_t nonce, bool first) {
    if (!first) {
        LWS_OUT_LIT(o, "\r\n");
    }
    LWS_OUT_LIT(o, "--");
    lws_range_put_boundary(o, nonce);
    if (type.n) {
        LWS_OUT_LIT(o, "\r\nContent-Type: ");
        lws_out_span(o, type);
    }
    LWS_OUT_LIT(o, "\r\nContent-Range: ");
    lws_range_put(o, r, size);
    LWS_OUT_LIT(o, "\r\n\r\n");
}

void lws_range_put_close(lws_out_t *o, uint64_t nonce) {
    LWS_OUT_LIT(o, "\r\n--");
    lws_range_put_boundary(o, nonce);
    LWS_OUT_LIT(o, "--\r\n");
}

uint64_t lws_range_multipart_len(const lws_range_t *r, uint8_t count, uint64_t size,
    lws_span_t type) {
    uint8_t head[160];      // the longest head of a part with a type of one byte is 130
    uint64_t total = 0;

    for (uint8_t i = 0; i < count; i++) {
        lws_out_t o = lws_out(head, sizeof(head));
        lws_range_put_part(&o, &r[i], size, lws_span("x", type.n ? 1 : 0), 0, i == 0);
        total += o.len + (type.n ? type.n - 1 : 0) + (r[i].last - r[i].first + 1);
    }
    lws_out_t o = lws_out(head, sizeof(head));
    lws_range_put_close(&o, 0);
    return total + o.len;
}
