// Request paths and queries: percent-decoding, sanitising, encoding, and walking a query
// (RFC 3986; application/x-www-form-urlencoded as the WHATWG URL standard has it).
#ifndef LWS_HTTP_URL_H
#define LWS_HTTP_URL_H

#include "lws/base/span.h"

// Percent-decodes src; '+' becomes a space when plus_is_space (queries and forms, never paths).
// dst may be src.p. A '%' without two hex digits stands for itself, as in the WHATWG URL standard.
// The length, or LWS_ERR_NOSPC, and dst holds nothing of use. %00 decodes to a NUL: lengths rule,
// nothing here is a C string.
int lws_url_decode(uint8_t *dst, size_t cap, lws_span_t src, bool plus_is_space);

// Is the path its own sanitised form? Cheap, and true for nearly all real requests: the caller
// then uses raw as it is. False may also be a path that lws_url_path leaves unchanged
// ("/.well-known").
bool lws_url_path_clean(lws_span_t raw);

// The path of a request target (without its query), decoded once and made safe for a file system:
//   begins with '/'; no "." or ".." segment (RFC 3986 section 5.2.4, after decoding and after
//   collapsing "//", so "/a//../b" is "/b" as a file system sees it); what would climb above the
//   root stays at the root; a trailing slash is kept; no control character, no backslash; UTF-8.
// LWS_ERR_PROTO (answer 400): not beginning with '/', a broken escape, a control character or DEL
// or a backslash (written out or as %00, %0a, %5c), %2F (it would change the meaning of the path
// below: it is neither a separator nor a name a file can have), not UTF-8 (overlong forms of '.'
// and '/' among it). LWS_ERR_NOSPC: the result is longer than cap; it is never longer than raw.
// dst may be raw.p.
int lws_url_path(uint8_t *dst, size_t cap, lws_span_t raw);

// The value of a hexadecimal digit, -1 for anything else.
int lws_url_hex(uint8_t c);

typedef enum lws_url_set {
    LWS_URL_PATH,       // a whole path: '/' and what RFC 3986 allows in a segment stay
    LWS_URL_COMPONENT,  // one segment, a name or a value: only unreserved characters stay
    LWS_URL_FORM,       // as COMPONENT, and a space becomes '+'
} lws_url_set_t;

// Percent-encodes. lws_url_decode gives src back (LWS_URL_FORM: with plus_is_space).
void lws_url_put(lws_out_t *o, lws_span_t src, lws_url_set_t set);

// Takes the next "name=value" off *query (separated by '&', empty pairs are skipped), both still
// encoded: lws_url_decode with plus_is_space. value.p is NULL when there was no '='. False at the
// end.
bool lws_url_next_arg(lws_span_t *query, lws_span_t *name, lws_span_t *value);

#endif
