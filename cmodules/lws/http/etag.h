// Entity tags (RFC 9110 section 8.8.3):  "opaque"  or  W/"opaque"
#ifndef LWS_HTTP_ETAG_H
#define LWS_HTTP_ETAG_H

#include "lws/base/span.h"

#define LWS_ETAG_MAX 37     // bytes of the longest tag that lws_etag_put makes

// Writes the tag of a file: hexadecimal mtime and size. Strong as long as nobody changes a file
// twice in a second.
void lws_etag_put(lws_out_t *o, uint64_t size, int64_t mtime, bool weak);

// Same tag? Strong comparison wants both strong (If-Match, If-Range), weak does not care
// (If-None-Match).
bool lws_etag_equal(lws_span_t a, lws_span_t b, bool weak);

// Is the tag in the value of If-Match or If-None-Match? "*" has all, an empty one too (something
// that has no tag). A broken list ends where it breaks.
bool lws_etag_in_list(lws_span_t list, lws_span_t tag, bool weak);

#endif
