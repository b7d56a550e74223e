#include "lws/http/multipart.h"

#include "lws/http/param.h"
#include "lws/http/url.h"

#define HEAD_FIRST 128      // bytes allocated for a head at first

enum {
    CLOSED,         // before init, after an error
    PREAMBLE,       // looking for the first delimiter
    AFTER,          // behind a delimiter: CRLF or "--"
    AFTER_DASH,     // behind one '-'
    PADDING,        // spaces behind a delimiter (RFC 2046 allows them)
    AFTER_CR,
    HEAD,           // of a part
    DATA,
    EPILOGUE,
};

// A boundary is 1 to 70 printable characters, no space at the end. RFC 2046 allows fewer of them;
// without quote and backslash there is one way only to read it.
static bool is_boundary(lws_span_t s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 || s.p[i] > 0x7e || s.p[i] == '"' || s.p[i] == '\\') {
            return false;
        }
    }
    return s.n && s.n <= LWS_MULTIPART_MAX_BOUNDARY && s.p[s.n - 1] != ' ';
}

lws_span_t lws_multipart_boundary(lws_span_t content_type) {
    lws_span_t rest = content_type;

    if (lws_span_eq_nocase(lws_param_head(&rest), LWS_LIT("multipart/form-data"))) {
        lws_span_t boundary = lws_param_find(content_type, LWS_LIT("boundary"));
        if (is_boundary(boundary)) {
            return boundary;
        }
    }
    return lws_span(NULL, 0);
}

int lws_multipart_init(lws_multipart_t *x, const lws_mem_t *mem,
    const lws_multipart_limits_t *limits, lws_span_t boundary) {
    memset(x, 0, sizeof(*x));
    if (!is_boundary(boundary)) {
        return LWS_ERR_PROTO;
    }
    x->mem = mem;
    x->limits = limits;
    memcpy(x->delim, "\r\n--", 4);
    memcpy(x->delim + 4, boundary.p, boundary.n);
    x->delim_len = (uint8_t)(4 + boundary.n);
    x->matched = 2;     // at the very beginning no CRLF is needed
    x->state = PREAMBLE;
    return LWS_OK;
}

static uint16_t limit(uint16_t set, uint16_t preset) {
    return set ? set : preset;
}

static void advance(lws_span_t *in, size_t n) {
    in->p += n;
    in->n -= n;
}

// ---- the head of a part

// Room for n bytes more in x->head.
static int reserve(lws_multipart_t *x, size_t n) {
    size_t max = limit(x->limits ? x->limits->head : 0, LWS_MULTIPART_MAX_HEAD);
    size_t cap = x->head_cap ? x->head_cap : HEAD_FIRST;

    if (x->head_len + n > max) {
        return LWS_ERR_TOO_BIG;
    }
    if (x->head_len + n <= x->head_cap) {
        return LWS_OK;
    }
    while (cap < x->head_len + n) {
        cap *= 2;
    }
    cap = cap > max ? max : cap;
    uint8_t *p = lws_mem_resize(x->mem, x->head, x->head_cap, cap);
    if (!p) {
        return LWS_ERR_NOMEM;
    }
    x->head = p;
    x->head_cap = (uint16_t)cap;
    return LWS_OK;
}

static lws_span_t unescaped(lws_span_t value) {
    // The bytes lie in x->head, which is ours.
    value.n = lws_param_unescape((uint8_t *)value.p, value.n);
    return value;
}

static bool escapes_are_whole(lws_span_t s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%' && (s.n - i < 3 || lws_url_hex(s.p[i + 1]) < 0
                              || lws_url_hex(s.p[i + 2]) < 0)) {
            return false;
        }
    }
    return true;
}

// The value of "filename*": charset'language'percent-encoded (RFC 8187), UTF-8 only; p NULL: not
// that.
static lws_span_t extended(lws_span_t value) {
    static const char charset[] = "utf-8'";
    const size_t n = sizeof(charset) - 1;

    if (value.n > n && lws_span_eq_nocase(lws_span(value.p, n), lws_span(charset, n))) {
        const uint8_t *quote = memchr(value.p + n, '\'', value.n - n);
        if (quote) {
            lws_span_t text = lws_span(quote + 1, value.n - (size_t)(quote + 1 - value.p));
            if (escapes_are_whole(text)) {
                int len = lws_url_decode((uint8_t *)text.p, text.n, text, false);
                return lws_span(text.p, (size_t)len);
            }
        }
    }
    return lws_span(NULL, 0);
}

// A peer's path is of no use here and dangerous further on.
static lws_span_t last_component(lws_span_t path) {
    size_t n = path.n;

    while (n && path.p[n - 1] != '/' && path.p[n - 1] != '\\') {
        n--;
    }
    path = lws_span(path.p + n, path.n - n);
    if (lws_span_eq(path, LWS_LIT(".")) || lws_span_eq(path, LWS_LIT(".."))) {
        path.n = 0;
    }
    return path;
}

// Content-Disposition: form-data; name="field"; filename="a.txt"
static int parse_disposition(lws_multipart_t *x, lws_span_t value, lws_multipart_event_t *ev) {
    lws_span_t param, text, star = lws_span(NULL, 0);
    int more;

    if (ev->name.p || !lws_span_eq_nocase(lws_param_head(&value), LWS_LIT("form-data"))) {
        return LWS_ERR_PROTO;
    }
    while ((more = lws_param_next(&value, &param, &text)) > 0) {
        if (lws_span_eq_nocase(param, LWS_LIT("name"))) {
            ev->name = text;
        } else if (lws_span_eq_nocase(param, LWS_LIT("filename"))) {
            ev->filename = text;
        } else if (lws_span_eq_nocase(param, LWS_LIT("filename*"))) {
            star = text;
        }
    }
    if (more || !ev->name.p) {
        return LWS_ERR_PROTO;
    }
    ev->name = unescaped(ev->name);
    ev->filename = ev->filename.p ? unescaped(ev->filename) : extended(star);
    if (!lws_param_safe(ev->filename)) {
        return LWS_ERR_PROTO;
    }
    if (ev->filename.p) {
        ev->filename = last_component(ev->filename);
    }
    const lws_multipart_limits_t *l = x->limits;
    return ev->name.n > limit(l ? l->name : 0, LWS_MULTIPART_MAX_NAME)
           || ev->filename.n > limit(l ? l->filename : 0, LWS_MULTIPART_MAX_FILENAME)
           ? LWS_ERR_TOO_BIG : LWS_OK;
}

static bool is_field_name(lws_span_t s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] <= ' ' || s.p[i] >= 0x7f) {
            return false;
        }
    }
    return s.n != 0;
}

// x->head holds the whole head, the empty line included; every line ends with CRLF.
static int parse_head(lws_multipart_t *x, lws_multipart_event_t *ev) {
    lws_span_t rest = lws_span(x->head, x->head_len - 2u);

    while (rest.n) {
        const uint8_t *end = memchr(rest.p, '\n', rest.n);
        lws_span_t line = lws_span(rest.p, (size_t)(end - rest.p) - 1);
        advance(&rest, line.n + 2);
        const uint8_t *colon = memchr(line.p, ':', line.n);
        if (!colon) {
            return LWS_ERR_PROTO;
        }
        lws_span_t name = lws_span(line.p, (size_t)(colon - line.p));
        lws_span_t value = lws_span_trim(lws_span(colon + 1, line.n - name.n - 1));
        if (!is_field_name(name) || !lws_param_safe(value)) {
            return LWS_ERR_PROTO;
        }
        if (lws_span_eq_nocase(name, LWS_LIT("Content-Disposition"))) {
            int err = parse_disposition(x, value, ev);
            if (err) {
                return err;
            }
        } else if (lws_span_eq_nocase(name, LWS_LIT("Content-Type"))) {
            ev->content_type = value;
        }
    }
    if (!ev->name.p) {
        return LWS_ERR_PROTO;       // RFC 7578 section 4.2: every part has a name
    }
    ev->type = LWS_MULTIPART_PART;
    x->state = DATA;
    return LWS_OK;
}

// Takes one line, or what there is of it.
static int take_head(lws_multipart_t *x, lws_span_t *in, lws_multipart_event_t *ev) {
    const uint8_t *end = memchr(in->p, '\n', in->n);
    size_t n = end ? (size_t)(end - in->p) + 1 : in->n;
    int err = reserve(x, n);

    if (err) {
        return err;
    }
    memcpy(x->head + x->head_len, in->p, n);
    x->head_len = (uint16_t)(x->head_len + n);
    advance(in, n);
    if (!end) {
        return LWS_OK;
    }
    const uint8_t *tail = x->head + x->head_len;
    if (x->head_len < 2 || tail[-2] != '\r') {
        return LWS_ERR_PROTO;
    }
    bool empty = x->head_len == 2 || tail[-3] == '\n';
    return empty ? parse_head(x, ev) : LWS_OK;
}

// ---- data and delimiters

// Bytes at the front of in that are data for sure: up to a delimiter or what may become one.
static size_t data_length(const lws_multipart_t *x, lws_span_t in) {
    size_t i = 0;

    while (i < in.n) {
        const uint8_t *cr = memchr(in.p + i, '\r', in.n - i);
        if (!cr) {
            return in.n;
        }
        i = (size_t)(cr - in.p);
        size_t n = in.n - i < x->delim_len ? in.n - i : x->delim_len;
        if (memcmp(cr, x->delim, n) == 0) {
            return i;
        }
        i++;
    }
    return in.n;
}

static void give_data(const lws_multipart_t *x, const uint8_t *p, size_t n,
    lws_multipart_event_t *ev) {
    if (x->state == DATA) {
        ev->type = LWS_MULTIPART_DATA;
        ev->data = lws_span(p, n);
    }
}

// Data up to a delimiter, or (nothing being left before it) the delimiter. There is one CR in a
// delimiter, its first byte: a match that fails is data all of it, and a new one can begin only
// behind it.
static void take_data(lws_multipart_t *x, lws_span_t *in, lws_multipart_event_t *ev) {
    if (x->matched == 0) {
        size_t n = data_length(x, *in);
        if (n) {
            give_data(x, in->p, n, ev);
            advance(in, n);
            return;
        }
    }
    while (in->n && x->matched < x->delim_len && in->p[0] == x->delim[x->matched]) {
        x->matched++;
        advance(in, 1);
    }
    if (x->matched == x->delim_len) {
        x->matched = 0;
        if (x->state == DATA) {
            ev->type = LWS_MULTIPART_PART_END;
        }
        x->state = AFTER;
    } else if (in->n) {
        give_data(x, x->delim, x->matched, ev);
        x->matched = 0;
    }
}

// One byte behind a delimiter.
static int after_delimiter(lws_multipart_t *x, uint8_t c, lws_multipart_event_t *ev) {
    if (x->state == AFTER_CR) {
        if (c != '\n') {
            return LWS_ERR_PROTO;
        }
        if (++x->parts > limit(x->limits ? x->limits->parts : 0, LWS_MULTIPART_MAX_PARTS)) {
            return LWS_ERR_TOO_BIG;
        }
        x->head_len = 0;
        x->state = HEAD;
    } else if (c == '-' && x->state == AFTER) {
        x->state = AFTER_DASH;
    } else if (c == '-' && x->state == AFTER_DASH) {
        ev->type = LWS_MULTIPART_END;
        x->state = EPILOGUE;
    } else if (x->state == AFTER_DASH) {
        return LWS_ERR_PROTO;
    } else if (c == '\r') {
        x->state = AFTER_CR;
    } else if (c == ' ' || c == '\t') {
        x->state = PADDING;
    } else {
        return LWS_ERR_PROTO;
    }
    return LWS_OK;
}

int lws_multipart_rx(lws_multipart_t *x, const uint8_t *buf, size_t len,
    lws_multipart_event_t *ev) {
    lws_span_t in = lws_span(buf, len);
    int err = LWS_OK;

    memset(ev, 0, sizeof(*ev));
    if (x->state == CLOSED) {
        return LWS_ERR_STATE;
    }
    while (in.n && ev->type == LWS_MULTIPART_NONE && !err) {
        switch (x->state) {
            case PREAMBLE:
            case DATA:
                take_data(x, &in, ev);
                break;
            case HEAD:
                err = take_head(x, &in, ev);
                break;
            case EPILOGUE:
                advance(&in, in.n);
                break;
            default:
                err = after_delimiter(x, in.p[0], ev);
                advance(&in, 1);
        }
    }
    if (err) {
        x->state = CLOSED;
        return err;
    }
    return (int)(len - in.n);
}

int lws_multipart_eof(const lws_multipart_t *x) {
    return x->state == EPILOGUE ? LWS_OK : LWS_ERR_PROTO;
}

void lws_multipart_free(lws_multipart_t *x) {
    if (x->mem) {
        lws_mem_free(x->mem, x->head, x->head_cap);
    }
    memset(x, 0, sizeof(*x));
}
