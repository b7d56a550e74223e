// JSON as a stream (RFC 8259), strictly: what the grammar does not have is an error that says
// what was expected, and at which byte. Strings come decoded, as valid UTF-8.
//
//     { "name" : value , ... }      [ value , ... ]      "text"  -12.5e3  true  false  null
//
// Nothing is allocated and nothing is kept of what was read: names, strings and numbers of any
// length are given in pieces. So duplicate names are the caller's to see.
#ifndef LWS_PARSE_LEJP_H
#define LWS_PARSE_LEJP_H

#include <stdbool.h>

#include "lws/base/span.h"

#define LWS_LEJP_MAX_DEPTH 64       // objects and arrays that are open; a multiple of 8
#define LWS_LEJP_MAX_NUMBER 1024    // bytes of a number's text

typedef enum lws_lejp_type {
    LWS_LEJP_NONE,          // all input is used, more is needed
    LWS_LEJP_OBJECT,
    LWS_LEJP_OBJECT_END,
    LWS_LEJP_ARRAY,
    LWS_LEJP_ARRAY_END,
    LWS_LEJP_NAME,          // of an object's member; its value comes next. In pieces
    LWS_LEJP_STRING,        // in pieces
    LWS_LEJP_NUMBER,        // in pieces of its text
    LWS_LEJP_TRUE,
    LWS_LEJP_FALSE,
    LWS_LEJP_NULL,
    LWS_LEJP_END,           // from lws_lejp_eof only
} lws_lejp_type_t;

typedef enum lws_lejp_number {
    LWS_LEJP_INT,           // an integer that value holds
    LWS_LEJP_BIG,           // a longer integer
    LWS_LEJP_REAL,          // it has a fraction or an exponent
} lws_lejp_number_t;

typedef struct lws_lejp_event {
    lws_lejp_type_t type;
    // of a piece: borrowed from the input or the parser until the next call. May end inside a
    // character, and be empty when it is the last.
    lws_span_t data;
    bool first, final;          // of a piece
    lws_lejp_number_t number;   // of a number's final piece
    int64_t value;              // of LWS_LEJP_INT
} lws_lejp_event_t;

// All-zero is a valid start.
typedef struct lws_lejp {
    uint64_t magnitude;     // of the integer so far
    const char *error;      // after an error: what is wrong, in English; else NULL
    uint32_t offset;        // bytes used; after an error: where it is
    uint32_t utf8;          // inside a character (base/utf8.h)
    uint16_t number_len;
    uint16_t code;          // the digits of "\uXXXX" so far
    uint16_t high;          // the high surrogate before it, or 0
    uint8_t at;             // how many digits, or letters of true, false, null
    uint8_t state;
    uint8_t token;          // lws_lejp_type_t of what is being read
    uint8_t number;         // lws_lejp_number_t so far
    bool negative;
    bool begun;             // its first piece was given
    uint8_t depth;
    uint8_t text[4];        // the character that an escape stands for
    uint8_t objects[LWS_LEJP_MAX_DEPTH / 8];    // a bit a level: an object, else an array
} lws_lejp_t;

// Bytes consumed, one event a call (0 bytes with an event is possible). LWS_ERR_PROTO: this is
// no JSON; LWS_ERR_TOO_BIG: a limit. What stands before an error is given before it. After an
// error it takes no more (LWS_ERR_STATE).
int lws_lejp_rx(lws_lejp_t *x, const uint8_t *buf, size_t len, lws_lejp_event_t *ev);

// The text ended: call it until LWS_LEJP_END. LWS_OK, or LWS_ERR_PROTO when something is missing.
int lws_lejp_eof(lws_lejp_t *x, lws_lejp_event_t *ev);

#endif
