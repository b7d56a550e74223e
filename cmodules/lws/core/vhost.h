// A virtual host: the settings of a group of connections, and the list of them.
#ifndef LWS_CORE_VHOST_H
#define LWS_CORE_VHOST_H

#include "lws/core/context.h"

// Defaults of lws_vhost_init. Times in milliseconds, 0 switches a limit off.
#define LWS_SEND_MS 30000           // output that makes no progress
#define LWS_CLOSE_MS 3000           // from our goodbye to the peer's
#define LWS_MAX_CONNS 1024          // connections of a vhost
// a connection that never asked for anything is left alone for so long
#define LWS_FRESH_MS 1000
#define LWS_MAX_TX 262144           // bytes queued for a peer that does not read

struct lws_role;

// What only one role knows is in a struct of its own that begins with this (core/http.h,
// core/ws.h). It is the owner's, and there as long as the vhost.
typedef struct lws_settings {
    const struct lws_role *role;
    struct lws_settings *next;
} lws_settings_t;

typedef struct lws_vhost {
    const void *owner;          // the owner's: a word at the start, for an object's header
    lws_context_t *ctx;
    const char *name;           // in log tags
    struct lws_conn *first;     // newest first
    lws_settings_t *settings;   // of roles
    uint32_t conns;
    uint32_t max_conns;
    uint32_t max_tx;
    uint32_t send_ms, close_ms;
    uint64_t requests;          // served so far
    lws_log_rate_t full;        // of log lines about connections that found no room
} lws_vhost_t;

void lws_vhost_init(lws_vhost_t *vh, lws_context_t *ctx, const char *name);

// For roles: hangs their settings on the vhost; finds them, NULL: it has none, the role's defaults
// count.
void lws_vhost_set(lws_vhost_t *vh, const struct lws_role *role, lws_settings_t *s);
lws_settings_t *lws_vhost_settings(const lws_vhost_t *vh, const struct lws_role *role);

static inline bool lws_vhost_full(const lws_vhost_t *vh) {
    return vh->conns >= vh->max_conns;
}

// Who may be closed for a newcomer when the vhost is full: whoever is kept alive and has asked for
// nothing for longest, else whoever never asked (for LWS_FRESH_MS at least). NULL: all are in
// work.
struct lws_conn *lws_vhost_idlest(const lws_vhost_t *vh);

#endif
