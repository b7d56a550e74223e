#include "lws/http/url.h"

#include "lws/base/utf8.h"

int lws_url_hex(uint8_t c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The byte that %xy at p stands for, -1 when it is none.
static int unescape(const uint8_t *p, size_t n) {
    if (n < 3) {
        return -1;
    }
    int high = lws_url_hex(p[1]);
    int low = lws_url_hex(p[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

int lws_url_decode(uint8_t *dst, size_t cap, lws_span_t src, bool plus_is_space) {
    size_t n = 0;

    for (size_t i = 0; i < src.n; n++) {
        int c = src.p[i];
        if (c == '%') {
            int byte = unescape(src.p + i, src.n - i);
            if (byte >= 0) {
                c = byte;
                i += 2;
            }
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        i++;
        if (n == cap) {
            return LWS_ERR_NOSPC;
        }
        dst[n] = (uint8_t)c;
    }
    return (int)n;
}

// ---- the way of nearly all paths: a machine word at a time

typedef size_t word_t;
#define EACH(byte) ((word_t)-1 / 255 * (byte))      // the byte in every place of a word

static word_t load(const uint8_t *p) {
    word_t w;

    memcpy(&w, p, sizeof(w));
    return w;
}

// Top bits are set where cur is a byte that a clean path does not have, or '.' or '/' and prev
// (the byte before it) is '/'. Subtracting 1 from every byte sets the top bit of those that are 0.
// The borrow may do the same to the byte above: that is no harm, something is found already.
static word_t unclean(word_t prev, word_t cur) {
    word_t above = cur - EACH(0x20);                    // controls wrap,
    word_t top = above + EACH(0x80 - (0x7f - 0x20));    // DEL reaches the top bit
    word_t percent = (cur ^ EACH('%')) - EACH(0x01);
    word_t backslash = (cur ^ EACH('\\')) - EACH(0x01);
    word_t pair = ((prev ^ EACH('/')) | ((cur | EACH(0x01)) ^ EACH('/'))) - EACH(0x01);
    return above | top | percent | backslash | pair;
}

bool lws_url_path_clean(lws_span_t raw) {
    word_t found = 0;

    if (raw.n == 0 || raw.p[0] != '/') {
        return false;
    }
    const uint8_t *p = raw.p + 1;
    if (raw.n <= sizeof(word_t)) {
        for (size_t i = 1; i < raw.n; i++, p++) {
            if (*p < 0x20 || *p >= 0x7f || *p == '%' || *p == '\\'
                || ((*p | 1) == '/' && p[-1] == '/')) {
                return false;
            }
        }
        return true;
    }
    const uint8_t *last = raw.p + raw.n - sizeof(word_t);
    for (; p < last; p += sizeof(word_t)) {
        found |= unclean(load(p - 1), load(p));
    }
    found |= unclean(load(last - 1), load(last));       // may overlap the word before
    return !(found & EACH(0x80));
}

// ---- all other paths

// dst[0..n) ends with a segment that begins at seg, behind a '/'. The length of the path without
// that segment if it is ".", without the one before too if it is "..", otherwise n.
static size_t resolve(const uint8_t *dst, size_t seg, size_t n) {
    if (n - seg == 1 && dst[seg] == '.') {
        return seg;
    }
    if (n - seg != 2 || dst[seg] != '.' || dst[seg + 1] != '.') {
        return n;
    }
    if (seg > 1) {
        seg--;
        while (dst[seg - 1] != '/') {
            seg--;
        }
    }
    return seg;
}

int lws_url_path(uint8_t *dst, size_t cap, lws_span_t raw) {
    size_t n = 1, seg = 1;
    uint32_t utf8 = 0;

    if (cap < raw.n) {
        return LWS_ERR_NOSPC;
    }
    if (lws_url_path_clean(raw)) {
        memmove(dst, raw.p, raw.n);
        return (int)raw.n;
    }
    if (raw.n == 0 || raw.p[0] != '/') {
        return LWS_ERR_PROTO;
    }
    dst[0] = '/';
    for (size_t i = 1; i < raw.n; i++) {
        int c = raw.p[i];
        if (c == '/') {
            n = resolve(dst, seg, n);
            if (dst[n - 1] != '/') {
                dst[n++] = '/';
            }
            seg = n;
            continue;
        }
        if (c == '%') {
            c = unescape(raw.p + i, raw.n - i);
            i += 2;
        }
        if (c < 0x20 || c == 0x7f || c == '/' || c == '\\') {
            return LWS_ERR_PROTO;
        }
        dst[n++] = (uint8_t)c;
    }
    n = resolve(dst, seg, n);
    if (lws_utf8_rx(&utf8, dst, n) || !lws_utf8_done(utf8)) {
        return LWS_ERR_PROTO;
    }
    return (int)n;
}

// ---- encoding and queries

// Bit c is set when c stands for itself: A-Z a-z 0-9 - . _ ~, in a path !$&'()*+,;=:@/ too.
static const uint32_t plain_in[2][4] = {
    { 0x00000000, 0x2fffffd2, 0x87ffffff, 0x47fffffe },     // path
    { 0x00000000, 0x03ff6000, 0x87fffffe, 0x47fffffe },     // component
};

void lws_url_put(lws_out_t *o, lws_span_t src, lws_url_set_t set) {
    const uint32_t *plain = plain_in[set != LWS_URL_PATH];
    size_t from = 0;        // first byte that is not written yet

    for (size_t i = 0; i < src.n; i++) {
        uint8_t c = src.p[i];
        if (c < 0x80 && (plain[c >> 5] >> (c & 31) & 1)) {
            continue;
        }
        lws_out_put(o, src.p + from, i - from);
        from = i + 1;
        if (c == ' ' && set == LWS_URL_FORM) {
            lws_out_u8(o, '+');
        } else {
            static const char digits[] = "0123456789ABCDEF";
            uint8_t escape[3] = { '%', (uint8_t)digits[c >> 4], (uint8_t)digits[c & 15] };
            lws_out_put(o, escape, 3);
        }
    }
    if (src.n > from) {
        lws_out_put(o, src.p + from, src.n - from);
    }
}

bool lws_url_next_arg(lws_span_t *query, lws_span_t *name, lws_span_t *value) {
    while (query->n) {
        const uint8_t *p = query->p;
        const uint8_t *end = memchr(p, '&', query->n);
        size_t n = end ? (size_t)(end - p) : query->n;
        size_t skip = end ? n + 1 : n;

        *query = lws_span(p + skip, query->n - skip);
        if (n == 0) {
            continue;
        }
        const uint8_t *equals = memchr(p, '=', n);
        *name = lws_span(p, equals ? (size_t)(equals - p) : n);
        *value = lws_span(NULL, 0);
        if (equals) {
            *value = lws_span(equals + 1, n - name->n - 1);
        }
        return true;
    }
    return false;
}
