// Between the files that make up http/h1.h; for nobody else. Head lines are parsed by h1_head.c,
// what their fields mean for the connection and the body is decided by h1_framing.c, chunk lines
// by h1_chunk.c, and h1.c ties them together.
#ifndef LWS_HTTP_H1_LINE_H
#define LWS_HTTP_H1_LINE_H

#include "lws/http/h1.h"

// lws_h1_t.state
enum {
    LWS_H1_START,           // between messages; also inside a start line that is incomplete
    LWS_H1_BLANK,           // the CR of an empty line before a request was read
    LWS_H1_FIELDS,          // inside the head, the start line is done
    LWS_H1_LENGTH,          // in a body of Content-Length bytes
    LWS_H1_UNTIL_CLOSE,     // in a body that ends with the connection
    LWS_H1_CHUNK_SIZE,      // before the first digit of a chunk's size
    LWS_H1_CHUNK_DIGITS,    // after the first digit
    LWS_H1_CHUNK_BLANK,     // after blanks behind the size: an extension must follow
    LWS_H1_CHUNK_EXT,       // inside the extensions
    LWS_H1_CHUNK_LINE_LF,   // after the CR of the size line
    LWS_H1_CHUNK_DATA,
    LWS_H1_CHUNK_CR,        // after a chunk's data
    LWS_H1_CHUNK_LF,
    LWS_H1_TRAILERS,
    LWS_H1_COMPLETE,        // LWS_H1_END comes with the next call
    LWS_H1_DEAD,            // after an error
};

// What a line parser returns: one of these or the status to refuse the message with.
enum { LWS_H1_LINE_OK, LWS_H1_LINE_MORE };

// Character classes, bits of lws_h1_class[].
enum {
    LWS_H1_TOKEN = 1,       // RFC 9110 section 5.6.2
    LWS_H1_PATH = 2,        // VCHAR without "?" and "#": browsers send more than RFC 3986 has
    LWS_H1_QUERY = 4,       // VCHAR without "#"
    LWS_H1_REG_NAME = 8,    // RFC 3986 section 3.2.2, without ",": that joins two Host fields
    LWS_H1_AUTHORITY = 16,  // the same and ":", "[", "]"
    LWS_H1_SCHEME = 32,
};

extern const uint8_t lws_h1_class[256];

static inline bool lws_h1_is(uint8_t c, unsigned classes) {
    return (lws_h1_class[c] & classes) != 0;
}

// A hexadecimal digit's value, 16 for anything else.
static inline unsigned lws_h1_hex(uint8_t c) {
    unsigned digit = c - '0', letter = (c | 0x20u) - 'a';
    return digit < 10 ? digit : letter < 6 ? letter + 10 : 16;
}

// Where text ends: the first control character other than TAB, or e.
const uint8_t *lws_h1_text_end(const uint8_t *p, const uint8_t *e);

// host [":" port] (RFC 3986 section 3.2 without user information); host not empty.
bool lws_h1_authority_ok(lws_span_t s, bool needs_port);

// Parses lines of the head at base from x->line_at on, as far as there are any in len bytes.
// LWS_H1_LINE_OK: the head is complete and x->head->len set. LWS_H1_LINE_MORE: x->line_at is where
// the incomplete line starts. Or the status to refuse the message with.
int lws_h1_parse_head(lws_h1_t *x, const uint8_t *base, size_t len);

// Parses one field line at p, which its offsets count from; *next is behind its line end. Limits
// are the caller's business: e is where the line must have ended.
int lws_h1_parse_field(const uint8_t *p, const uint8_t *e, lws_header_t *f, const uint8_t **next);

// A complete head: sets its flags and content_length, x->left and the next state. Returns
// LWS_H1_LINE_OK or a status.
int lws_h1_frame(lws_h1_t *x);

// Steps through a chunk's size line or the line end behind its data. Bytes used; LWS_ERR_* with
// x->status set.
int lws_h1_chunk_line(lws_h1_t *x, const uint8_t *buf, size_t len);

// The error number that goes with a status, which is kept for the caller to answer with.
int lws_h1_refuse(lws_h1_t *x, int status);

static inline size_t lws_h1_line_limit(const lws_h1_t *x) {
    return x->limits && x->limits->line ? x->limits->line : LWS_H1_MAX_LINE;
}

static inline uint64_t lws_h1_body_limit(const lws_h1_t *x) {
    return x->limits && x->limits->body ? x->limits->body : UINT64_MAX;
}

#endif
