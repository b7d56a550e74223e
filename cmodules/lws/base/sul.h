// Timers in microseconds: a list sorted by deadline whose nodes lie in the structs they wake
// (libwebsockets' lws_sul). A node has no callback: its owner gets the node back when it is due
// and finds the struct around it with LWS_SUL_OWNER. Cancelling is O(1). Scheduling searches from
// the end its deadline is nearer to: a new timeout is mostly the latest, a new short wait mostly
// the first. A node is 16 bytes on a 32-bit machine. Lists and nodes begin all zero.
#ifndef LWS_BASE_SUL_H
#define LWS_BASE_SUL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What lws_sul_wait says when nothing is scheduled.
#define LWS_SUL_NEVER UINT64_MAX

typedef struct lws_sul {
    struct lws_sul *next, *prev;
    uint64_t us;                // when it is due; 0 while it is in no list
} lws_sul_t;

typedef struct lws_sul_list {
    lws_sul_t *first, *last;    // the earliest and the latest deadline
} lws_sul_list_t;

// The struct that holds a node as this member.
#define LWS_SUL_OWNER(node, type, member) \
    ((type *)(void *)((char *)(node) - offsetof(type, member)))

static inline bool lws_sul_pending(const lws_sul_t *node) {
    return node->us != 0;
}

// Schedules a node for a time, or moves it there. Behind others of the same time.
void lws_sul_at(lws_sul_list_t *list, lws_sul_t *node, uint64_t us);
// A node that is not scheduled is fine.
void lws_sul_cancel(lws_sul_list_t *list, lws_sul_t *node);
// Takes the first node that is due (us <= now) off the list; NULL when none is. One that its owner
// schedules again at or before now comes again in the same turn.
lws_sul_t *lws_sul_next(lws_sul_list_t *list, uint64_t now);
// Microseconds until the first node is due: 0 when one is, LWS_SUL_NEVER when the list is empty.
uint64_t lws_sul_wait(const lws_sul_list_t *list, uint64_t now);

#endif
