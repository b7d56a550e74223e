// lwIP for a device that serves: two dozen connections, each with a window of four segments.
#ifndef QEMU_LWIPOPTS_H
#define QEMU_LWIPOPTS_H

#include <stdint.h>

#include "random.h"

#define LWIP_IPV4                   1
#define LWIP_IPV6                   1
#define LWIP_ND6_NUM_DESTINATIONS   4
#define LWIP_ND6_QUEUEING           0
#define LWIP_RAND()                 random_word()

#define TCP_MSS                     1460
#define TCP_WND                     (4 * TCP_MSS)
#define TCP_SND_BUF                 (4 * TCP_MSS)
#define MEMP_NUM_TCP_PCB            24
#define MEMP_NUM_TCP_PCB_LISTEN     8

// What was written and is not acknowledged: a full send buffer for each connection, and its
// headers. A write that finds no room here, or more than TCP_SND_QUEUELEN pieces on their way,
// would not be refused: MicroPython's socket would wait for it, up to ten seconds, and everybody
// else with it.
#define MEM_SIZE                    (MEMP_NUM_TCP_PCB * (TCP_SND_BUF + 1024))
#define TCP_SND_QUEUELEN            64
#define MEMP_NUM_TCP_SEG            256
#define PBUF_POOL_SIZE              32
#define PBUF_POOL_BUFSIZE           1536            // a whole frame

// ../lwip/sockets.c keeps the sockets' callback for received data there.
#define LWIP_TCP_PCB_NUM_EXT_ARGS   1

// A connection that we closed stays in TIME_WAIT for 2 * MSL. With RFC 793's two minutes a server
// keeps a PCB for each connection of the last 240 s: all of them are taken soon, and lwIP kills
// the oldest for each new one. Nothing strays for a second on an emulated wire.
#define TCP_MSL                     1000

// 127.0.0.1, for tests that are client and server at once.
#define LWIP_HAVE_LOOPIF            1
#define LWIP_NETIF_LOOPBACK         1
#define LWIP_LOOPBACK_MAX_PBUFS     0

#include "extmod/lwip-include/lwipopts_common.h"

// Test firmwares count what lwIP's pools hold, to prove that nothing leaks; no more than that: it
// would be in the way of the other counter.
#if LWS_TESTS
#undef LWIP_STATS
#define LWIP_STATS                  1
#define LINK_STATS                  0
#define ETHARP_STATS                0
#define IP_STATS                    0
#define IPFRAG_STATS                0
#define ICMP_STATS                  0
#define IGMP_STATS                  0
#define UDP_STATS                   0
#define TCP_STATS                   0
#define SYS_STATS                   0
#define IP6_STATS                   0
#define ICMP6_STATS                 0
#define IP6_FRAG_STATS              0
#define MLD6_STATS                  0
#define ND6_STATS                   0
#endif

#endif
