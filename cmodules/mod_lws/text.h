// A str that leaves as text is UTF-8. MicroPython's need not be: its json, chr() and decode() let
// surrogates in, for which a peer would end the connection.
#ifndef MOD_LWS_TEXT_H
#define MOD_LWS_TEXT_H

#include "py/obj.h"

#include "lws/base/span.h"
#include "lws/base/utf8.h"

// Raises UnicodeError (a ValueError), which says where it is no UTF-8.
void mlws_refuse_text(lws_span_t text);

static inline void mlws_must_be_utf8(lws_span_t text) {
    if (!lws_utf8_ok(text.p, text.n)) {
        mlws_refuse_text(text);
    }
}

#endif
