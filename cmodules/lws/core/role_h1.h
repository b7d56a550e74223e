// State of a connection in the h1 role. For role_h1.c and its tests only.
#ifndef LWS_CORE_ROLE_H1_H
#define LWS_CORE_ROLE_H1_H

#include "lws/core/http.h"

typedef enum lws_h1_phase {
    H1_IDLE,            // between two requests
    H1_FRESH,           // before the first
    H1_HEAD,            // a head came in part
    H1_BODY,            // the head was handed out, the body comes
    H1_COMPLETE,        // the request is all there; its answer is not: further input is held back
} lws_h1_phase_t;

enum {
    H1_KEEP = 1,        // the connection lives on after this answer
    H1_MINOR0 = 2,      // an HTTP/1.0 client
    H1_HEAD_ONLY = 4,   // no body goes out: HEAD; 204 and 304 once they are SENDING
    H1_OWED = 8,        // an answer is owed
    H1_SENDING = 16,    // its head is out, its body is not
    H1_CHUNKED = 32,    // its body is chunked
    H1_EXPECT = 64,     // the client waits for 100 Continue
    H1_EVENTS = 128,    // what is SENDING is an event stream: comments break its silence
};

typedef struct lws_h1_state {
    lws_h1_t rx;
    const lws_http_settings_t *set;
    uint64_t since_us;      // when this phase (or body period, or an event stream's silence) began
    uint64_t out_left;      // bytes of the answer's body to go, UINT64_MAX: unknown
    uint32_t mark;          // body bytes in this period
    uint8_t phase;
    uint8_t flags;
} lws_h1_state_t;

#endif
