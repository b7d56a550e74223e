#include "lws/base/span.h"

static uint8_t lower(uint8_t c) {
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t';
}

bool lws_span_eq_nocase(lws_span_t a, lws_span_t b) {
    if (a.n != b.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i])) {
            return false;
        }
    }
    return true;
}

lws_span_t lws_span_trim(lws_span_t s) {
    while (s.n && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_blank(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

// Bytes before the first comma outside a quoted-string, or all. An unclosed quote reaches to the
// end.
static size_t item_length(lws_span_t s) {
    bool quoted = false;
    size_t i = 0;

    for (; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (c == '"') {
            quoted = !quoted;
        } else if (quoted && c == '\\') {
            i++;        // quoted-pair
        } else if (c == ',' && !quoted) {
            return i;
        }
    }
    return s.n;
}

bool lws_span_next_item(lws_span_t *list, lws_span_t *item) {
    while (list->n) {
        size_t n = item_length(*list);
        *item = lws_span_trim(lws_span(list->p, n));
        if (n < list->n) {
            n++;        // the comma
        }
        list->p += n;
        list->n -= n;
        if (item->n) {
            return true;
        }
    }
    return false;
}

bool lws_span_has_token(lws_span_t list, lws_span_t token) {
    lws_span_t item;

    while (lws_span_next_item(&list, &item)) {
        if (lws_span_eq_nocase(item, token)) {
            return true;
        }
    }
    return false;
}

#define DEC_DIGITS 20

// Decimal text by counted additions and subtractions of these: 64-bit products and divisions are
// library calls on 32-bit machines.
static const uint64_t ten_to[DEC_DIGITS] = {
    1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull, 100000000ull,
    1000000000ull, 10000000000ull, 100000000000ull, 1000000000000ull, 10000000000000ull,
    100000000000000ull, 1000000000000000ull, 10000000000000000ull, 100000000000000000ull,
    1000000000000000000ull, 10000000000000000000ull,
};

int lws_span_dec(lws_span_t s, uint64_t max, uint64_t *value) {
    uint64_t v = 0;
    bool above = false;

    if (s.n == 0) {
        return LWS_ERR_PROTO;
    }
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned)s.p[i] - '0';
        size_t k = s.n - 1 - i;
        if (digit > 9) {
            return LWS_ERR_PROTO;
        }
        for (; digit; digit--) {
            if (k >= DEC_DIGITS || v > UINT64_MAX - ten_to[k]) {
                above = true;       // go on: a letter further on is the peer's error all the same
                break;
            }
            v += ten_to[k];
        }
    }
    if (above || v > max) {
        return LWS_ERR_TOO_BIG;
    }
    *value = v;
    return LWS_OK;
}

// n <= 8 bytes, big-endian.
static uint64_t take(lws_in_t *in, size_t n) {
    uint64_t v = 0;

    if (in->bad || n > in->n) {
        in->bad = true;
        in->n = 0;
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        v = v << 8 | in->p[i];
    }
    in->p += n;
    in->n -= n;
    return v;
}

uint8_t lws_in_u8(lws_in_t *in) {
    return (uint8_t)take(in, 1);
}

uint16_t lws_in_u16(lws_in_t *in) {
    return (uint16_t)take(in, 2);
}

uint32_t lws_in_u32(lws_in_t *in) {
    return (uint32_t)take(in, 4);
}

uint64_t lws_in_u64(lws_in_t *in) {
    return take(in, 8);
}

lws_span_t lws_in_bytes(lws_in_t *in, size_t n) {
    if (in->bad || n > in->n) {
        in->bad = true;
        in->n = 0;
        return lws_span(NULL, 0);
    }
    lws_span_t s = lws_span(in->p, n);
    if (n) {
        in->p += n;
        in->n -= n;
    }
    return s;
}

static void give(lws_out_t *o, uint64_t v, unsigned n) {
    uint8_t buf[8];

    for (unsigned i = n; i-- > 0; v >>= 8) {
        buf[i] = (uint8_t)v;
    }
    lws_out_put(o, buf, n);
}

void lws_out_u8(lws_out_t *o, uint8_t v) {
    lws_out_put(o, &v, 1);
}

void lws_out_u16(lws_out_t *o, uint16_t v) {
    give(o, v, 2);
}

void lws_out_u32(lws_out_t *o, uint32_t v) {
    give(o, v, 4);
}

void lws_out_u64(lws_out_t *o, uint64_t v) {
    give(o, v, 8);
}

void lws_out_dec(lws_out_t *o, uint64_t v) {
    uint8_t text[DEC_DIGITS];
    size_t n = 0;
    int k = 0;

    while (k + 1 < DEC_DIGITS && v >= ten_to[k + 1]) {
        k++;
    }
    for (; k >= 0; k--) {
        uint8_t digit = '0';
        while (v >= ten_to[k]) {
            v -= ten_to[k];
            digit++;
        }
        text[n++] = digit;
    }
    lws_out_put(o, text, n);
}

#define HEX_DIGITS 16

void lws_out_hex(lws_out_t *o, uint64_t v, unsigned digits) {
    uint8_t text[HEX_DIGITS];
    unsigned n = 0;

    if (digits > HEX_DIGITS) {
        digits = HEX_DIGITS;
    }
    do {
        unsigned nibble = (unsigned)(v & 15);
        text[HEX_DIGITS - ++n] = (uint8_t)(nibble < 10 ? '0' + nibble : 'a' + nibble - 10);
        v >>= 4;
    } while (v || n < digits);
    lws_out_put(o, text + HEX_DIGITS - n, n);
}
