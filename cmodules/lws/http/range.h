// Byte ranges (RFC 9110 section 14) and multipart/byteranges (section 14.6).
//     --boundary CRLF Content-Type: type CRLF Content-Range: bytes a-b/size CRLF CRLF
//     bytes a to b CRLF --boundary ... CRLF --boundary-- CRLF
#ifndef LWS_HTTP_RANGE_H
#define LWS_HTTP_RANGE_H

#include "lws/base/span.h"

// Ranges in a request; with more the field is ignored: the whole file once is less work.
#define LWS_RANGE_MAX 16

// Bytes of a boundary: "lws-" and 16 hex digits.
#define LWS_RANGE_BOUNDARY_LEN 20

typedef struct lws_range {
    uint64_t first, last;           // both included, last < size
} lws_range_t;

// Reads the value of a Range field for a representation of size bytes. What to answer:
//   206  *count ranges are in r: those that can be satisfied, in the client's order, overlapping
//        or touching ones joined, so that no byte is sent twice (CVE-2011-3192)
//   200  send it whole: another unit, broken syntax, more than LWS_RANGE_MAX ranges, or size 0
//   416  well-formed, but no range begins inside the size
unsigned lws_range_parse(lws_span_t value, uint64_t size, lws_range_t r[LWS_RANGE_MAX],
    uint8_t *count);

// The value of Content-Range: "bytes 0-9/100", or "bytes */100" for r NULL (416).
void lws_range_put(lws_out_t *o, const lws_range_t *r, uint64_t size);

// The boundary from a random number (so that no file can hold it on purpose).
void lws_range_put_boundary(lws_out_t *o, uint64_t nonce);

// What stands before the bytes of a part, and after those of the last one. first: it opens the
// body.
void lws_range_put_part(lws_out_t *o, const lws_range_t *r, uint64_t size, lws_span_t type,
    uint64_t nonce, bool first);
void lws_range_put_close(lws_out_t *o, uint64_t nonce);

// Bytes of the whole multipart/byteranges body: Content-Length is known before the first byte is
// sent.
uint64_t lws_range_multipart_len(const lws_range_t *r, uint8_t count, uint64_t size,
    lws_span_t type);

#endif
