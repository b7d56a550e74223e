#include "posix/server.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

#define BACKLOG 1024

// ---- requests

int lws_server_answer(lws_stream_t *k, unsigned status, lws_span_t text) {
    lws_span_t body = text.n ? text : lws_status_reason(status);
    lws_response_t r = {
        .status = (uint16_t)status, .type = LWS_LIT("text/plain"), .body = body, .length = body.n,
    };
    return lws_conn_respond(&k->c, &r);
}

static const lws_route_t *find_route(const lws_server_t *s, lws_span_t path) {
    const lws_route_t *r = s->routes;
    while (r && !lws_span_eq(r->path, path)) {
        r = r->next;
    }
    return r;
}

static void on_event(lws_stream_t *k, const lws_event_t *ev) {
    lws_server_t *s = k->owner;
    if (ev->type == LWS_EV_REQUEST) {
        const lws_head_t *h = lws_event_head(ev);
        k->route = find_route(s, lws_head_span(h, h->path_at, h->path_len));
        if (!k->route) {
            if (!lws_server_file(s, k, h)) {
                lws_server_answer(k, 404, lws_span(NULL, 0));
            }
            return;
        }
    }
    const lws_route_t *route = k->route;
    if (route) {
        route->on(k, ev);
    }
}

void lws_server_route(lws_server_t *s, lws_route_t *route) {
    route->next = s->routes;
    s->routes = route;
}

// ---- sockets

static int accept_one(int fd) {
    #ifdef __linux__
    return accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    #else
    int new = accept(fd, NULL, NULL);
    if (new >= 0) {
        fcntl(new, F_SETFL, O_NONBLOCK);
        fcntl(new, F_SETFD, FD_CLOEXEC);
    }
    return new;
    #endif
}

static const char full[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
    "Content-Length: 0\r\nConnection: close\r\n\r\n";

static void take(lws_server_t *s, int fd) {
    if (lws_vhost_full(&s->vh)) {
        // The socket is new: it takes these few bytes, or its peer has gone.
        send(fd, full, sizeof(full) - 1, MSG_NOSIGNAL);
    }
    lws_stream_t *k = lws_stream_open(&s->streams, fd, &s->vh, &lws_role_h1);
    if (k) {
        k->owner = s;
        k->on = on_event;
        k->gone = lws_server_file_gone;
    }
}

// No descriptor is left: the waiting connection is told so, or it would be told to us for ever.
static void turn_away(lws_server_t *s) {
    close(s->reserve);
    int fd = accept_one(s->listener.fd);
    if (fd >= 0) {
        close(fd);
    }
    s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void on_listener(lws_watch_t *w, unsigned events) {
    lws_server_t *s = (lws_server_t *)(void *)((char *)w - offsetof(lws_server_t, listener));
    (void)events;
    for (;;) {
        int fd = accept_one(w->fd);
        if (fd >= 0) {
            take(s, fd);
        } else if (errno == EMFILE || errno == ENFILE) {
            turn_away(s);
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

static int bound(const struct addrinfo *a) {
    int on = 1;
    int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    // What accept returns inherits it.
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, BACKLOG)
        || fcntl(fd, F_SETFL, O_NONBLOCK) || fcntl(fd, F_SETFD, FD_CLOEXEC)) {
        int err = errno;
        close(fd);
        errno = err;
        return -1;
    }
    return fd;
}

static int port_of(int fd) {
    struct sockaddr_storage a;
    socklen_t n = sizeof(a);
    if (getsockname(fd, (struct sockaddr *)&a, &n)) {
        return -1;
    }
    return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&a)->sin6_port
        : ((struct sockaddr_in *)(void *)&a)->sin_port);
}

int lws_server_listen(lws_server_t *s, const char *address, unsigned port) {
    char service[16];
    struct addrinfo *list;
    struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
    };
    snprintf(service, sizeof(service), "%u", port);
    if (getaddrinfo(address, service, &hints, &list)) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    int fd = -1;
    for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
        fd = bound(a);
    }
    freeaddrinfo(list);
    if (fd < 0) {
        return -1;
    }
    s->listener.fd = fd;
    s->listener.ready = on_listener;
    if (lws_loop_watch(&s->loop, &s->listener, LWS_LOOP_READ)) {
        return -1;
    }
    return port_of(fd);
}

// ---- the server

int lws_server_open(lws_server_t *s, const lws_loop_ops_t *ops) {
    memset(s, 0, sizeof(*s));
    s->listener.fd = s->reserve = -1;
    lws_context_init(&s->ctx);
    lws_vhost_init(&s->vh, &s->ctx, "default");
    lws_http_settings(&s->http, &s->vh);
    lws_ws_settings(&s->ws, &s->vh);
    if (lws_loop_open(&s->loop, ops, &s->ctx)) {
        return -1;
    }
    if (lws_streams_open(&s->streams, &s->loop)) {
        lws_loop_close(&s->loop);
        return -1;
    }
    s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return 0;
}

void lws_server_close(lws_server_t *s) {
    while (s->vh.first) {
        lws_stream_free((lws_stream_t *)(void *)s->vh.first);
    }
    if (s->listener.fd >= 0) {
        lws_loop_forget(&s->loop, &s->listener);
        close(s->listener.fd);
    }
    if (s->reserve >= 0) {
        close(s->reserve);
    }
    lws_streams_close(&s->streams);
    lws_mem_free(&s->ctx.mem, s->file, LWS_SERVER_FILE);
    lws_context_free(&s->ctx);
    lws_loop_close(&s->loop);
}
