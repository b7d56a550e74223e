// The poll set on Linux.
#include "mod_lws/loop/poll.h"
#if MLWS_POLL_EPOLL

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "mod_lws/loop/ioqueue.h"
#include "mod_lws/loop/listener.h"
#include "mod_lws/loop/poll_list.h"
#include "mod_lws/loop/stream.h"

#include "py/mphal.h"
#include "py/mpthread.h"

#define MAX_EVENTS 32       // taken from the system at a time

_Static_assert(EPOLLIN == MP_STREAM_POLL_RD && EPOLLOUT == MP_STREAM_POLL_WR, "poll bits");

int mlws_poll_open(mlws_context_t *cx) {
    cx->ep = epoll_create1(EPOLL_CLOEXEC);
    return cx->ep < 0 ? errno : 0;
}

void mlws_poll_close(mlws_context_t *cx) {
    if (cx->ep >= 0) {
        close(cx->ep);
        cx->ep = -1;
    }
}

// ---- descriptors that are closed while they are in the set (descriptors.c)

bool mlws_poll_is_closed(mlws_pollable_t *p) {
    if (p->fd >= 0 && fcntl(p->fd, F_GETFD) < 0) {
        p->fd = MLWS_CLOSED;
    }
    return p->fd == MLWS_CLOSED;
}

static void look_for_closed(mlws_context_t *cx) {
    cx->closed = false;
    if (cx->foreign.used) {
        mlws_ioqueue_closed(cx);
    }
    mlws_listeners_closed(cx);
}

// The system took the number for a new one: whoever had it before has lost it.
static void take_over(mlws_context_t *cx, int fd) {
    if (cx->closed) {
        mlws_ioqueue_lost(cx, fd);
        mlws_listeners_lost(cx, fd);
    }
}

// ---- the set

static int add(mlws_context_t *cx, mlws_pollable_t *p, mp_obj_t stream, unsigned events) {
    int err;
    mp_uint_t fd = mlws_stream_ask(stream, MP_STREAM_GET_FILENO, 0, &err);
    if (fd == MP_STREAM_ERROR && (err == 0 || err == EBADF)) {
        return EBADF;       // a file that is closed has the number -1
    }
    p->fd = MLWS_NO_FD;
    if (fd != MP_STREAM_ERROR && fd <= INT16_MAX) {
        struct epoll_event e = { .events = events, .data.ptr = p };
        if (epoll_ctl(cx->ep, EPOLL_CTL_ADD, (int)fd, &e) == 0) {
            take_over(cx, (int)fd);
            p->fd = (int16_t)fd;
            p->stream = stream;
            p->events = events;
            return 0;
        }
        // EPERM: a plain file; EEXIST: this descriptor is polled for another object already.
        if (errno != EPERM && errno != EEXIST) {
            return errno;
        }
    }
    err = mlws_list_add(cx, p);
    if (!err) {
        p->stream = stream;
        p->events = events;
    }
    return err;
}

int mlws_poll_set(mlws_context_t *cx, mlws_pollable_t *p, mp_obj_t stream, unsigned events) {
    if (p->stream == MP_OBJ_NULL) {
        return add(cx, p, stream, events);
    }
    if (p->fd == MLWS_CLOSED) {
        return EBADF;
    }
    if (p->events != events) {
        p->events = events;
        if (p->fd >= 0) {
            struct epoll_event e = { .events = events, .data.ptr = p };
            if (epoll_ctl(cx->ep, EPOLL_CTL_MOD, p->fd, &e)) {
                return errno;
            }
        }
    }
    return 0;
}

// The rest of the batch must not look at it: nothing else may point to its memory any more.
static void strike_out(mlws_context_t *cx, const mlws_pollable_t *p) {
    for (size_t i = 0; i < cx->batch_count; i++) {
        if (cx->batch[i] == p) {
            cx->batch[i] = NULL;
        }
    }
}

void mlws_poll_remove(mlws_context_t *cx, mlws_pollable_t *p) {
    if (p->stream == MP_OBJ_NULL) {
        return;
    }
    strike_out(cx, p);
    if (p->fd >= 0) {
        epoll_ctl(cx->ep, EPOLL_CTL_DEL, p->fd, NULL);
    } else if (p->fd == MLWS_NO_FD) {
        mlws_list_remove(cx, p);
    }
    p->stream = MP_OBJ_NULL;
    p->fd = MLWS_NO_FD;
}

// A ^C between the look at what is pending and the wait would be noticed only after it: the signal
// stays blocked until the wait itself lets it in.
static int wait(mlws_context_t *cx, struct epoll_event *ev, int ms) {
    if (!ms) {
        return epoll_wait(cx->ep, ev, MAX_EVENTS, 0);
    }
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    int n = 0;
    if (MP_STATE_MAIN_THREAD(mp_pending_exception) == MP_OBJ_NULL) {
        MP_THREAD_GIL_EXIT();
        n = epoll_pwait(cx->ep, ev, MAX_EVENTS, ms, &before);
        MP_THREAD_GIL_ENTER();
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return n;
}

// The batch is left to the next wait when one of them raises: it is asked for again then.
static void serve_batch(mlws_context_t *cx, const struct epoll_event *ev, int n) {
    mlws_pollable_t *batch[MAX_EVENTS];
    for (int i = 0; i < n; i++) {
        batch[i] = ev[i].data.ptr;
    }
    cx->batch = batch;
    cx->batch_count = (uint16_t)n;
    for (int i = 0; i < n; i++) {
        if (batch[i]) {
            mlws_ready(cx, batch[i], ev[i].events);
        }
    }
    cx->batch_count = 0;
}

void mlws_poll_wait(mlws_context_t *cx, uint64_t timeout_us) {
    struct epoll_event ev[MAX_EVENTS];
    cx->batch_count = 0;
    mp_handle_pending(true);
    if (cx->closed) {
        look_for_closed(cx);
    }
    if (cx->polled_count) {
        bool any = mlws_list_ask(cx);
        timeout_us = any ? 0 : MIN(timeout_us, MLWS_LIST_WAIT_US);
    }
    int ms = timeout_us > 3600000000u ? 3600000 : (int)((timeout_us + 999) / 1000);
    int n = wait(cx, ev, ms);
    mlws_clock(cx);
    if (n > 0) {
        serve_batch(cx, ev, n);
    } else if (n < 0) {
        mp_handle_pending(true);
    }
}

#endif
