// What the fields of a complete head say about the connection and about the length of the body
// (RFC 9112 sections 3.2, 6 and 9, RFC 9110 sections 7.2, 7.8 and 10.1.1). Whatever two readers
// could understand differently is refused: request smuggling lives there.
#include "lws/http/h1_line.h"
#include "lws/http/word.h"

enum { OK = LWS_H1_LINE_OK };

static bool is(lws_span_t s, lws_span_t known) {
    return s.n == known.n && lws_same_nocase(s.p, known.p, known.n);
}

// "[" IPv6 "]": bytes of it, 0 when it is none.
static size_t ip_literal(lws_span_t s) {
    size_t i = 1;
    while (i < s.n && (lws_h1_hex(s.p[i]) < 16 || s.p[i] == ':' || s.p[i] == '.')) {
        i++;
    }
    return i > 2 && i < s.n && s.p[i] == ']' ? i + 1 : 0;
}

// [":" *5DIGIT]: "host:" is the default port, too.
static bool port_ok(const uint8_t *p, const uint8_t *e, bool needed) {
    if (e - p < 2) {
        return !needed && (p == e || *p == ':');
    }
    if (*p != ':' || e - p > 6) {
        return false;
    }
    while (++p < e && (uint8_t)(*p - '0') < 10) {
    }
    return p == e;
}

bool lws_h1_authority_ok(lws_span_t s, bool needs_port) {
    const uint8_t *p = s.p, *e = s.p + s.n;
    if (s.n && *p == '[') {
        p += ip_literal(s);
    } else {
        while (p < e && lws_h1_is(*p, LWS_H1_REG_NAME)) {
            p++;
        }
    }
    return p > s.p && port_ok(p, e, needs_port);
}

// It may be empty: the target has no authority then (RFC 9112 section 3.2).
static bool host_ok(lws_span_t value) {
    return value.n == 0 || lws_h1_authority_ok(value, false);
}

// Exactly "chunked". A list that ends otherwise leaves the length unknown (400), other codings
// before it are not known here (501).
static int coding(lws_span_t value) {
    if (is(value, LWS_LIT("chunked"))) {
        return OK;
    }
    lws_span_t item;
    unsigned chunked = 0;
    bool last = false;
    while (lws_span_next_item(&value, &item)) {
        last = is(item, LWS_LIT("chunked"));
        chunked += last;
    }
    return chunked == 1 && last ? 501 : 400;
}

enum { CLOSE = 1, KEEP = 2, UPGRADE = 4 };

static unsigned token(lws_span_t item) {
    return is(item, LWS_LIT("keep-alive")) ? KEEP
        : is(item, LWS_LIT("close")) ? CLOSE
        : is(item, LWS_LIT("upgrade")) ? UPGRADE : 0;
}

// The tokens of one Connection field; mostly it is a single one.
static unsigned connection(lws_span_t value) {
    unsigned tokens = token(value);
    lws_span_t item;
    if (tokens) {
        return tokens;
    }
    while (lws_span_next_item(&value, &item)) {
        tokens |= token(item);
    }
    return tokens;
}

// One field; repeated: not the first of its name.
static int field(lws_h1_t *x, const lws_header_t *f, bool repeated, unsigned *tokens) {
    lws_head_t *h = x->head;
    lws_span_t value = lws_head_span(h, f->value, f->value_len);
    int status;
    switch (f->id) {
        case LWS_HDR_CONNECTION:
            *tokens |= connection(value);
            return OK;
        case LWS_HDR_CONTENT_LENGTH:
            // One field, digits only. The RFC would let equal values pass; nobody who is honest
            // sends them.
            status = lws_span_dec(value, UINT64_MAX, &h->content_length);
            h->flags |= LWS_HEAD_HAS_LENGTH;
            return repeated || status == LWS_ERR_PROTO ? 400 : status ? 413 : OK;
        case LWS_HDR_TRANSFER_ENCODING:
            h->flags |= LWS_HEAD_CHUNKED;
            return repeated || h->minor == 0 ? 400 : coding(value);
        case LWS_HDR_HOST:
            return x->response || (!repeated && host_ok(value)) ? OK : 400;
        case LWS_HDR_EXPECT:
            if (x->response || h->minor == 0) {
                return OK;      // RFC 9110 section 10.1.1: ignored in HTTP/1.0
            }
            h->flags |= LWS_HEAD_EXPECT;
            return is(value, LWS_LIT("100-continue")) ? OK : 417;
        default:
            return OK;
    }
}

// May the connection live on, and is it to change its protocol?
static void set_connection(lws_head_t *h, unsigned tokens) {
    if (!(tokens & CLOSE) && (h->minor || (tokens & KEEP))) {
        h->flags |= LWS_HEAD_KEEP_ALIVE;
    }
    if ((tokens & UPGRADE) && h->minor && h->known[LWS_HDR_UPGRADE]) {
        h->flags |= LWS_HEAD_UPGRADE;
    }
}

static int frame_request(lws_h1_t *x) {
    lws_head_t *h = x->head;
    if (h->minor && !h->known[LWS_HDR_HOST]) {
        return 400;
    }
    bool body = h->content_length || (h->flags & LWS_HEAD_CHUNKED);
    if (h->method == LWS_METHOD_CONNECT && body) {
        // what follows belongs to the tunnel (RFC 9110 section 9.3.6): two readers may differ
        return 400;
    }
    if (!body) {
        h->flags &= ~LWS_HEAD_EXPECT;      // nothing to wait for
    }
    return OK;
}

// RFC 9112 section 6.3. True when no body can follow, whatever the fields say.
static bool bodiless(const lws_h1_t *x) {
    unsigned status = x->head->status;
    return x->no_body || status < 200 || status == 204 || status == 304
           || (x->connect && status < 300);
}

int lws_h1_frame(lws_h1_t *x) {
    lws_head_t *h = x->head;
    unsigned tokens = 0;
    for (size_t i = 0; i < h->count; i++) {
        const lws_header_t *f = &h->headers[i];
        int status = field(x, f, h->known[f->id] != i + 1, &tokens);
        if (status != OK) {
            return status;
        }
    }
    if ((h->flags & LWS_HEAD_CHUNKED) && (h->flags & LWS_HEAD_HAS_LENGTH)) {
        return 400;
    }
    set_connection(h, tokens);
    x->state = LWS_H1_COMPLETE;
    x->total = 0;
    if (!x->response) {
        int status = frame_request(x);
        if (status != OK) {
            return status;
        }
    } else if (bodiless(x)) {
        h->flags &= ~LWS_HEAD_CHUNKED;
        return OK;
    } else if (!(h->flags & (LWS_HEAD_CHUNKED | LWS_HEAD_HAS_LENGTH))) {
        h->flags = (uint8_t)((h->flags | LWS_HEAD_UNTIL_CLOSE) & ~LWS_HEAD_KEEP_ALIVE);
        x->state = LWS_H1_UNTIL_CLOSE;
        return OK;
    }
    if (h->content_length > lws_h1_body_limit(x)) {
        return 413;
    }
    x->left = h->content_length;
    if (h->flags & LWS_HEAD_CHUNKED) {
        x->state = LWS_H1_CHUNK_SIZE;
        x->line_at = 0;
    } else if (x->left) {
        x->state = LWS_H1_LENGTH;
    }
    return OK;
}
