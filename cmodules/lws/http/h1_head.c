// The lines of a head (RFC 9112 sections 2 to 5). Every parser here goes from left to right and
// judges a byte by what is before it, so that a prefix is refused, completed or found too short in
// the same way whatever follows. That makes errors independent of how input is cut.
#include "lws/http/h1_line.h"
#include "lws/http/name.h"

enum { OK = LWS_H1_LINE_OK, MORE = LWS_H1_LINE_MORE };

// Controls, the space, DEL and bytes beyond ASCII are in no class. Sixteen characters from the
// named one on.
const uint8_t lws_h1_class[256] = {
    [' '] = 0x00, 0x1f, 0x06, 0x01, 0x1f, 0x1f, 0x1f, 0x1f,
    0x1e, 0x1e, 0x1f, 0x3f, 0x06, 0x3f, 0x3f, 0x06,
    ['0'] = 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
    0x3f, 0x3f, 0x16, 0x1e, 0x06, 0x1e, 0x06, 0x04,
    ['@'] = 0x06, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
    0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
    ['P'] = 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
    0x3f, 0x3f, 0x3f, 0x16, 0x06, 0x16, 0x07, 0x1f,
    ['`'] = 0x07, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
    0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
    ['p'] = 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
    0x3f, 0x3f, 0x3f, 0x06, 0x07, 0x06, 0x1f, 0x00,
};

// The input being read and what offsets count from. A parser that returns OK leaves p behind what
// it read; one that refuses leaves it at the wrong byte or behind it, never before.
typedef struct scan {
    const uint8_t *p, *e, *base;
} scan_t;

static uint16_t offset(const scan_t *s, const uint8_t *p) {
    return (uint16_t)(p - s->base);
}

static bool is_control(uint8_t c) {
    return (c < 0x20 && c != '\t') || c == 0x7f;
}

static bool is_blank(uint8_t c) {
    return c == ' ' || c == '\t';
}

// First control character other than TAB, or e.
static LWS_HOT_INLINE const uint8_t *text_end(const uint8_t *p, const uint8_t *e) {
    #if LWS_WORDWISE
    while ((size_t)(e - p) >= sizeof(lws_word_t)) {
        // Marks what is not in 0x20..0x7e, and may mark bytes above such a one. A mark on TAB or
        // above 0x7f is passed.
        const uint8_t *last = e - sizeof(lws_word_t);
        lws_word_t w, marks;
        do {
            w = lws_word(p);
            marks = ((w - LWS_EACH(0x20)) | (w + LWS_EACH(1))) & LWS_EACH(0x80);
            p += sizeof(lws_word_t);
        } while (!marks && p <= last);
        if (marks) {
            p = p - sizeof(lws_word_t) + lws_word_first(marks);
            if (*p == '\r' || is_control(*p)) {
                return p;
            }
            p++;
        }
    }
    #endif
    while (p < e && !is_control(*p)) {
        p++;
    }
    return p;
}

const uint8_t *lws_h1_text_end(const uint8_t *p, const uint8_t *e) {
    return text_end(p, e);
}

// CRLF. A bare LF is refused, as RFC 9112 section 2.2 allows: whoever is before us may not take it
// for a line end.
static inline int line_end(scan_t *s) {
    const uint8_t *p = s->p;
    if (p == s->e) {
        return MORE;
    }
    if (*p != '\r') {
        return 400;
    }
    if (p + 1 == s->e) {
        return MORE;
    }
    s->p = p + 2;
    return p[1] == '\n' ? OK : 400;
}

// ---- start lines

// The fixed text; at the end of input as much of it as there is.
static int literal(scan_t *s, const char *text) {
    for (; *text; text++, s->p++) {
        if (s->p == s->e) {
            return MORE;
        }
        if (*s->p != (uint8_t)*text) {
            return 400;
        }
    }
    return OK;
}

// "HTTP/" DIGIT "." DIGIT
static int version(scan_t *s, lws_head_t *h) {
    if (s->e - s->p >= 8 && memcmp(s->p, "HTTP/1.", 7) == 0 && (s->p[7] | 1) == '1') {
        h->minor = s->p[7] & 1;
        s->p += 8;
        return OK;
    }
    // The rare rest: incomplete, another version, none.
    int status = literal(s, "HTTP/");
    for (size_t i = 0; i < 3 && status == OK; i++, s->p++) {
        if (s->p == s->e) {
            return MORE;
        }
        if (i == 1 ? *s->p != '.' : (uint8_t)(*s->p - '0') > 9) {
            return 400;
        }
    }
    return status == OK ? 505 : status;
}

// path ["?" query] SP
static int path_query(scan_t *s, lws_head_t *h) {
    const uint8_t *p = s->p, *e = s->e;
    while (p < e && lws_h1_is(*p, LWS_H1_PATH)) {
        p++;
    }
    h->path_at = offset(s, s->p);
    h->path_len = (uint16_t)(p - s->p);
    if (p < e && *p == '?') {
        const uint8_t *query = ++p;
        while (p < e && lws_h1_is(*p, LWS_H1_QUERY)) {
            p++;
        }
        h->query_at = offset(s, query);
        h->query_len = (uint16_t)(p - query);
    }
    s->p = p;
    return p == e ? MORE : *p == ' ' ? OK : 400;
}

// host [":" port], up to a byte that cannot be in it
static int authority(scan_t *s, lws_head_t *h, bool needs_port) {
    const uint8_t *start = s->p;
    while (s->p < s->e && lws_h1_is(*s->p, LWS_H1_AUTHORITY)) {
        s->p++;
    }
    if (s->p == s->e) {
        return MORE;
    }
    h->authority_at = offset(s, start);
    h->authority_len = (uint16_t)(s->p - start);
    return lws_h1_authority_ok(lws_span(start, h->authority_len), needs_port) ? OK : 400;
}

// scheme "://" host [":" port] path ["?" query] SP
static int absolute(scan_t *s, lws_head_t *h) {
    h->target = LWS_TARGET_ABSOLUTE;
    if ((uint8_t)((*s->p | 0x20) - 'a') > 25) {
        return 400;
    }
    while (s->p < s->e && lws_h1_is(*s->p, LWS_H1_SCHEME)) {
        s->p++;
    }
    int status = literal(s, "://");
    if (status == OK) {
        status = authority(s, h, false);
    }
    if (status != OK) {
        return status;
    }
    if (*s->p != '/' && *s->p != '?' && *s->p != ' ') {
        return 400;
    }
    status = path_query(s, h);
    if (h->path_len == 0) {
        // An empty path means "/" (section 3.2.1): there is one right before the authority.
        h->path_at = h->authority_at - 1;
        h->path_len = 1;
    }
    return status;
}

// The four forms of RFC 9112 section 3.2, up to the space behind.
static int target(scan_t *s, lws_head_t *h) {
    if (s->p == s->e) {
        return MORE;
    }
    if (h->method == LWS_METHOD_CONNECT) {
        h->target = LWS_TARGET_AUTHORITY;
        int status = authority(s, h, true);
        return status != OK ? status : *s->p == ' ' ? OK : 400;
    }
    if (*s->p == '/') {
        h->target = LWS_TARGET_ORIGIN;
        return path_query(s, h);
    }
    if (*s->p == '*' && h->method == LWS_METHOD_OPTIONS) {
        h->target = LWS_TARGET_ASTERISK;
        h->path_at = offset(s, s->p++);
        h->path_len = 1;
        return s->p == s->e ? MORE : *s->p == ' ' ? OK : 400;
    }
    return absolute(s, h);
}

// method SP
static int method(scan_t *s, lws_head_t *h) {
    const uint8_t *p = s->p, *e = s->e;
    h->method_at = offset(s, p);
    if (e - p >= 4 && memcmp(p, "GET ", 4) == 0) {
        h->method_len = 3;
        h->method = LWS_METHOD_GET;
        s->p = p + 4;
        return OK;
    }
    while (p < e && lws_h1_is(*p, LWS_H1_TOKEN)) {
        p++;
    }
    if (p == e) {
        return MORE;
    }
    h->method_len = (uint16_t)(p - s->p);
    h->method = (uint8_t)lws_method_id(lws_span(s->p, h->method_len));
    s->p = p + 1;
    return *p == ' ' && h->method_len ? OK : 400;
}

// method SP request-target SP HTTP-version CRLF
static int request_line(scan_t *s, lws_head_t *h) {
    int status = method(s, h);
    if (status == OK) {
        status = target(s, h);
    }
    if (status == OK) {
        s->p++;
        status = version(s, h);
    }
    return status != OK ? status : line_end(s);
}

// HTTP-version SP 3DIGIT [SP [reason]] CRLF. RFC 9112 wants the second space even when there is no
// reason; servers leave it out.
static int status_line(scan_t *s, lws_head_t *h) {
    int status = version(s, h);
    if (status == OK) {
        status = literal(s, " ");
    }
    for (size_t i = 0; i < 3 && status == OK; i++, s->p++) {
        if (s->p == s->e) {
            return MORE;
        }
        uint8_t digit = (uint8_t)(*s->p - '0');
        if (digit > 9 || (i == 0 && digit == 0)) {
            return 400;
        }
        h->status = (uint16_t)(h->status * 10 + digit);
    }
    if (status != OK) {
        return status;
    }
    if (s->p < s->e && *s->p == ' ') {
        const uint8_t *reason = ++s->p;
        s->p = lws_h1_text_end(reason, s->e);
        h->reason_at = offset(s, reason);
        h->reason_len = (uint16_t)(s->p - reason);
    }
    return line_end(s);
}

// ---- fields

// The first colon, NULL when there is none in whole words.
static LWS_HOT_INLINE const uint8_t *colon(const uint8_t *p, const uint8_t *e) {
    #if LWS_WORDWISE
    for (; (size_t)(e - p) >= sizeof(lws_word_t); p += sizeof(lws_word_t)) {
        lws_word_t w = lws_word(p) ^ LWS_EACH(':');
        lws_word_t marks = (w - LWS_EACH(1)) & ~w & LWS_EACH(0x80);
        if (marks) {
            return p + lws_word_first(marks);
        }
    }
    #else
    (void)p;
    (void)e;
    #endif
    return NULL;
}

// Behind the name of a field. Most names are known, and a known one is a token with no look at its
// letters.
static LWS_HOT_INLINE const uint8_t *name_end(const uint8_t *p, const uint8_t *e, uint8_t *id) {
    const uint8_t *start = p, *end = colon(start, e);
    if (end) {
        *id = (uint8_t)lws_name_id(start, (size_t)(end - start));
        if (*id != LWS_HDR_OTHER) {
            return end;
        }
    }
    while (p < e && lws_h1_is(*p, LWS_H1_TOKEN)) {
        p++;
    }
    if (!end) {
        *id = (uint8_t)lws_hdr_id(lws_span(start, (size_t)(p - start)));
    }
    return p;
}

// field-name ":" OWS field-value OWS CRLF
// A line that starts with a blank (obs-fold) has no name and is refused, and so is a blank between
// the name and the colon.
static LWS_HOT_INLINE int field(scan_t *s, lws_header_t *f) {
    const uint8_t *start = s->p, *e = s->e;
    const uint8_t *p = name_end(start, e, &f->id);
    size_t name = (size_t)(p - start);
    s->p = p;
    if (name > UINT8_MAX) {
        return 431;
    }
    if (p == e) {
        return MORE;
    }
    if (*p != ':' || !name) {
        return 400;
    }
    do {
        p++;
    } while (p < e && is_blank(*p));
    const uint8_t *end = text_end(p, e);
    s->p = end;
    int status = line_end(s);
    if (status != OK) {
        return status;
    }
    while (end > p && is_blank(end[-1])) {
        end--;
    }
    f->name = offset(s, start);
    f->value = offset(s, p);
    f->value_len = (uint16_t)(end - p);
    f->name_len = (uint8_t)name;
    return OK;
}

int lws_h1_parse_field(const uint8_t *p, const uint8_t *e, lws_header_t *f, const uint8_t **next) {
    scan_t s = { p, e, p };
    int status = field(&s, f);
    *next = s.p;
    return status;
}

// A field, or the empty line that ends the head.
enum { LAST = 2 };

static inline int field_or_end(scan_t *s, lws_head_t *h, size_t max) {
    if (s->p == s->e) {
        return MORE;
    }
    if (*s->p == '\r') {
        int status = line_end(s);
        h->len = offset(s, s->p);
        return status == OK ? LAST : status;
    }
    if (h->count == max) {
        return 431;
    }
    lws_header_t *f = &h->headers[h->count];
    int status = field(s, f);
    if (status == OK) {
        h->count++;
        if (!h->known[f->id]) {
            h->known[f->id] = h->count;
        }
    }
    return status;
}

int lws_h1_parse_head(lws_h1_t *x, const uint8_t *base, size_t len) {
    const lws_h1_limits_t *limits = x->limits;
    size_t line_limit = lws_h1_line_limit(x);
    size_t head_limit = LWS_H1_MAX_HEAD, max = LWS_HTTP_MAX_HEADERS;
    if (limits) {
        head_limit = limits->head ? limits->head : head_limit;
        head_limit = head_limit < LWS_H1_TOP_HEAD ? head_limit : LWS_H1_TOP_HEAD;
        max = limits->headers && limits->headers < max ? limits->headers : max;
    }
    lws_head_t *h = x->head;
    scan_t s = { base + x->line_at, base + (len < head_limit ? len : head_limit), base };
    const uint8_t *line = s.p;
    int status = OK;
    if (x->state == LWS_H1_START) {
        memset(h, 0, offsetof(lws_head_t, headers));
        status = x->response ? status_line(&s, h) : request_line(&s, h);
    }
    h->base = base;
    while (status == OK && (size_t)(s.p - line) <= line_limit) {
        x->state = LWS_H1_FIELDS;
        line = s.p;
        status = field_or_end(&s, h, max);
    }
    if (status == LAST) {
        return OK;
    }
    // What lies behind a limit counts for nothing, be it right or wrong.
    size_t seen = (size_t)((status == MORE ? s.e : s.p) - line);
    if (seen >= line_limit || (status == MORE && (size_t)(s.e - base) >= head_limit)) {
        return line == base && !x->response ? 414 : 431;
    }
    x->line_at = offset(&s, line);
    return status;
}
