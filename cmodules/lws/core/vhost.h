// A virtual host: the settings of a group of connections, and the list of them.
#ifndef LWS_CORE_VHOST_H
#define LWS_CORE_VHOST_H

#include "lws/core/context.h"
#include "lws/http/h1.h"

// Defaults of lws_vhost_init. Times in milliseconds, 0 switches a limit off.
#define LWS_HEADER_MS 10000         // from the first byte of a head (or from accept) to its end
#define LWS_KEEP_ALIVE_MS 30000     // between two requests
// a request body must bring body_rate * body_ms / 1000 bytes in each such period
#define LWS_BODY_MS 10000
#define LWS_BODY_RATE 100           // bytes a second
#define LWS_SEND_MS 30000           // output that makes no progress
#define LWS_CLOSE_MS 3000           // from our goodbye to the peer's
// silence after which a peer is asked whether it lives (validity)
#define LWS_PING_MS 300000
#define LWS_HANGUP_MS 310000        // silence after which it is given up
#define LWS_MAX_CONNS 1024          // connections of a vhost
// a connection that never asked for anything is left alone for so long
#define LWS_FRESH_MS 1000
#define LWS_MAX_TX 262144           // bytes queued for a peer that does not read
#define LWS_MAX_BODY 16777216       // bytes of a request body

typedef struct lws_vhost {
    const void *owner;          // the owner's: a word at the start, for an object's header
    lws_context_t *ctx;
    const char *name;           // in log tags
    struct lws_conn *first;     // newest first
    uint32_t conns;
    uint32_t max_conns;
    uint32_t max_tx;
    uint32_t max_message;       // WebSocket
    uint32_t header_ms, keep_alive_ms, body_ms, body_rate, send_ms, close_ms, ping_ms, hangup_ms;
    uint64_t requests;          // served so far
    lws_h1_limits_t h1;
    lws_log_rate_t full;        // of log lines about connections that found no room
    bool ws_chunks;             // WebSocket messages in pieces
} lws_vhost_t;

void lws_vhost_init(lws_vhost_t *vh, lws_context_t *ctx, const char *name);

static inline bool lws_vhost_full(const lws_vhost_t *vh) {
    return vh->conns >= vh->max_conns;
}

// Who may be closed for a newcomer when the vhost is full: whoever is kept alive and has asked for
// nothing for longest, else whoever never asked (for LWS_FRESH_MS at least). NULL: all are in
// work.
struct lws_conn *lws_vhost_idlest(const lws_vhost_t *vh);

#endif
