// application/x-www-form-urlencoded as a stream (WHATWG URL standard section 5.1).
//     name=value&name=value
// The events have the shape of multipart's, so that one consumer reads both. Nothing is allocated.
#ifndef LWS_HTTP_FORM_H
#define LWS_HTTP_FORM_H

#include "lws/base/span.h"

// Limits, with their defaults. Names are kept until complete, values are not.
#define LWS_FORM_MAX_NAME 128       // bytes of a decoded name
#define LWS_FORM_MAX_FIELDS 128     // fields
#define LWS_FORM_MAX_VALUE 65536    // bytes of one decoded value

typedef struct lws_form_limits {
    uint16_t fields;                // 0: the default
    uint8_t name;                   // 0: the default, which is also the most
    uint32_t value;                 // 0: the default
} lws_form_limits_t;

typedef enum lws_form_type {
    LWS_FORM_NONE,          // all input is used, more is needed
    LWS_FORM_FIELD,         // data: the whole name, decoded; may be empty
    LWS_FORM_DATA,          // data: a piece of its value, decoded, never empty
    LWS_FORM_FIELD_END,     // (a name without '=' is FIELD, FIELD_END)
    LWS_FORM_END,           // from lws_form_eof only
} lws_form_type_t;

typedef struct lws_form_event {
    lws_form_type_t type;
    lws_span_t data;        // borrowed from the parser until the next call
} lws_form_event_t;

// All-zero is a valid start.
typedef struct lws_form {
    const lws_form_limits_t *limits;    // NULL: defaults; outlives it
    uint32_t value_len;
    uint16_t fields;
    uint8_t state;
    uint8_t escape;         // how much there is of a "%xy" that is split (form.c)
    uint8_t high;           // x
    uint8_t len;            // bytes in buf
    uint8_t buf[LWS_FORM_MAX_NAME];     // the name so far, then pieces of the value
} lws_form_t;

// Bytes consumed, one event a call (0 bytes with an event is possible). A '%' without two hex
// digits stands for itself. LWS_ERR_TOO_BIG: a limit. After an error it takes no more
// (LWS_ERR_STATE).
int lws_form_rx(lws_form_t *x, const uint8_t *buf, size_t len, lws_form_event_t *ev);

// The body ended: call it until LWS_FORM_END. LWS_OK, or LWS_ERR_TOO_BIG.
int lws_form_eof(lws_form_t *x, lws_form_event_t *ev);

#endif
