#include "lws/http/head_pack.h"

typedef struct field {
    uint16_t value_len;
    uint8_t name_len;
    uint8_t id;
} field_t;

// Behind the struct: the fields, then the method, the target's parts, names and values.
static const field_t *fields_of(const lws_head_pack_t *p) {
    return (const field_t *)(const void *)(p + 1);
}

static bool is_kept(const lws_header_t *f, lws_head_skip_t skip) {
    return !skip || !skip((lws_hdr_t)f->id);
}

size_t lws_head_pack_size(const lws_head_t *h, lws_head_skip_t skip) {
    size_t n = sizeof(lws_head_pack_t) + h->method_len + h->authority_len + h->path_len;
    n += h->query_at ? h->query_len + 1u : 0;
    for (size_t i = 0; i < h->count; i++) {
        const lws_header_t *f = &h->headers[i];
        n += is_kept(f, skip) ? sizeof(field_t) + f->name_len + f->value_len : 0;
    }
    return n;
}

static void put_fields(lws_head_pack_t *p, const lws_head_t *h, lws_head_skip_t skip) {
    field_t *to = (field_t *)(void *)(p + 1);
    for (size_t i = 0; i < h->count; i++) {
        const lws_header_t *f = &h->headers[i];
        if (is_kept(f, skip)) {
            to[p->count++] = (field_t) {
                .value_len = f->value_len, .name_len = f->name_len, .id = f->id,
            };
        }
    }
}

static void put_bytes(lws_head_pack_t *p, const lws_head_t *h, lws_head_skip_t skip) {
    size_t at = sizeof(*p) + p->count * sizeof(field_t);
    lws_out_t o = lws_out((uint8_t *)p + at, p->size - at);
    lws_out_span(&o, lws_head_span(h, h->method_at, h->method_len));
    lws_out_span(&o, lws_head_span(h, h->authority_at, h->authority_len));
    lws_out_span(&o, lws_head_span(h, h->path_at, h->path_len));
    if (p->query) {
        LWS_OUT_LIT(&o, "?");
        lws_out_span(&o, lws_head_span(h, h->query_at, h->query_len));
    }
    for (size_t i = 0; i < h->count; i++) {
        const lws_header_t *f = &h->headers[i];
        if (is_kept(f, skip)) {
            lws_out_span(&o, lws_head_span(h, f->name, f->name_len));
            lws_out_span(&o, lws_head_span(h, f->value, f->value_len));
        }
    }
}

lws_head_pack_t *lws_head_pack(void *dst, const lws_head_t *h, lws_head_skip_t skip) {
    lws_head_pack_t *p = dst;
    *p = (lws_head_pack_t) {
        .content_length = h->content_length, .size = (uint16_t)lws_head_pack_size(h, skip),
        .method_len = h->method_len, .authority_len = h->authority_len, .path_len = h->path_len,
        .query_len = h->query_len, .method = h->method, .target = h->target, .minor = h->minor,
        .flags = h->flags, .query = h->query_at != 0,
    };
    put_fields(p, h, skip);
    put_bytes(p, h, skip);
    return p;
}

static uint16_t next(lws_head_t *h, size_t n) {
    uint16_t at = h->len;
    h->len = (uint16_t)(at + n);
    return at;
}

void lws_head_unpack(lws_head_t *h, const lws_head_pack_t *p) {
    const field_t *fields = fields_of(p);
    memset(h, 0, offsetof(lws_head_t, headers));
    h->base = (const uint8_t *)(fields + p->count);
    h->content_length = p->content_length;
    h->method = p->method;
    h->target = p->target;
    h->minor = p->minor;
    h->flags = p->flags;
    h->count = p->count;
    h->method_at = next(h, h->method_len = p->method_len);
    h->authority_at = next(h, h->authority_len = p->authority_len);
    h->path_at = next(h, h->path_len = p->path_len);
    if (p->query) {
        next(h, 1);
        h->query_at = next(h, h->query_len = p->query_len);
    }
    for (uint8_t i = 0; i < p->count; i++) {
        lws_header_t *f = &h->headers[i];
        f->id = fields[i].id;
        f->name = next(h, f->name_len = fields[i].name_len);
        f->value = next(h, f->value_len = fields[i].value_len);
        if (!h->known[f->id]) {
            h->known[f->id] = (uint8_t)(i + 1);
        }
    }
}
