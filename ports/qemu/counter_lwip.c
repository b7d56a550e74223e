// How much of the instructions lwIP took: the linker sends the calls that are listed in
// counter_lwip.txt here, those of the sockets and those that lwIP's files make of each other. The
// outermost call counts. (A wrapper costs some ten instructions, which are counted too.)
#include "counter_lwip.h"

#include "machine.h"

#include "lwip/tcp.h"
#include "lwip/udp.h"

static uint32_t depth;
static uint32_t entered;
static uint64_t spent;

static void enter(void) {
    if (!depth++) {
        entered = arch_fine();
    }
}

static void leave(void) {
    if (!--depth) {
        spent += arch_fine() - entered;
    }
}

uint64_t counter_lwip_instructions(void) {
    return ARCH_FINE_INSTRUCTIONS(spent);
}

#define WRAP(result, name, parameters, arguments) \
    result __real_##name parameters; \
    result __wrap_##name parameters { \
        enter(); \
        result r = __real_##name arguments; \
        leave(); \
        return r; \
    }

WRAP(err_t, tcp_close, (struct tcp_pcb *pcb), (pcb))
WRAP(err_t, tcp_output, (struct tcp_pcb *pcb), (pcb))
WRAP(err_t, tcp_shutdown, (struct tcp_pcb *pcb, int rx, int tx), (pcb, rx, tx))
WRAP(err_t, tcp_write, (struct tcp_pcb *pcb, const void *p, u16_t len, u8_t flags),
    (pcb, p, len, flags))
WRAP(err_t, udp_sendto, (struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *ip, u16_t port),
    (pcb, p, ip, port))

void __real_tcp_recved(struct tcp_pcb *pcb, u16_t len);
void __wrap_tcp_recved(struct tcp_pcb *pcb, u16_t len) {
    enter();
    __real_tcp_recved(pcb, len);
    leave();
}

void __real_network_poll(void);
void __wrap_network_poll(void) {
    enter();
    __real_network_poll();
    leave();
}
