#include "lws/http/param.h"

// Bytes before the first c, or all.
static size_t length_to(lws_span_t s, uint8_t c) {
    const uint8_t *end = s.n ? memchr(s.p, c, s.n) : NULL;
    return end ? (size_t)(end - s.p) : s.n;
}

static lws_span_t skip(lws_span_t s, size_t n) {
    return lws_span(s.p + n, s.n - n);
}

lws_span_t lws_param_head(lws_span_t *s) {
    size_t n = length_to(*s, ';');
    lws_span_t head = lws_span_trim(lws_span(s->p, n));

    if (s->n) {
        *s = skip(*s, n);
    }
    return head;
}

// s begins with a quote. Bytes up to the closing one, both left out, or -1.
static int quoted_length(lws_span_t s) {
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '"') {
            return (int)(i - 1);
        }
        if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\')) {
            i++;
        }
    }
    return -1;
}

int lws_param_next(lws_span_t *s, lws_span_t *name, lws_span_t *value) {
    *s = lws_span_trim(*s);
    while (s->n && s->p[0] == ';') {
        *s = lws_span_trim(skip(*s, 1));
    }
    if (s->n == 0) {
        return 0;
    }
    size_t semicolon = length_to(*s, ';');
    size_t equals = length_to(*s, '=');
    if (equals >= semicolon) {
        *name = lws_param_head(s);
        *value = lws_span(NULL, 0);
        return 1;
    }
    *name = lws_span_trim(lws_span(s->p, equals));
    *s = lws_span_trim(skip(*s, equals + 1));
    if (s->n == 0 || s->p[0] != '"') {
        *value = lws_param_head(s);
        return 1;
    }
    int n = quoted_length(*s);
    if (n < 0) {
        return LWS_ERR_PROTO;
    }
    *value = lws_span(s->p + 1, (size_t)n);
    *s = lws_span_trim(skip(*s, (size_t)n + 2));
    return s->n == 0 || s->p[0] == ';' ? 1 : LWS_ERR_PROTO;
}

lws_span_t lws_param_find(lws_span_t value, lws_span_t name) {
    lws_span_t found, text;

    lws_param_head(&value);
    while (lws_param_next(&value, &found, &text) > 0) {
        if (lws_span_eq_nocase(found, name)) {
            return text;
        }
    }
    return lws_span(NULL, 0);
}

// A bit in every byte of the next word that is below 0x20 or at 0x7f, and perhaps in the byte
// above such a one.
typedef size_t word_t;
#define EACH(byte) ((word_t)-1 / 255 * (byte))

static word_t controls(const uint8_t *p) {
    word_t w;

    memcpy(&w, p, sizeof(w));
    word_t x = w ^ EACH(0x7f);
    return (((w - EACH(0x20)) & ~w) | ((x - EACH(1)) & ~x)) & EACH(0x80);
}

bool lws_param_safe(lws_span_t value) {
    while (value.n >= sizeof(word_t) && !controls(value.p)) {
        value = skip(value, sizeof(word_t));
    }
    for (size_t i = 0; i < value.n; i++) {
        uint8_t c = value.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

size_t lws_param_unescape(uint8_t *p, size_t n) {
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\\' && i + 1 < n && (p[i + 1] == '"' || p[i + 1] == '\\')) {
            i++;
        }
        p[len++] = p[i];
    }
    return len;
}
