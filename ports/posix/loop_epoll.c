// The event loop on Linux. A descriptor's entry in the kernel points to its watch.
#ifdef __linux__
#include "posix/loop.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TURN 64             // descriptors told in one turn

typedef struct state {
    int fd;
    int n;                  // events of this turn, told up to at
    int at;
    struct epoll_event events[TURN];
} state_t;

static int loop_open(lws_loop_t *l) {
    state_t *s = calloc(1, sizeof(*s));
    if (!s) {
        return -1;
    }
    s->fd = epoll_create1(EPOLL_CLOEXEC);
    if (s->fd < 0) {
        free(s);
        return -1;
    }
    l->state = s;
    return 0;
}

static void loop_close(lws_loop_t *l) {
    state_t *s = l->state;
    close(s->fd);
    free(s);
}

static int loop_watch(lws_loop_t *l, lws_watch_t *w, unsigned events) {
    state_t *s = l->state;
    struct epoll_event e = { .data = { .ptr = w } };
    e.events = (events & LWS_LOOP_READ ? EPOLLIN : 0u) | (events & LWS_LOOP_WRITE ? EPOLLOUT : 0u);
    if (epoll_ctl(s->fd, w->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, w->fd, &e)) {
        return -1;
    }
    w->watched = true;
    w->events = events;
    return 0;
}

static void loop_forget(lws_loop_t *l, lws_watch_t *w) {
    state_t *s = l->state;
    epoll_ctl(s->fd, EPOLL_CTL_DEL, w->fd, NULL);
    for (int i = s->at; i < s->n; i++) {
        if (s->events[i].data.ptr == w) {
            s->events[i].data.ptr = NULL;
        }
    }
}

static void loop_wait(lws_loop_t *l, uint64_t us) {
    state_t *s = l->state;
    // Rounded up: a timer that fires too early would be waited for again.
    int ms = us == UINT64_MAX ? -1 : us > 3600000000u ? 3600000 : (int)((us + 999) / 1000);
    s->n = epoll_wait(s->fd, s->events, TURN, ms);
    lws_loop_clock(l);
    for (s->at = 0; s->at < s->n;) {
        const struct epoll_event *e = &s->events[s->at++];
        lws_watch_t *w = e->data.ptr;
        if (w) {
            w->ready(w, (e->events & EPOLLIN ? LWS_LOOP_READ : 0u)
                | (e->events & EPOLLOUT ? LWS_LOOP_WRITE : 0u)
                | (e->events & (EPOLLERR | EPOLLHUP) ? LWS_LOOP_GONE : 0u));
        }
    }
    s->at = s->n = 0;
}

const lws_loop_ops_t lws_loop_epoll = {
    .name = "epoll",
    .open = loop_open,
    .close = loop_close,
    .watch = loop_watch,
    .forget = loop_forget,
    .wait = loop_wait,
};
#endif
