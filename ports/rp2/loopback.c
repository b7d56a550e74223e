// 127.0.0.1: what lwIP sends to itself waits in a queue that somebody has to empty. That is done
// between two bytecodes, under the lock that sockets hold, too (--wrap, lws.cmake).
#include "py/mphal.h"
#include "py/runtime.h"

#include "lwip/netif.h"

err_t __real_netif_loop_output(struct netif *netif, struct pbuf *p);
err_t __wrap_netif_loop_output(struct netif *netif, struct pbuf *p);

static void receive(mp_sched_node_t *node) {
    (void)node;
    MICROPY_PY_LWIP_ENTER
    netif_poll_all();
    MICROPY_PY_LWIP_EXIT
}

err_t __wrap_netif_loop_output(struct netif *netif, struct pbuf *p) {
    static mp_sched_node_t node;
    mp_sched_schedule_node(&node, receive);
    return __real_netif_loop_output(netif, p);
}
