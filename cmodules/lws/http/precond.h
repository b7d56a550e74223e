// Conditional requests in the order of RFC 9110 section 13.2.2, for files and for handlers that
// know a tag or a time.
#ifndef LWS_HTTP_PRECOND_H
#define LWS_HTTP_PRECOND_H

#include "lws/http/header.h"

// Has the request any condition at all? (three loads: the way past all this for plain requests)
static inline bool lws_precond_any(const lws_head_t *req) {
    return (req->known[LWS_HDR_IF_MATCH] | req->known[LWS_HDR_IF_NONE_MATCH]
        | req->known[LWS_HDR_IF_MODIFIED_SINCE] | req->known[LWS_HDR_IF_UNMODIFIED_SINCE]) != 0;
}

// 0: go on; 304 (GET and HEAD) or 412. etag as it is sent; empty: what is asked for has no tag;
// p NULL: it does not exist (a PUT may create it). mtime in unix seconds, 0: unknown. Conditions
// on a date that does not parse or is not known are ignored.
unsigned lws_precond(const lws_head_t *req, lws_span_t etag, int64_t mtime);

// May Range be honoured? True without If-Range; otherwise its tag or date must be exactly the
// current one (strong comparison, section 13.1.5).
bool lws_precond_range(const lws_head_t *req, lws_span_t etag, int64_t mtime);

#endif
