// Parameters of a field value (RFC 9110 section 5.6.6).
//     value *( ";" name "=" ( token / quoted-string ) )
#ifndef LWS_HTTP_PARAM_H
#define LWS_HTTP_PARAM_H

#include "lws/base/span.h"

// Takes what stands before the first ';' off *s, trimmed: "form-data" of "form-data; name=a". The
// rest, for lws_param_next, stays in *s.
lws_span_t lws_param_head(lws_span_t *s);

// Takes the next parameter off *s. value is what stands between the quotes, escapes not undone, or
// the token. value.p is NULL when there is no '='. 1, 0 at the end, LWS_ERR_PROTO when a quote is
// not closed or is followed by text.
int lws_param_next(lws_span_t *s, lws_span_t *name, lws_span_t *value);

// The first parameter with this name (any case) of a whole field value; p NULL: none, or the value
// is broken.
lws_span_t lws_param_find(lws_span_t value, lws_span_t name);

// May these bytes stand in a field value: no control character but a tab (RFC 9110 section 5.5)?
// With CR or LF a value would end the field and begin another (response splitting).
bool lws_param_safe(lws_span_t value);

// Undoes \" and \\ in place; any other backslash stays (browsers send Windows paths unescaped).
// The new length.
size_t lws_param_unescape(uint8_t *p, size_t n);

#endif
