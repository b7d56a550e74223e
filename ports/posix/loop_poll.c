// The event loop everywhere else: one array for poll(), and who each entry belongs to.
#include "posix/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#define FIRST 16            // entries at first; the arrays double

typedef struct state {
    struct pollfd *fds;
    lws_watch_t **watches;  // NULL: forgotten in this turn
    size_t n, cap;
} state_t;

static int loop_open(lws_loop_t *l) {
    l->state = calloc(1, sizeof(state_t));
    return l->state ? 0 : -1;
}

static void loop_close(lws_loop_t *l) {
    state_t *s = l->state;
    free(s->fds);
    free(s->watches);
    free(s);
}

static int grow(state_t *s) {
    size_t cap = s->cap ? s->cap * 2 : FIRST;
    struct pollfd *fds = realloc(s->fds, cap * sizeof(*fds));
    if (fds) {
        s->fds = fds;
    }
    lws_watch_t **watches = realloc(s->watches, cap * sizeof(*watches));
    if (watches) {
        s->watches = watches;
    }
    if (!fds || !watches) {
        return -1;
    }
    s->cap = cap;
    return 0;
}

// Where w is; s->n: nowhere.
static size_t find(const state_t *s, const lws_watch_t *w) {
    size_t i = 0;
    while (i < s->n && s->watches[i] != w) {
        i++;
    }
    return i;
}

static int loop_watch(lws_loop_t *l, lws_watch_t *w, unsigned events) {
    state_t *s = l->state;
    size_t i = find(s, w);
    if (i == s->n) {
        if (s->n == s->cap && grow(s)) {
            errno = ENOMEM;
            return -1;
        }
        s->n++;
        s->fds[i] = (struct pollfd) { .fd = w->fd };
        s->watches[i] = w;
    }
    int in = events & LWS_LOOP_READ ? POLLIN : 0, out = events & LWS_LOOP_WRITE ? POLLOUT : 0;
    s->fds[i].events = (short)(in | out);
    w->watched = true;
    w->events = events;
    return 0;
}

static void loop_forget(lws_loop_t *l, lws_watch_t *w) {
    state_t *s = l->state;
    size_t i = find(s, w);
    if (i < s->n) {
        s->watches[i] = NULL;
    }
}

// Closes the gaps that forgetting left.
static void tidy(state_t *s) {
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->watches[i]) {
            s->watches[n] = s->watches[i];
            s->fds[n++] = s->fds[i];
        }
    }
    s->n = n;
}

static void loop_wait(lws_loop_t *l, uint64_t us) {
    state_t *s = l->state;
    tidy(s);
    int ms = us == UINT64_MAX ? -1 : us > 3600000000u ? 3600000 : (int)((us + 999) / 1000);
    int ready = poll(s->fds, (nfds_t)s->n, ms);
    lws_loop_clock(l);
    size_t n = s->n;        // what is added in this turn waits for the next
    for (size_t i = 0; i < n && ready > 0; i++) {
        short got = s->fds[i].revents;
        lws_watch_t *w = s->watches[i];
        ready -= got != 0;
        if (got && w) {
            w->ready(w, (got & POLLIN ? LWS_LOOP_READ : 0u) | (got & POLLOUT ? LWS_LOOP_WRITE : 0u)
                | (got & (POLLERR | POLLHUP | POLLNVAL) ? LWS_LOOP_GONE : 0u));
        }
    }
}

const lws_loop_ops_t lws_loop_poll = {
    .name = "poll",
    .open = loop_open,
    .close = loop_close,
    .watch = loop_watch,
    .forget = loop_forget,
    .wait = loop_wait,
};
