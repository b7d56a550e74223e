// A role is a protocol on a connection: a constant table of functions. core/conn.c knows no
// protocol by name.
#ifndef LWS_CORE_ROLE_H
#define LWS_CORE_ROLE_H

#include "lws/core/event.h"

struct lws_conn;
struct lws_response;

// bytes that each connection keeps for its role
#define LWS_ROLE_STATE (5 * sizeof(void *) + 60)

typedef struct lws_role {
    const char *name;           // in log tags
    const char *alpn;           // ALPN protocol id, NULL: none
    void (*open)(struct lws_conn *c);       // state is all-zero
    // Bytes used and one event. 0 used and no event: input is held back. Bytes may be written
    // (unmasking). A broken peer is answered here (error response, close frame) and the connection
    // left closing; LWS_ERR_NOMEM is the only error.
    int (*rx)(struct lws_conn *c, uint8_t *buf, size_t len, lws_event_t *ev);
    void (*eof)(struct lws_conn *c);        // the peer has sent its last byte
    // The input buffer of this turn goes away: keep what is needed of it.
    int (*settle)(struct lws_conn *c);
    // Events of this turn are used and their output is out: let go of what they borrowed. May be
    // NULL.
    void (*trim)(struct lws_conn *c);
    // When it wants expire to be called, absolute microseconds; UINT64_MAX: never. May be later
    // than asked before.
    uint64_t (*deadline)(const struct lws_conn *c);
    void (*expire)(struct lws_conn *c);     // the deadline has passed: ask, answer or close
    // Since when the peer has asked for nothing and is owed nothing, absolute microseconds;
    // UINT64_MAX: something goes on. *asked: it has asked before. NULL: always something goes on.
    uint64_t (*idle)(const struct lws_conn *c, bool *asked);
    // say goodbye; ends in lws_conn_finish
    void (*close)(struct lws_conn *c, unsigned code, lws_span_t reason);
    void (*aborted)(struct lws_conn *c);    // it ends with no goodbye. May be NULL
    void (*free)(struct lws_conn *c);
    // HTTP roles only, else NULL.
    int (*respond)(struct lws_conn *c, const struct lws_response *r);
    int (*body)(struct lws_conn *c, lws_span_t data, bool last);
    bool (*owes)(const struct lws_conn *c);
    void (*events)(struct lws_conn *c);
    // r: type is the value of Upgrade, body the fields of the protocol's own handshake.
    int (*upgrade)(struct lws_conn *c, const struct lws_response *r, const struct lws_role *to);
    // WebSocket and raw roles, else NULL. opcode is the role's own.
    int (*send)(struct lws_conn *c, uint8_t opcode, lws_span_t data, bool final);
} lws_role_t;

extern const lws_role_t lws_role_raw;

// The role table: by ALPN id or name; NULL: unknown.
const lws_role_t *lws_role_find(lws_span_t name);

#endif
