// What the loop knows of a vhost: its connections. A protocol's vhost begins with this.
#ifndef MOD_LWS_LOOP_VHOST_H
#define MOD_LWS_LOOP_VHOST_H

#include "mod_lws/loop/conn.h"

// A connection points to it by c.vhost, which the collector sees only because it is the start.
typedef struct mlws_vhost {
    union {
        mp_obj_base_t base;     // in the place of vh.owner
        lws_vhost_t vh;
    };
    struct mlws_vhost *next;    // of those that have connections
} mlws_vhost_t;

static inline mlws_vhost_t *mlws_vhost_of(const mlws_conn_t *k) {
    return (mlws_vhost_t *)(void *)k->c.vhost;
}

#endif
