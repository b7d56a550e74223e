// lwIP for a device that serves: ten WebSockets stay open while a browser fetches a page over
// six more connections. It takes 61 KB of RAM, of which a Pico has 264; MicroPython's own settings
// take 27 KB and have five connections.
#ifndef LWS_LWIPOPTS_H
#define LWS_LWIPOPTS_H

// Full frames: half the packets of MicroPython's 800.
#define TCP_MSS (1460)

// Ten WebSockets, a browser's six, a few of the device's own. TIME_WAIT gives its place away.
#define MEMP_NUM_TCP_PCB (20)
#define MEMP_NUM_TCP_PCB_LISTEN (4)

// Two full segments are on their way and make the peer acknowledge at once, or 32 short messages
// (a write beyond that would sleep, see below).
#define TCP_SND_BUF (2 * TCP_MSS)
#define TCP_SND_QUEUELEN (32)
#define MEMP_NUM_TCP_SEG (128)

// What waits to be acknowledged is copied into this heap. When it is full, MicroPython's socket
// sleeps in steps of 50 ms, a non-blocking one too, and everything stands still. So it holds the
// whole send buffers of ten connections, headers included.
#define MEM_SIZE (32 * 1024)

// Room that lwIP adds to a short write, for more of the same: MSS by default, which would take the
// heap above for one short message a connection.
#define TCP_OVERSIZE (128)

// Received data waits here until the app reads it; when it is used up, nothing more is received,
// acknowledgements included. Small pieces, because a message of 20 bytes takes a whole one. Three
// connections whose app does not read (3 * TCP_WND, 24 pieces each) leave the others room.
#define TCP_WND (4 * TCP_MSS)
#define PBUF_POOL_SIZE (80)
#define PBUF_POOL_BUFSIZE (256)

// ../lwip/sockets.c keeps the sockets' callback for received data there.
#define LWIP_TCP_PCB_NUM_EXT_ARGS (1)

// 127.0.0.1, for tests that are client and server at once: loopback.c.
#define LWIP_HAVE_LOOPIF (1)
#define LWIP_NETIF_LOOPBACK (1)
#define LWIP_LOOPBACK_MAX_PBUFS (0)

// PPP: ask the peer when the line is silent, so that a line that was cut is noticed in half a
// minute. Nothing else would tell: a serial port has no carrier.
#define LCP_ECHOINTERVAL (10)
#define LCP_MAXECHOFAILS (3)

#include "ports/rp2/lwip_inc/lwipopts.h"

#endif // LWS_LWIPOPTS_H
