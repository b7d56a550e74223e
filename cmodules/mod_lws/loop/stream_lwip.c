#include "mod_lws/loop/stream_lwip.h"

#if MICROPY_PY_LWIP

#include "py/mphal.h"
#include "py/runtime.h"

#include "extmod/modnetwork.h"
#include "lwip/priv/tcp_priv.h"

// Where frames come in by interrupt, lwIP is locked against them.
#ifndef MICROPY_PY_LWIP_ENTER
#define MICROPY_PY_LWIP_ENTER
#define MICROPY_PY_LWIP_EXIT
#endif

extern const mp_obj_module_t mp_module_lwip;
extern mp_obj_t lwip_format_inet_addr(const ip_addr_t *ip, mp_uint_t port);

static struct tcp_pcb *pcb_of(mp_obj_t stream) {
    return ((mlws_lwip_socket_t *)MP_OBJ_TO_PTR(stream))->pcb;
}

static bool is_socket(mp_obj_t stream) {
    mp_obj_t type = mp_obj_dict_get(MP_OBJ_FROM_PTR(mp_module_lwip.globals),
        MP_OBJ_NEW_QSTR(MP_QSTR_socket));
    return mp_obj_get_type(stream) == MP_OBJ_TO_PTR(type);
}

// lwIP knows the socket object by its address: a UDP socket or a listener looks different here,
// and so would a struct that begins otherwise.
bool mlws_lwip_is_connection(mp_obj_t stream) {
    if (!is_socket(stream)) {
        return false;
    }
    MICROPY_PY_LWIP_ENTER
    const struct tcp_pcb *pcb = pcb_of(stream);
    bool found = false;
    for (const struct tcp_pcb *p = tcp_active_pcbs; p; p = p->next) {
        found |= p == pcb && p->callback_arg == MP_OBJ_TO_PTR(stream);
    }
    MICROPY_PY_LWIP_EXIT
    return found;
}

// Until accept, the socket binding refuses data, which lwIP offers again a quarter of a second
// later, and forgets that the peer finished.
void mlws_lwip_accepted(mp_obj_t stream) {
    MICROPY_PY_LWIP_ENTER
    struct tcp_pcb *pcb = pcb_of(stream);
    if (pcb) {
        tcp_nagle_disable(pcb);
        if (pcb->refused_data) {
            tcp_process_refused_data(pcb);
        } else if (pcb->state == CLOSE_WAIT) {
            err_t err;
            TCP_EVENT_CLOSED(pcb, err);
            (void)err;
        }
    }
    MICROPY_PY_LWIP_EXIT
}

// All that lwIP has room for now, at most.
static err_t put(struct tcp_pcb *pcb, const lws_iov_t *iov, bool more, size_t *n) {
    uint8_t flags = TCP_WRITE_FLAG_COPY | (more ? TCP_WRITE_FLAG_MORE : 0);
    *n = MIN(iov->n, tcp_sndbuf(pcb));
    err_t err = *n ? tcp_write(pcb, iov->p, (uint16_t)*n, flags) : ERR_OK;
    if (err == ERR_MEM && *n > TCP_MSS) {
        *n = TCP_MSS;
        err = tcp_write(pcb, iov->p, TCP_MSS, flags);
    }
    if (err) {
        *n = 0;
    }
    return err;
}

// Head and body go out together.
static mp_uint_t put_all(struct tcp_pcb *pcb, const lws_iov_t *iov, int count) {
    size_t done = 0, n;
    err_t err = ERR_OK;
    for (int i = 0; i < count && !err; i++) {
        err = put(pcb, &iov[i], i + 1 < count, &n);
        done += n;
        if (n < iov[i].n) {
            break;
        }
    }
    if (done) {
        tcp_output(pcb);
        return done;
    }
    return err && err != ERR_MEM ? MLWS_FAILED : MLWS_AGAIN;
}

mp_uint_t mlws_lwip_write(mp_obj_t stream, const lws_iov_t *iov, int count) {
    MICROPY_PY_LWIP_ENTER
    struct tcp_pcb *pcb = pcb_of(stream);
    mp_uint_t n = pcb ? put_all(pcb, iov, count) : MLWS_FAILED;
    MICROPY_PY_LWIP_EXIT
    return n;
}

size_t mlws_lwip_room(mp_obj_t stream) {
    MICROPY_PY_LWIP_ENTER
    const struct tcp_pcb *pcb = pcb_of(stream);
    size_t room = pcb ? tcp_sndbuf(pcb) : SIZE_MAX;     // the write finds out that it is gone
    MICROPY_PY_LWIP_EXIT
    return room;
}

void mlws_lwip_shutdown(mp_obj_t stream) {
    MICROPY_PY_LWIP_ENTER
    struct tcp_pcb *pcb = pcb_of(stream);
    if (pcb) {
        tcp_shutdown(pcb, 0, 1);
    }
    MICROPY_PY_LWIP_EXIT
}

bool mlws_lwip_is_sent(mp_obj_t stream) {
    MICROPY_PY_LWIP_ENTER
    const struct tcp_pcb *pcb = pcb_of(stream);
    bool sent = !pcb || (!pcb->unacked && !pcb->unsent);
    MICROPY_PY_LWIP_EXIT
    return sent;
}

void mlws_lwip_reset(mp_obj_t stream) {
    MICROPY_PY_LWIP_ENTER
    struct tcp_pcb *pcb = pcb_of(stream);
    if (pcb) {
        tcp_abort(pcb);
    }
    MICROPY_PY_LWIP_EXIT
}

mp_obj_t mlws_lwip_peer(mp_obj_t stream) {
    ip_addr_t ip;
    uint16_t port = 0;
    MICROPY_PY_LWIP_ENTER
    const struct tcp_pcb *pcb = pcb_of(stream);
    if (pcb) {
        ip = pcb->remote_ip;
        port = pcb->remote_port;
    }
    MICROPY_PY_LWIP_EXIT
    return port ? lwip_format_inet_addr(&ip, port) : mp_const_none;
}

#endif
