// The network controller as lwIP's interface, and lwIP's turn.
#ifndef QEMU_NIC_LWIP_H
#define QEMU_NIC_LWIP_H

#include <stdbool.h>
#include <stdint.h>

struct netif;

struct netif *network_lan(void);        // the interface, also while it is down
int network_lan_up(void);               // and asks for an address by DHCP; 0 or an errno
void network_lan_down(void);
bool network_lan_is_up(void);

// lwIP's turn: frames that came, packets to ourselves, timers.
void network_poll(void);
uint32_t network_next_ms(void);         // until lwIP's next timer; UINT32_MAX when none runs

#endif
