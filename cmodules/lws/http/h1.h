// HTTP/1.1 messages, read and written (RFC 9112): request and response heads, chunked and
// length-delimited bodies, trailers.
//
//     GET /path?query HTTP/1.1 CRLF
//     Name: value CRLF
//     CRLF
//     body: Content-Length bytes, or chunks:
//         hex-size [;ext] CRLF data CRLF ... 0 CRLF [trailers] CRLF
#ifndef LWS_HTTP_H1_H
#define LWS_HTTP_H1_H

#include "lws/base/mem.h"
#include "lws/http/header.h"

// What RFC 9112 leaves open is decided on the strict side, since two readers that differ are how
// requests are smuggled:
// * A bare LF is no line end (section 2.2 would allow it), bare CR, NUL and other control
//   characters are refused everywhere.
// * obs-fold is refused, in responses too; blanks before a colon and around the parts of a start
//   line likewise.
// * One Content-Length field of digits only; none beside Transfer-Encoding; Transfer-Encoding is
//   exactly "chunked", once, in HTTP/1.1.
// * One Host field with a valid value in HTTP/1.1; it may be empty. Of an absolute target the
//   authority counts, not Host.
// * Paths and queries may hold any visible ASCII but "#" (browsers send more than RFC 3986 allows
//   as it is), nothing beyond ASCII.
// * Trailers that steer framing, routing, authentication or content are dropped: of the known
//   names (lws_hdr_t) ETag and Last-Modified pass, and all unknown ones.
// Lenient only here: a status line may end after the status, and empty lines before a request are
// skipped.

// Limits, with their defaults. A head past a limit is refused with the status that fits.
#define LWS_H1_MAX_LINE 4096        // bytes of the start line (414) or a field line (431)
#define LWS_H1_MAX_HEAD 8192        // bytes of the whole head (431)
#define LWS_H1_TOP_HEAD 63487       // the most it can be raised to: 16-bit offsets
#define LWS_H1_MAX_CHUNK_LINE 256   // bytes of a chunk-size line with its extensions (400)
#define LWS_H1_MAX_TRAILERS 2048    // bytes of all trailers (431)
#define LWS_H1_MAX_BLANK 4          // empty lines before a request line (RFC 9112 section 2.2)

typedef struct lws_h1_limits {
    uint16_t line, head;            // 0: the default; a line is also within the head
    uint8_t headers;                // 0: LWS_HTTP_MAX_HEADERS, which is the most there can be
    uint64_t body;                  // bytes of a message body, any framing; 0: no limit (413)
} lws_h1_limits_t;

typedef enum lws_h1_type {
    LWS_H1_NONE,        // all input is used, more is needed
    LWS_H1_HEAD,        // ev.head; without a body LWS_H1_END follows even with no input
    LWS_H1_BODY,        // ev.data: a piece of the body, never empty, unframed
    LWS_H1_TRAILER,     // ev.name, ev.data: one trailer field
    LWS_H1_END,         // the message is complete; the next byte belongs to the next message
} lws_h1_type_t;

// A head that came in one piece lies in the input of the call that gave it. One that came in
// several lies in the parser until the call after LWS_H1_END; it may move when a trailer comes
// (base changes), so keep offsets rather than spans.
typedef struct lws_h1_event {
    lws_h1_type_t type;
    const lws_head_t *head;     // x->head
    lws_span_t data;            // borrowed from the input, a trailer's also from the parser,
    lws_span_t name;            // until the next call
} lws_h1_event_t;

// One direction of one connection. All-zero, then lws_h1_init. Nothing is allocated while heads
// arrive whole.
typedef struct lws_h1 {
    const lws_mem_t *mem;
    const lws_h1_limits_t *limits;
    lws_head_t *head;           // the caller's: see lws_h1_rx
    uint8_t *acc;               // the head so far, when it comes in pieces; then a trailer line
    uint16_t acc_len, acc_cap;
    uint16_t line_at;           // where the incomplete line starts; bytes of the chunk-size line
    uint16_t status;            // to answer after an error: 400 413 414 417 431 501 505, 0: none
    uint8_t state;
    uint8_t blanks;
    bool response;
    bool no_body;               // the next head answers HEAD: set by the caller before it arrives
    bool connect;               // it answers CONNECT, likewise: behind a 2xx is the tunnel
    uint64_t left;              // bytes to go of the body or chunk; bytes of the trailers so far
    uint64_t total;             // body bytes so far, of the chunks begun: for the limit
} lws_h1_t;

// mem and limits (NULL: defaults) outlive it. response: reads responses instead of requests.
void lws_h1_init(lws_h1_t *x, const lws_mem_t *mem, const lws_h1_limits_t *limits, bool response);

// Reads input, stops after one event. Bytes consumed, or LWS_ERR_PROTO, LWS_ERR_TOO_BIG,
// LWS_ERR_UNSUPPORTED, LWS_ERR_NOMEM; after an error x->status says what to answer and the parser
// takes no more (LWS_ERR_STATE). Events are the same for any split of the input, and an error
// comes with the first byte that makes it certain. (The price: a line is read again from its start
// when more of it arrives.)
//
// x->head must be set before the first byte of a message (else LWS_ERR_STATE) and stay until its
// LWS_H1_END. All connections may share one as long as none is inside a message when the next one
// is read. Between calls it may be exchanged for a plain copy of the struct.
int lws_h1_rx(lws_h1_t *x, const uint8_t *buf, size_t len, lws_h1_event_t *ev);

// Between two messages: nothing read, x->head may be taken away.
static inline bool lws_h1_idle(const lws_h1_t *x) {
    return x->state == 0 && x->acc_len == 0;
}

// The input ended (FIN): LWS_OK between messages, or when that ends the message (then *ended is
// set and no LWS_H1_END comes: a body until close, or a complete message whose LWS_H1_END was not
// asked for); LWS_ERR_PROTO inside one.
int lws_h1_eof(lws_h1_t *x, bool *ended);

// Gives back what a head in pieces took, in any state: its bytes are gone then. Between messages
// the parser can be used further: do it when the connection goes idle, the next call would, but
// may be long in coming.
void lws_h1_free(lws_h1_t *x);

// ---- writing: into a lws_out_t, checked once at the end
// What could not be read back sets o->full and is not written.

// "HTTP/1.1 200 OK\r\n". status 100 to 999; reason.p NULL: the registered one. Always answers as
// HTTP/1.1 (RFC 9110 section 6.2), to a 1.0 client too.
void lws_h1_put_status(lws_out_t *o, unsigned status, lws_span_t reason);
// "GET /path HTTP/1.1\r\n"
void lws_h1_put_request(lws_out_t *o, lws_span_t method, lws_span_t target);
// May these be in a request? host is Host's value, and may be empty.
bool lws_h1_request_ok(lws_span_t method, lws_span_t target, lws_span_t host);
// "Name: value\r\n". The name must be a token, the value free of control characters (CR, LF, NUL:
// response splitting); lws_h1_field_ok tells beforehand.
void lws_h1_put_header(lws_out_t *o, lws_span_t name, lws_span_t value);
void lws_h1_put_length(lws_out_t *o, uint64_t n);   // "Content-Length: n\r\n"
bool lws_h1_field_ok(lws_span_t name, lws_span_t value);
// Chunk header for n > 0 bytes ("1f\r\n"); the data and "\r\n" follow. The last chunk with no
// trailers is "0\r\n\r\n".
void lws_h1_put_chunk(lws_out_t *o, size_t n);

#endif
