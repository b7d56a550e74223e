// Sockets of MicroPython's binding of lwIP (extmod/modlwip.c): what its methods cannot do.
#ifndef MOD_LWS_LOOP_STREAM_LWIP_H
#define MOD_LWS_LOOP_STREAM_LWIP_H

#include "mod_lws/loop/stream.h"

#if MICROPY_PY_LWIP

#include "lwip/tcp.h"

// How its socket object begins. extmod/modlwip.c keeps the struct to itself.
typedef struct {
    mp_obj_base_t base;
    struct tcp_pcb *volatile pcb;   // NULL: the connection was reset or closed
} mlws_lwip_socket_t;

// Is this a TCP connection of such a socket?
bool mlws_lwip_is_connection(mp_obj_t stream);
// After accept: Nagle's algorithm off, and what the peer sent before accept is there.
void mlws_lwip_accepted(mp_obj_t stream);
// As mlws_stream_write. The socket's own write() would hold up everything for up to ten seconds
// when lwIP is out of memory.
mp_uint_t mlws_lwip_write(mp_obj_t stream, const lws_iov_t *iov, int count);
size_t mlws_lwip_room(mp_obj_t stream);
void mlws_lwip_shutdown(mp_obj_t stream);
bool mlws_lwip_is_sent(mp_obj_t stream);     // and acknowledged, all of it
void mlws_lwip_reset(mp_obj_t stream);
mp_obj_t mlws_lwip_peer(mp_obj_t stream);   // (address, port) or None

// Has the peer been silent, and is the connection not lost, since the call that set *heard? Who
// asks the stream itself does so after this call: nothing is missed in between.
static inline bool mlws_lwip_is_silent(mp_obj_t stream, uint32_t *heard) {
    const struct tcp_pcb *pcb = ((const mlws_lwip_socket_t *)MP_OBJ_TO_PTR(stream))->pcb;
    if (pcb && pcb->rcv_nxt == *heard) {
        return true;
    }
    *heard = pcb ? pcb->rcv_nxt : 0;
    return false;
}

#endif

#endif
