#include "mod_lws/loop/stream.h"
#include "mod_lws/loop/stream_lwip.h"

#include "mod_lws/error.h"

#include "py/mperrno.h"
#include "py/runtime.h"

enum { OPT_TCP = 6, OPT_NODELAY = 1 };      // setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)

#if MLWS_DESCRIPTORS
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

// Two pieces in one system call: only for a socket proper, whose descriptor takes the bytes as
// they are.
#if defined(__linux__)
extern const mp_obj_type_t mp_type_socket;
#define SEND_FLAGS (MSG_NOSIGNAL | MSG_DONTWAIT)

static bool is_socket(const mlws_conn_t *k) {
    return k->poll.fd >= 0 && mp_obj_get_type(k->poll.stream) == &mp_type_socket;
}
#else
#define SEND_FLAGS MSG_DONTWAIT     // lwIP's sendmsg refuses what it does not know

static bool is_socket(const mlws_conn_t *k) {
    return k->poll.fd >= 0;         // nothing else there has a fileno()
}
#endif

static mp_uint_t send_both(const mlws_conn_t *k, const lws_iov_t *iov, int count) {
    struct iovec v[2] = { { (void *)iov[0].p, iov[0].n }, { NULL, 0 } };
    if (count > 1) {
        v[1] = (struct iovec) { (void *)iov[1].p, iov[1].n };
    }
    struct msghdr m = { .msg_iov = v, .msg_iovlen = (size_t)count };
    ssize_t n = sendmsg(k->poll.fd, &m, SEND_FLAGS);
    if (n >= 0) {
        return (mp_uint_t)n;
    }
    return errno == EAGAIN || errno == EINTR ? MLWS_AGAIN : MLWS_FAILED;
}

void mlws_stream_shutdown(mlws_conn_t *k) {
    if (is_socket(k)) {
        shutdown(k->poll.fd, SHUT_WR);
    }
}

mp_obj_t mlws_stream_peer(mlws_conn_t *k) {
    struct sockaddr_storage a;
    socklen_t len = sizeof(a);
    char text[INET6_ADDRSTRLEN];
    if (k->poll.fd < 0 || getpeername(k->poll.fd, (struct sockaddr *)&a, &len)) {
        return mp_const_none;
    }
    const void *ip = &((struct sockaddr_in *)&a)->sin_addr;
    if (a.ss_family == AF_INET6) {
        ip = &((struct sockaddr_in6 *)&a)->sin6_addr;
    } else if (a.ss_family != AF_INET) {
        return mp_const_none;
    }
    inet_ntop(a.ss_family, ip, text, sizeof(text));
    mp_obj_t items[2] = {
        mp_obj_new_str(text, strlen(text)),
        // The port is at the same place in both.
        MP_OBJ_NEW_SMALL_INT(ntohs(((struct sockaddr_in *)&a)->sin_port)),
    };
    return mp_obj_new_tuple(2, items);
}

// The system's affair: it has room for many.
void mlws_stream_give_up(mlws_conn_t *k) {
    (void)k;
}
#elif MICROPY_PY_LWIP
// lwIP has room for a few dozen connections, and the socket binding waits ten seconds.
void mlws_stream_give_up(mlws_conn_t *k) {
    bool heard_all = k->c.flags & LWS_CONN_EOF;
    if (k->poll.fd == MLWS_LWIP && !(heard_all && mlws_lwip_is_sent(k->poll.stream))) {
        mlws_lwip_reset(k->poll.stream);
    }
}

void mlws_stream_shutdown(mlws_conn_t *k) {
    if (k->poll.fd == MLWS_LWIP) {
        mlws_lwip_shutdown(k->poll.stream);
    }
}

mp_obj_t mlws_stream_peer(mlws_conn_t *k) {
    return k->poll.fd == MLWS_LWIP ? mlws_lwip_peer(k->poll.stream) : mp_const_none;
}
#else
void mlws_stream_give_up(mlws_conn_t *k) {
    (void)k;
}

void mlws_stream_shutdown(mlws_conn_t *k) {
    (void)k;
}

mp_obj_t mlws_stream_peer(mlws_conn_t *k) {
    (void)k;
    return mp_const_none;
}
#endif

// Of all that the network has: a newcomer that is told to come again, and the application's own.
#define OTHER_CONNS 3

// A stream written in Python may raise: that is a broken stream.
static mp_uint_t guarded(mlws_conn_t *k, void *buf, size_t n, bool write) {
    mp_uint_t r = MLWS_FAILED;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        const mp_stream_p_t *io = mp_get_stream(k->poll.stream);
        int err = 0;
        r = write ? io->write(k->poll.stream, buf, n, &err) : io->read(k->poll.stream, buf, n,
            &err);
        if (r == MP_STREAM_ERROR) {
            r = mp_is_nonblocking_error(err) || err == MP_EINTR ? MLWS_AGAIN : MLWS_FAILED;
        }
        nlr_pop();
    } else if (!mlws_is_exception(MP_OBJ_FROM_PTR(nlr.ret_val))) {
        mp_sched_exception(MP_OBJ_FROM_PTR(nlr.ret_val));   // ^C: raised by the loop, not lost
        r = MLWS_AGAIN;
    }
    return r;
}

mp_uint_t mlws_stream_ask(mp_obj_t stream, mp_uint_t what, uintptr_t arg, int *err) {
    mp_uint_t r = MP_STREAM_ERROR;
    *err = 0;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        r = mp_get_stream(stream)->ioctl(stream, what, arg, err);
        nlr_pop();
        return r;
    }
    *err = MP_EBADF;
    if (mlws_is_exception(MP_OBJ_FROM_PTR(nlr.ret_val))) {
        return MP_STREAM_ERROR;
    }
    mp_sched_exception(MP_OBJ_FROM_PTR(nlr.ret_val));       // as above
    return what == MP_STREAM_POLL ? 0 : MP_STREAM_ERROR;
}

mp_uint_t mlws_stream_read(mlws_conn_t *k, uint8_t *buf, size_t n) {
    return guarded(k, buf, n, false);
}

mp_uint_t mlws_stream_write(mlws_conn_t *k, const lws_iov_t *iov, int count) {
    #if MLWS_DESCRIPTORS
    if (is_socket(k)) {
        return send_both(k, iov, count);
    }
    #elif MICROPY_PY_LWIP
    if (k->poll.fd == MLWS_LWIP) {
        return mlws_lwip_write(k->poll.stream, iov, count);
    }
    #endif
    mp_uint_t done = 0;
    for (int i = 0; i < count; i++) {
        mp_uint_t n = guarded(k, (void *)iov[i].p, iov[i].n, true);
        if (n == MLWS_AGAIN || n == MLWS_FAILED) {
            return done ? done : n;
        }
        done += n;
        if (n < iov[i].n) {
            break;
        }
    }
    return done;
}

unsigned mlws_stream_conns(void) {
    #if MICROPY_PY_LWIP
    return MEMP_NUM_TCP_PCB - OTHER_CONNS;
    #elif defined(CONFIG_LWIP_MAX_SOCKETS)
    return CONFIG_LWIP_MAX_SOCKETS - OTHER_CONNS - 1;       // the listener has one of them
    #else
    return 0;
    #endif
}

size_t mlws_stream_room(const mlws_conn_t *k) {
    #if MICROPY_PY_LWIP
    if (k->poll.fd == MLWS_LWIP) {
        return mlws_lwip_room(k->poll.stream);
    }
    #else
    (void)k;
    #endif
    return SIZE_MAX;
}

void mlws_stream_close(mp_obj_t stream) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_stream_close(stream);
        nlr_pop();
    }
}

static void call_socket(mp_obj_t sock, qstr name, size_t n, const mp_obj_t *args) {
    mp_obj_t call[5];
    mp_load_method(sock, name, call);
    for (size_t i = 0; i < n; i++) {
        call[2 + i] = args[i];
    }
    mp_call_method_n_kw(n, 0, call);
}

// Nagle's algorithm would hold back every second small answer.
void mlws_stream_accepted(mp_obj_t stream) {
    #if MICROPY_PY_LWIP
    if (mlws_lwip_is_connection(stream)) {
        mlws_lwip_accepted(stream);     // it does not block because its listener does not
        return;
    }
    #endif
    mp_obj_t nodelay[3] = { MP_OBJ_NEW_SMALL_INT(OPT_TCP), MP_OBJ_NEW_SMALL_INT(OPT_NODELAY),
                            MP_OBJ_NEW_SMALL_INT(1) };
    mp_obj_t no = mp_const_false;
    call_socket(stream, MP_QSTR_setblocking, 1, &no);
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        call_socket(stream, MP_QSTR_setsockopt, 3, nodelay);
        nlr_pop();
    }   // a Unix socket has no such option
}
