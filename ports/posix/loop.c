#include "posix/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#ifdef CLOCK_REALTIME_COARSE
#define WALL_CLOCK CLOCK_REALTIME_COARSE
#else
#define WALL_CLOCK CLOCK_REALTIME
#endif

static void woken(lws_watch_t *w, unsigned events) {
    char c;
    (void)events;
    while (read(w->fd, &c, 1) > 0) {
    }
}

static int open_wake(lws_loop_t *l) {
    int fds[2];
    if (pipe(fds)) {
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
        fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    }
    l->wake_fd = fds[1];
    l->wake = (lws_watch_t) { .fd = fds[0], .ready = woken };
    return lws_loop_watch(l, &l->wake, LWS_LOOP_READ);
}

int lws_loop_open(lws_loop_t *l, const lws_loop_ops_t *ops, lws_context_t *ctx) {
    memset(l, 0, sizeof(*l));
    #ifdef __linux__
    l->ops = ops ? ops : &lws_loop_epoll;
    #else
    l->ops = ops ? ops : &lws_loop_poll;
    #endif
    l->ctx = ctx;
    l->wake.fd = l->wake_fd = -1;
    if (l->ops->open(l)) {
        return -1;
    }
    if (open_wake(l)) {
        lws_loop_close(l);
        return -1;
    }
    lws_loop_clock(l);
    return 0;
}

void lws_loop_close(lws_loop_t *l) {
    int err = errno;
    lws_loop_forget(l, &l->wake);
    if (l->wake_fd >= 0) {
        close(l->wake_fd);
        close(l->wake.fd);
    }
    l->ops->close(l);
    errno = err;
}

void lws_loop_clock(lws_loop_t *l) {
    struct timespec now, wall;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t unix_s = l->ctx->unix_s;
    if (now.tv_sec != l->second) {      // once a second is enough for a clock that counts seconds
        l->second = now.tv_sec;
        clock_gettime(WALL_CLOCK, &wall);
        unix_s = (uint64_t)wall.tv_sec;
    }
    uint64_t now_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    lws_context_clock(l->ctx, now_us, unix_s);
}

void lws_loop_run(lws_loop_t *l) {
    while (!l->stopped) {
        struct lws_conn *c;
        l->ops->wait(l, lws_context_wait(l->ctx));
        while ((c = lws_context_due(l->ctx)) != NULL) {
            l->expire(c);
        }
    }
    l->stopped = 0;
}

void lws_loop_stop(lws_loop_t *l) {
    int err = errno;
    l->stopped = 1;
    if (write(l->wake_fd, "", 1) < 0) {
        // full: it is awake
    }
    errno = err;
}
