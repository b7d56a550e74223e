// State of a connection in the h1c role. For role_h1c.c and its tests only.
#ifndef LWS_CORE_ROLE_H1C_H
#define LWS_CORE_ROLE_H1C_H

#include "lws/core/http_client.h"

//     IDLE -> WAIT -> HEAD -> BODY -> IDLE
//                      |        `-> COMPLETE -> IDLE       our own body goes on
//                      `-> SWITCHED -> another role
typedef enum lws_h1c_phase {
    H1C_IDLE,           // nothing was asked
    H1C_WAIT,           // a request is out, no byte of an answer is in
    H1C_HEAD,           // some of it is
    H1C_BODY,           // the head was handed out, the body comes
    H1C_COMPLETE,       // the answer is all there, the request is not all out
    H1C_SWITCHED,       // what comes is another protocol's, and is held back for it
} lws_h1c_phase_t;

enum {
    H1C_KEEP = 1,       // the connection lives on after this exchange
    H1C_SENDING = 2,    // the request's head is out, its body is not
    H1C_CHUNKED = 4,    // its body is chunked
    H1C_EXPECT = 8,     // nothing of its body went out: the peer was to be asked
    H1C_UPGRADE = 16,   // it asked for another protocol
    // it was asked inside of a turn, whose further input cannot be the answer
    H1C_EARLY = 32,
};

typedef struct lws_h1c_state {
    lws_h1_t rx;
    const lws_http_settings_t *set;
    uint64_t since_us;      // when this phase (or body period) began
    uint64_t out_left;      // bytes of the request's body to go, UINT64_MAX: unknown
    uint32_t mark;          // body bytes in this period
    uint8_t phase;
    uint8_t flags;
    uint8_t fault;          // lws_http_fault_t
    uint8_t interims;
} lws_h1c_state_t;

// Ends it now: there is nothing to tell a server that got it wrong.
void lws_h1c_fail(lws_conn_t *c, lws_http_fault_t fault);

#endif
