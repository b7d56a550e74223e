#include "support/http_head.h"

void http_head(lws_head_t *h, lws_method_t method, const char *fields) {
    memset(h, 0, sizeof(*h));
    h->base = (const uint8_t *)fields;
    h->method = (uint8_t)method;
    for (const char *line = fields; *line; line = strchr(line, '\n') + 1) {
        lws_header_t *f = &h->headers[h->count++];
        const char *colon = strchr(line, ':');
        const char *end = strchr(line, '\n');
        lws_span_t value = lws_span_trim(lws_span(colon + 1, (size_t)(end - colon - 1)));
        f->name = (uint16_t)(line - fields);
        f->name_len = (uint8_t)(colon - line);
        f->value = (uint16_t)(value.p - h->base);
        f->value_len = (uint16_t)value.n;
        f->id = (uint8_t)lws_hdr_id(lws_span(line, f->name_len));
        if (f->id && !h->known[f->id]) {
            h->known[f->id] = h->count;
        }
    }
}
