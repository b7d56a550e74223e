// The poll set where sockets are BSD's descriptors and select() waits for them: ESP32, and Linux
// where it is asked for (BOARD=unix-select).
#include "mod_lws/loop/poll_list.h"

#if MLWS_POLL_SELECT

#include <errno.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/socket.h>

#include "mod_lws/loop/ioqueue.h"
#include "mod_lws/loop/listener.h"

#include "py/mphal.h"
#include "py/mpthread.h"
#include "py/objtype.h"
#include "py/runtime.h"

#if defined(__linux__)
#define WAIT_US 3600000000u     // a signal ends the wait
#else
#define WAIT_US 20000           // ^C and scheduled functions do not: how late they may be
#endif
// How often those that are polled for nothing are looked at: select() would say nothing of them.
#define LOOK_US 100000

typedef struct {
    fd_set rd, wr;
    int end;                    // behind the highest descriptor
    bool asked;                 // there are some without a descriptor
    bool idle;                  // there are some that are polled for nothing
} sets_t;

int mlws_poll_open(mlws_context_t *cx) {
    cx->ep = -1;
    return 0;
}

void mlws_poll_close(mlws_context_t *cx) {
    (void)cx;
}

// ---- the set

// What its fileno() says; -1: it has none, or is closed. One that is written in Python knows alone
// what its reader has to wait for.
static int descriptor(mp_obj_t stream) {
    int fd = -1;
    nlr_buf_t nlr;
    if (!mp_obj_is_instance_type(mp_obj_get_type(stream)) && nlr_push(&nlr) == 0) {
        mp_obj_t call[2];
        mp_load_method_maybe(stream, MP_QSTR_fileno, call);
        if (call[0] != MP_OBJ_NULL) {
            fd = (int)mp_obj_get_int(mp_call_method_n_kw(0, 0, call));
        }
        nlr_pop();
    }
    return fd;
}

static bool is_closed(int fd) {
    int type;
    socklen_t len = sizeof(type);
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) && errno == EBADF;
}

bool mlws_poll_is_closed(mlws_pollable_t *p) {
    if (p->fd >= 0 && (descriptor(p->stream) != p->fd || is_closed(p->fd))) {
        p->fd = MLWS_CLOSED;
    }
    return p->fd == MLWS_CLOSED;
}

static int add(mlws_context_t *cx, mlws_pollable_t *p, mp_obj_t stream, unsigned events) {
    int fd = descriptor(stream);
    if (fd >= 0 && is_closed(fd)) {
        return EBADF;
    }
    int err = mlws_list_add(cx, p);
    if (err) {
        return err;
    }
    // The system took the number for a new one: whoever had it before has lost it.
    if (cx->closed) {
        mlws_ioqueue_lost(cx, fd);
        mlws_listeners_lost(cx, fd);
    }
    p->fd = fd >= 0 && fd < FD_SETSIZE ? (int16_t)fd : MLWS_NO_FD;
    p->stream = stream;
    p->events = events;
    return 0;
}

int mlws_poll_set(mlws_context_t *cx, mlws_pollable_t *p, mp_obj_t stream, unsigned events) {
    if (p->stream == MP_OBJ_NULL) {
        return add(cx, p, stream, events);
    }
    if (p->fd == MLWS_CLOSED) {
        return EBADF;
    }
    p->events = events;
    return 0;
}

void mlws_poll_remove(mlws_context_t *cx, mlws_pollable_t *p) {
    if (p->stream != MP_OBJ_NULL) {
        mlws_list_remove(cx, p);
        p->stream = MP_OBJ_NULL;
        p->fd = MLWS_NO_FD;
    }
}

// ---- the wait

static void gather(const mlws_context_t *cx, sets_t *s) {
    FD_ZERO(&s->rd);
    FD_ZERO(&s->wr);
    s->end = 0;
    s->asked = s->idle = false;
    for (size_t i = 0; i < cx->polled_count; i++) {
        const mlws_pollable_t *p = cx->polled[i];
        if (p->fd < 0) {
            s->asked = true;
            continue;
        }
        if (p->events & MP_STREAM_POLL_RD) {
            FD_SET(p->fd, &s->rd);
        }
        if (p->events & MP_STREAM_POLL_WR) {
            FD_SET(p->fd, &s->wr);
        }
        s->idle = s->idle || !p->events;
        s->end = MAX(s->end, p->fd + 1);
    }
}

#if defined(__linux__)
// A ^C between the look at what is pending and the wait would be noticed only after it: the signal
// stays blocked until the wait itself lets it in.
static int wait(sets_t *s, uint64_t us) {
    struct timespec t = { (time_t)(us / 1000000), (long)(us % 1000000) * 1000 };
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    int n = -1;
    errno = EINTR;
    if (!us || MP_STATE_MAIN_THREAD(mp_pending_exception) == MP_OBJ_NULL) {
        MP_THREAD_GIL_EXIT();
        n = pselect(s->end, &s->rd, &s->wr, NULL, &t, &before);
        MP_THREAD_GIL_ENTER();
    }
    int err = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = err;
    return n;
}
#else
static int wait(sets_t *s, uint64_t us) {
    us = (us + 999) / 1000 * 1000;      // lwIP counts milliseconds: never a moment too short
    struct timeval t = { (time_t)(us / 1000000), (suseconds_t)(us % 1000000) };
    MP_THREAD_GIL_EXIT();
    int n = select(s->end, &s->rd, &s->wr, NULL, &t);
    MP_THREAD_GIL_ENTER();
    return n;
}
#endif

typedef unsigned (*heard_t)(const mlws_pollable_t *p, sets_t *s);

// Once: the number may be another stream's when its turn is over.
static unsigned take(int fd, fd_set *set, unsigned event) {
    bool is_in = FD_ISSET(fd, set);
    FD_CLR(fd, set);
    return is_in ? event : 0;
}

static unsigned heard_by_select(const mlws_pollable_t *p, sets_t *s) {
    return take(p->fd, &s->rd, MP_STREAM_POLL_RD) | take(p->fd, &s->wr, MP_STREAM_POLL_WR);
}

// That its peer is gone shows itself only in the socket's error.
static unsigned heard_idle(const mlws_pollable_t *p, sets_t *s) {
    (void)s;
    int err = 0;
    socklen_t len = sizeof(err);
    bool failed = !p->events && !getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &err, &len) && err;
    return failed ? MP_STREAM_POLL_ERR : 0;
}

// Somebody closed one of them.
static unsigned heard_closed(const mlws_pollable_t *p, sets_t *s) {
    (void)s;
    return is_closed(p->fd) ? MP_STREAM_POLL_NVAL : 0;
}

static void serve(mlws_context_t *cx, sets_t *s, heard_t heard) {
    // Backwards: a stream that is removed takes the place of one that was served already.
    for (size_t i = cx->polled_count; i-- > 0;) {
        mlws_pollable_t *p = i < cx->polled_count ? cx->polled[i] : NULL;
        unsigned events = p && p->fd >= 0 ? heard(p, s) : 0;
        if (events) {
            mlws_ready(cx, p, events);
        }
    }
}

static void look_at_idle(mlws_context_t *cx, sets_t *s) {
    if (cx->ctx.now_us - cx->looked_us >= LOOK_US) {
        cx->looked_us = cx->ctx.now_us;
        serve(cx, s, heard_idle);
    }
}

void mlws_poll_wait(mlws_context_t *cx, uint64_t timeout_us) {
    sets_t s;
    mp_event_handle_nowait();
    cx->closed = false;
    mlws_ioqueue_closed(cx);
    mlws_listeners_closed(cx);
    bool any = mlws_list_ask(cx);
    gather(cx, &s);
    uint64_t most = s.asked ? MLWS_LIST_WAIT_US : s.idle ? LOOK_US : WAIT_US;
    int n = wait(&s, any ? 0 : MIN(timeout_us, MIN(most, WAIT_US)));
    int err = errno;
    mlws_clock(cx);
    if (n > 0) {
        serve(cx, &s, heard_by_select);
    } else if (n < 0) {
        mp_handle_pending(true);
        if (err == EBADF) {
            serve(cx, &s, heard_closed);
        }
    }
    if (s.idle) {
        look_at_idle(cx, &s);
    }
}

#endif
