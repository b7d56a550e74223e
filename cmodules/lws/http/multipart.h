// multipart/form-data as a stream (RFC 7578, RFC 2046 section 5.1).
//     [preamble CRLF] --boundary CRLF
//     Content-Disposition: form-data; name="field"; filename="a.txt" CRLF
//     Content-Type: text/plain CRLF CRLF
//     data CRLF --boundary CRLF ... data CRLF --boundary-- [CRLF epilogue]
// Lines end with CRLF: a lone LF is refused in a part's head and is data elsewhere. Preamble and
// epilogue are dropped, Content-Transfer-Encoding is ignored (section 4.7), nested multipart/mixed
// is delivered as data.
#ifndef LWS_HTTP_MULTIPART_H
#define LWS_HTTP_MULTIPART_H

#include "lws/base/mem.h"
#include "lws/base/span.h"

// Limits, with their defaults. The bytes of data are bounded by the message body's own limit.
#define LWS_MULTIPART_MAX_HEAD 1024     // bytes of a part's head
#define LWS_MULTIPART_MAX_PARTS 64      // parts
#define LWS_MULTIPART_MAX_NAME 128      // bytes of a name
#define LWS_MULTIPART_MAX_FILENAME 255  // bytes of a file name
#define LWS_MULTIPART_MAX_BOUNDARY 70   // RFC 2046

typedef struct lws_multipart_limits {
    uint16_t head, parts, name, filename;       // 0: the default
} lws_multipart_limits_t;

typedef enum lws_multipart_type {
    LWS_MULTIPART_NONE,         // all input is used, more is needed
    LWS_MULTIPART_PART,         // name, filename, content_type: a part begins
    LWS_MULTIPART_DATA,         // data: a piece of it, never empty
    LWS_MULTIPART_PART_END,
    LWS_MULTIPART_END,          // the closing boundary; what follows is dropped
} lws_multipart_type_t;

typedef struct lws_multipart_event {
    lws_multipart_type_t type;
    lws_span_t data;            // borrowed from the input or the parser until the next call
    // of PART; borrowed from the parser until the part's PART_END was returned
    lws_span_t name;            // unescaped; may be empty
    lws_span_t filename;        // p NULL: not a file. Last path component only; may be empty
    lws_span_t content_type;    // p NULL: not given (text/plain)
} lws_multipart_event_t;

typedef struct lws_multipart {
    const lws_mem_t *mem;
    const lws_multipart_limits_t *limits;
    uint8_t *head;              // the head of a part, allocated when the first part begins
    uint16_t head_len, head_cap;
    uint16_t parts;
    uint8_t state;
    uint8_t matched;            // bytes of delim that the input has matched so far
    uint8_t delim_len;
    uint8_t delim[LWS_MULTIPART_MAX_BOUNDARY + 4];      // CRLF "--" boundary
} lws_multipart_t;

// The boundary of a Content-Type value, unquoted; p NULL: not multipart/form-data, or not a valid
// boundary.
lws_span_t lws_multipart_boundary(lws_span_t content_type);

// mem and limits (NULL: defaults) outlive it, the boundary is copied. LWS_OK, LWS_ERR_PROTO for a
// bad boundary.
int lws_multipart_init(lws_multipart_t *x, const lws_mem_t *mem,
    const lws_multipart_limits_t *limits, lws_span_t boundary);

// Bytes consumed, one event a call (0 bytes with an event is possible). LWS_ERR_PROTO: broken;
// LWS_ERR_TOO_BIG: a limit; LWS_ERR_NOMEM. After an error it takes no more (LWS_ERR_STATE).
int lws_multipart_rx(lws_multipart_t *x, const uint8_t *buf, size_t len,
    lws_multipart_event_t *ev);

// The body ended: LWS_OK after LWS_MULTIPART_END, LWS_ERR_PROTO before it.
int lws_multipart_eof(const lws_multipart_t *x);

void lws_multipart_free(lws_multipart_t *x);

#endif
