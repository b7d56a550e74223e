// A parsed HTTP head: start line and fields as offsets into its bytes (RFC 9110 sections 5 and 6;
// RFC 9112 sections 3 to 5). The same struct serves HTTP/1.1 and HTTP/2, requests and responses:
// who reads it need not know the wire.
#ifndef LWS_HTTP_HEADER_H
#define LWS_HTTP_HEADER_H

#include "lws/base/span.h"

#define LWS_HTTP_MAX_HEADERS 48         // fields in a head; more: 431

// Methods of RFC 9110 section 9, RFC 5789. The text of any other token is in the head.
typedef enum lws_method {
    LWS_METHOD_OTHER, LWS_METHOD_GET, LWS_METHOD_HEAD, LWS_METHOD_POST, LWS_METHOD_PUT,
    LWS_METHOD_DELETE, LWS_METHOD_CONNECT, LWS_METHOD_OPTIONS, LWS_METHOD_TRACE, LWS_METHOD_PATCH,
} lws_method_t;

// Known field names. The names themselves are in header.c. Extend at will; keep below 255.
typedef enum lws_hdr {
    LWS_HDR_OTHER,
    LWS_HDR_ACCEPT, LWS_HDR_ACCEPT_ENCODING, LWS_HDR_ACCEPT_LANGUAGE, LWS_HDR_AUTHORIZATION,
    LWS_HDR_CACHE_CONTROL, LWS_HDR_CONNECTION, LWS_HDR_CONTENT_DISPOSITION,
    LWS_HDR_CONTENT_ENCODING, LWS_HDR_CONTENT_LENGTH, LWS_HDR_CONTENT_RANGE, LWS_HDR_CONTENT_TYPE,
    LWS_HDR_COOKIE, LWS_HDR_DATE, LWS_HDR_ETAG, LWS_HDR_EXPECT, LWS_HDR_HOST, LWS_HDR_IF_MATCH,
    LWS_HDR_IF_MODIFIED_SINCE, LWS_HDR_IF_NONE_MATCH, LWS_HDR_IF_RANGE,
    LWS_HDR_IF_UNMODIFIED_SINCE, LWS_HDR_KEEP_ALIVE, LWS_HDR_LAST_EVENT_ID, LWS_HDR_LAST_MODIFIED,
    LWS_HDR_LOCATION, LWS_HDR_ORIGIN, LWS_HDR_RANGE, LWS_HDR_REFERER, LWS_HDR_RETRY_AFTER,
    LWS_HDR_SEC_WEBSOCKET_ACCEPT, LWS_HDR_SEC_WEBSOCKET_EXTENSIONS, LWS_HDR_SEC_WEBSOCKET_KEY,
    LWS_HDR_SEC_WEBSOCKET_PROTOCOL, LWS_HDR_SEC_WEBSOCKET_VERSION, LWS_HDR_SERVER,
    LWS_HDR_SET_COOKIE, LWS_HDR_TE, LWS_HDR_TRAILER, LWS_HDR_TRANSFER_ENCODING, LWS_HDR_UPGRADE,
    LWS_HDR_USER_AGENT, LWS_HDR_WWW_AUTHENTICATE, LWS_HDR_X_FORWARDED_FOR,
    LWS_HDR_COUNT,
} lws_hdr_t;

typedef struct lws_header {
    uint16_t name;          // offset of the name, as the peer wrote it
    uint16_t value;         // offset of the value, trimmed
    uint16_t value_len;
    uint8_t name_len;       // a longer name is refused
    uint8_t id;             // lws_hdr_t
} lws_header_t;

// How the request target was written (RFC 9112 section 3.2).
typedef enum lws_target {
    LWS_TARGET_ORIGIN, LWS_TARGET_ABSOLUTE, LWS_TARGET_AUTHORITY, LWS_TARGET_ASTERISK,
} lws_target_t;

enum {                              // lws_head_t.flags
    LWS_HEAD_KEEP_ALIVE = 1,        // the connection may live on after this message
    LWS_HEAD_CHUNKED = 2,           // a chunked body follows; content_length is 0
    LWS_HEAD_HAS_LENGTH = 4,        // Content-Length was given
    LWS_HEAD_EXPECT = 8,            // request: Expect: 100-continue and a body follows
    LWS_HEAD_UPGRADE = 16,          // Connection: upgrade and an Upgrade field
    LWS_HEAD_UNTIL_CLOSE = 32,      // response whose body ends with the connection
};

typedef struct lws_head {
    const uint8_t *base;        // the bytes that all offsets count from
    uint64_t content_length;    // its value; a 304 or a response to HEAD has one and no body
    uint16_t len;               // bytes of the whole head, the empty line included
    // Request.
    uint16_t method_at, method_len;
    uint16_t path_at, path_len;             // as sent, not decoded; "*"; empty only for authority
    uint16_t query_at, query_len;           // behind the '?'; query_at 0 when there was none
    uint16_t authority_at, authority_len;   // of such a target; length 0: see the Host field
    // Response.
    uint16_t reason_at, reason_len;
    uint16_t status;            // 100 to 999; above 599 means 500 (RFC 9110 section 15)
    // Both.
    uint8_t method;             // lws_method_t
    uint8_t target;             // lws_target_t
    uint8_t minor;              // HTTP/1.minor: 0 or 1
    uint8_t flags;              // LWS_HEAD_*
    uint8_t count;              // fields in headers
    uint8_t known[LWS_HDR_COUNT];   // index + 1 of the first field with that id, 0: absent
    lws_header_t headers[LWS_HTTP_MAX_HEADERS];
} lws_head_t;

static inline lws_span_t lws_head_span(const lws_head_t *h, uint16_t at, uint16_t len) {
    return lws_span(h->base + at, len);
}

// The value of the first field of a known name; p NULL when absent. A list field that was sent
// several times: walk headers[].
static inline lws_span_t lws_head_get(const lws_head_t *h, lws_hdr_t id) {
    if (!h->known[id]) {
        return lws_span(NULL, 0);
    }
    const lws_header_t *f = &h->headers[h->known[id] - 1];
    return lws_head_span(h, f->value, f->value_len);
}

// The value of the index-th field with this name (any case, known or not), p NULL: none.
lws_span_t lws_head_find(const lws_head_t *h, lws_span_t name, size_t index);

// Has any field with this id the token in its comma-separated list?
bool lws_head_has_token(const lws_head_t *h, lws_hdr_t id, lws_span_t token);

// Bytes needed to keep a copy of a head beyond its buffer, and the copy itself (dst is aligned for
// a pointer and that long; the headers table is cut to count). The copy is one block: struct
// first, bytes behind it.
size_t lws_head_copy_size(const lws_head_t *h);
lws_head_t *lws_head_copy(void *dst, const lws_head_t *h);

lws_hdr_t lws_hdr_id(lws_span_t name);      // any case
lws_span_t lws_hdr_name(lws_hdr_t id);      // canonical spelling: "Content-Type"
lws_method_t lws_method_id(lws_span_t s);   // case-sensitive
lws_span_t lws_method_name(lws_method_t id);
lws_span_t lws_status_reason(unsigned status);  // "Not Found"; "Status" for an unknown one

#endif
