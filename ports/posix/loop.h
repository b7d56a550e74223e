// An event loop: descriptors that are watched, and the timers of one context. What an event loop
// can do is a table of five functions: epoll and poll are here, another library's loop is one
// more file.
#ifndef LWS_POSIX_LOOP_H
#define LWS_POSIX_LOOP_H

#include <signal.h>
#include <time.h>

#include "lws/core/context.h"

enum {
    LWS_LOOP_READ = 1,
    LWS_LOOP_WRITE = 2,
    LWS_LOOP_GONE = 4,          // error or hang-up, always told
};

// A descriptor that is watched, part of what it belongs to. All-zero but for fd and ready.
typedef struct lws_watch {
    int fd;
    unsigned events;            // LWS_LOOP_READ, WRITE: the loop's note of what is watched for
    bool watched;
    void (*ready)(struct lws_watch *w, unsigned events);
} lws_watch_t;

typedef struct lws_loop lws_loop_t;

typedef struct lws_loop_ops {
    const char *name;
    int (*open)(lws_loop_t *l);
    void (*close)(lws_loop_t *l);
    // Watches for other events from now on (0: errors only).
    int (*watch)(lws_loop_t *l, lws_watch_t *w, unsigned events);
    // Its ready is not called any more, not even in this turn.
    void (*forget)(lws_loop_t *l, lws_watch_t *w);
    // Waits so many microseconds at most (UINT64_MAX: for ever) and calls ready of what is ready.
    void (*wait)(lws_loop_t *l, uint64_t us);
} lws_loop_ops_t;

struct lws_loop {
    const lws_loop_ops_t *ops;
    lws_context_t *ctx;
    void (*expire)(struct lws_conn *c);     // a connection's deadline has passed
    void *state;                            // of the ops
    lws_watch_t wake;                       // end of a pipe: lws_loop_stop writes to the other
    int wake_fd;
    time_t second;                          // of the monotonic clock, when the wall clock was read
    volatile sig_atomic_t stopped;
};

extern const lws_loop_ops_t lws_loop_epoll;     // Linux
extern const lws_loop_ops_t lws_loop_poll;      // POSIX

// ops NULL: the best there is. 0, or -1 with errno.
int lws_loop_open(lws_loop_t *l, const lws_loop_ops_t *ops, lws_context_t *ctx);
void lws_loop_close(lws_loop_t *l);

// 0, or -1 with errno. Nothing is done when the events are the same as before.
static inline int lws_loop_watch(lws_loop_t *l, lws_watch_t *w, unsigned events) {
    if (w->watched && w->events == events) {
        return 0;
    }
    return l->ops->watch(l, w, events);
}

static inline void lws_loop_forget(lws_loop_t *l, lws_watch_t *w) {
    if (w->watched) {
        l->ops->forget(l, w);
        w->watched = false;
    }
}

// Moves the context's clocks: after every wait, and before work that begins elsewhere.
void lws_loop_clock(lws_loop_t *l);
// Turns until lws_loop_stop, which may be called from a signal handler.
void lws_loop_run(lws_loop_t *l);
void lws_loop_stop(lws_loop_t *l);

#endif
