// The network controller as lwIP's interface, and lwIP's turn.
//
// A frame interrupts; the interrupt schedules network_poll (idle.c), which runs between two
// bytecodes, or before and after every sleep. Nothing of lwIP runs inside an interrupt.
#include "nic_lwip.h"

#include "idle.h"
#include "machine.h"
#include "nic.h"

#include <string.h>

#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"

#include "extmod/modnetwork.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"

// The frame is read in whole words, into one buffer of the pool.
_Static_assert(PBUF_POOL_BUFSIZE >= (NIC_FRAME_MAX + 3) / 4 * 4, "a frame fits one pbuf");

static struct netif lan;
static bool lan_on;

struct netif *network_lan(void) {
    return &lan;
}

bool network_lan_is_up(void) {
    return lan_on;
}

static err_t send_frame(struct netif *netif, struct pbuf *p) {
    static uint32_t frame[(NIC_FRAME_MAX + 3) / 4];
    (void)netif;
    if (p->tot_len > NIC_FRAME_MAX) {
        return ERR_BUF;
    }
    pbuf_copy_partial(p, frame, p->tot_len, 0);
    return nic_send(frame, p->tot_len) ? ERR_IF : ERR_OK;
}

static void receive_frames(void) {
    nic_acknowledge();
    for (size_t len; (len = nic_peek());) {
        struct pbuf *p = pbuf_alloc(PBUF_RAW, (uint16_t)len, PBUF_POOL);
        nic_take(p ? p->payload : NULL);
        if (p && lan.input(p, &lan) != ERR_OK) {
            pbuf_free(p);
        }
        idle_end();
    }
    machine_nic_irq(true);
}

u32_t sys_now(void) {
    return mp_hal_ticks_ms();
}

static void run_timers(void) {
    static uint32_t last_ms;
    uint32_t now_ms = mp_hal_ticks_ms();
    if (now_ms != last_ms) {
        last_ms = now_ms;
        if (sys_timeouts_sleeptime() == 0) {
            sys_check_timeouts();
            idle_end();     // it may have ended a connection or a name lookup
        }
    }
}

static void packets_to_ourselves(void) {
    struct netif *netif;
    NETIF_FOREACH(netif) {
        if (netif->loop_first) {
            netif_poll(netif);
            idle_end();
        }
    }
}

void network_poll(void) {
    static bool inside;
    if (inside) {
        return;
    }
    inside = true;
    if (lan_on) {
        receive_frames();
    }
    packets_to_ourselves();
    run_timers();
    inside = false;
}

uint32_t network_next_ms(void) {
    return sys_timeouts_sleeptime();
}

static err_t set_up(struct netif *netif) {
    netif->linkoutput = send_frame;
    netif->output = etharp_output;
    netif->output_ip6 = ethip6_output;
    netif->mtu = 1500;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET
        | NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->hwaddr_len = sizeof(netif->hwaddr);
    netif->hostname = mod_network_hostname_data;
    return ERR_OK;
}

int network_lan_up(void) {
    if (lan_on) {
        return 0;
    }
    uint8_t mac[6];
    int err = nic_start(mac);
    if (err) {
        return err;
    }
    netif_add_noaddr(&lan, NULL, set_up, ethernet_input);
    memcpy(lan.hwaddr, mac, sizeof(mac));
    netif_create_ip6_linklocal_address(&lan, 1);
    struct netif *netif = &lan;
    netif_set_ip6_autoconfig_enabled(netif, 1);
    netif_set_default(&lan);
    netif_set_up(&lan);
    netif_set_link_up(&lan);
    lan_on = true;
    machine_nic_irq(true);
    return dhcp_start(&lan) == ERR_OK ? 0 : MP_ENOMEM;
}

void network_lan_down(void) {
    if (lan_on) {
        lan_on = false;
        machine_nic_irq(false);
        nic_stop();
        dhcp_stop(&lan);
        netif_remove(&lan);
    }
}
