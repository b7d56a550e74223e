#include "posix/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static void *resize(void *user, void *p, size_t old_size, size_t size) {
    (void)user;
    (void)old_size;
    if (size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, size);
}

int lws_streams_open(lws_streams_t *all, lws_loop_t *loop) {
    lws_context_t *ctx = loop->ctx;
    all->loop = loop;
    all->spare = NULL;
    all->rx = malloc(LWS_STREAM_RX);
    ctx->mem.resize = resize;
    ctx->scratch = malloc(LWS_STREAM_SCRATCH);
    ctx->scratch_cap = LWS_STREAM_SCRATCH;
    loop->expire = lws_stream_expire;
    if (!all->rx || !ctx->scratch) {
        lws_streams_close(all);
        errno = ENOMEM;
        return -1;
    }
    return 0;
}

void lws_streams_close(lws_streams_t *all) {
    lws_context_t *ctx = all->loop->ctx;
    while (all->spare) {
        lws_stream_t *k = all->spare;
        all->spare = k->user;
        free(k);
    }
    free(all->rx);
    all->rx = NULL;
    free(ctx->scratch);
    ctx->scratch = NULL;
}

void lws_stream_free(lws_stream_t *k) {
    lws_streams_t *all = k->all;
    if (k->gone) {
        k->gone(k);
    }
    lws_loop_forget(all->loop, &k->watch);
    lws_conn_free(&k->c);
    close(k->watch.fd);
    k->user = all->spare;
    all->spare = k;
}

// ---- out

static void flush(lws_stream_t *k) {
    lws_iov_t iov[2];
    int count;
    while ((count = lws_conn_tx(&k->c, iov)) > 0) {
        struct iovec v[2];
        size_t wanted = 0;
        for (int i = 0; i < count; i++) {
            v[i] = (struct iovec) { .iov_base = (void *)iov[i].p, .iov_len = iov[i].n };
            wanted += iov[i].n;
        }
        struct msghdr m = { .msg_iov = v, .msg_iovlen = (size_t)count };
        ssize_t n = sendmsg(k->watch.fd, &m, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            lws_conn_abort(&k->c);
            break;
        }
        lws_conn_tx_done(&k->c, n > 0 ? (size_t)n : 0);
        if (n < 0 || (size_t)n < wanted) {
            break;      // it is full
        }
    }
}

// ---- turns

lws_conn_t *lws_stream_begin(lws_stream_t *k) {
    k->depth++;
    return lws_txq_cork(&k->c);
}

// Sends what there is and what the owner brings when that is out.
static void leave(lws_stream_t *k, lws_conn_t *outer) {
    flush(k);
    while (k->drained && !lws_txq_pending(&k->c) && k->c.state == LWS_CONN_OPEN) {
        k->drained(k);
        flush(k);
    }
    lws_conn_tx_settle(&k->c);
    lws_txq_uncork(&k->c, outer);
    k->depth--;
}

static void feed(lws_stream_t *k, uint8_t *buf, size_t n) {
    lws_conn_t *c = &k->c;
    size_t used = 0;
    lws_event_t ev;
    while (used < n) {
        size_t m = lws_conn_rx(c, buf + used, n - used, &ev);
        used += m;
        if (ev.type != LWS_EV_NONE) {
            k->on(k, &ev);
        } else if (!m) {
            break;
        }
    }
    lws_conn_settle(c, buf + used, n - used);
}

// Held input that may go on after all, the events to wait for, or the end.
static void look_after(lws_stream_t *k) {
    lws_conn_t *c = &k->c;
    if (k->depth) {
        return;
    }
    unsigned want;
    while ((want = lws_conn_want(c)) & LWS_WANT_SERVE) {
        lws_iov_t held = lws_conn_held(c);
        lws_conn_t *outer = lws_stream_begin(k);
        feed(k, (uint8_t *)held.p, held.n);
        leave(k, outer);
    }
    if (want & LWS_WANT_CLOSE) {
        lws_stream_free(k);
        return;
    }
    if (c->state == LWS_CONN_DRAINING && !k->shut) {
        k->shut = true;
        shutdown(k->watch.fd, SHUT_WR);     // the peer sees the end at once
    }
    unsigned events = (want & LWS_WANT_READ ? LWS_LOOP_READ : 0u)
        | (want & LWS_WANT_WRITE ? LWS_LOOP_WRITE : 0u);
    if (lws_loop_watch(k->all->loop, &k->watch, events)) {
        lws_stream_free(k);
    }
}

void lws_stream_end(lws_stream_t *k, lws_conn_t *outer) {
    leave(k, outer);
    look_after(k);
}

static void read_some(lws_stream_t *k) {
    lws_conn_t *c = &k->c;
    ssize_t n = recv(k->watch.fd, k->all->rx, LWS_STREAM_RX, 0);
    if (n > 0) {
        feed(k, k->all->rx, (size_t)n);
    } else if (n == 0) {
        lws_conn_eof(c);
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        lws_conn_abort(c);
    }
}

static void ready(lws_watch_t *w, unsigned events) {
    lws_stream_t *k = (lws_stream_t *)(void *)((char *)w - offsetof(lws_stream_t, watch));
    lws_conn_t *outer = lws_stream_begin(k);
    if (events & (LWS_LOOP_READ | LWS_LOOP_GONE) && w->events & LWS_LOOP_READ) {
        read_some(k);
    } else if (events & LWS_LOOP_GONE) {
        lws_conn_abort(&k->c);      // nothing is read that would tell
    }
    lws_stream_end(k, outer);
}

void lws_stream_expire(lws_conn_t *c) {
    lws_stream_t *k = (lws_stream_t *)(void *)c;
    lws_conn_t *outer = lws_stream_begin(k);
    lws_conn_expire(c);
    lws_stream_end(k, outer);
}

// ---- new ones

static lws_stream_t *make(lws_streams_t *all) {
    lws_stream_t *k = all->spare;
    if (k) {
        all->spare = k->user;
    } else {
        k = malloc(sizeof(*k));
    }
    if (k) {
        memset(k, 0, sizeof(*k));
    }
    return k;
}

lws_stream_t *lws_stream_open(lws_streams_t *all, int fd, lws_vhost_t *vh,
    const lws_role_t *role) {
    lws_stream_t *k = lws_vhost_full(vh) ? NULL : make(all);
    if (!k) {
        close(fd);
        return NULL;
    }
    k->all = all;
    k->watch = (lws_watch_t) { .fd = fd, .ready = ready };
    lws_conn_open(&k->c, vh, role);
    if (lws_loop_watch(all->loop, &k->watch, LWS_LOOP_READ)) {
        lws_stream_free(k);
        return NULL;
    }
    return k;
}
