// Media types by file name, and Accept-Encoding.
#ifndef LWS_HTTP_MIME_H
#define LWS_HTTP_MIME_H

#include "lws/base/span.h"

// The Content-Type for a path, by its last suffix in any case; "application/octet-stream" for an
// unknown or missing one. Text types say charset=utf-8. Lives in flash.
lws_span_t lws_mime_of(lws_span_t path);

// Does an Accept-Encoding value allow this coding (RFC 9110 section 12.5.3)? Listed with a weight
// above 0, or not listed and "*" with one. A missing field (value.p NULL) allows only what is not
// encoded: false.
bool lws_accepts_encoding(lws_span_t value, lws_span_t coding);

#endif
