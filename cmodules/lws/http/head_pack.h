// A request's head, kept beyond its buffer in one block hardly larger than its text: of the index
// what cannot be counted again, then the bytes. Nothing is parsed a second time.
#ifndef LWS_HTTP_HEAD_PACK_H
#define LWS_HTTP_HEAD_PACK_H

#include "lws/http/header.h"

typedef struct lws_head_pack {
    uint64_t content_length;
    uint16_t size;              // bytes of the block
    uint16_t method_len, authority_len, path_len, query_len;
    uint8_t method, target, minor, flags;
    uint8_t count;
    bool query;                 // there was a '?'
} lws_head_pack_t;

// Is a field with this id left out? NULL: none is.
typedef bool (*lws_head_skip_t)(lws_hdr_t id);

// Bytes needed, and the pack itself (dst is aligned for a uint64_t and that long).
size_t lws_head_pack_size(const lws_head_t *h, lws_head_skip_t skip);
lws_head_pack_t *lws_head_pack(void *dst, const lws_head_t *h, lws_head_skip_t skip);
// The head again; its bytes stay in the pack.
void lws_head_unpack(lws_head_t *h, const lws_head_pack_t *p);

#endif
