// Two slips of MicroPython's lwIP sockets (extmod/modlwip.c, 1.25 and 1.26), put right around it:
// the linker sends its calls of tcp_err and tcp_recv here (--wrap=tcp_err, --wrap=tcp_recv).
//
// 1. close() of a listening socket takes back callbacks that only connections have. A listening
//    PCB is the shorter struct: each of these calls would write a null behind it, into another
//    PCB of the pool.
// 2. What a client sends before accept() is refused, and lwIP offers it again only at its next
//    tick: every connection whose request comes right behind the handshake would wait up to
//    250 ms. accept() sets the receive callback; that is when the data can be taken.
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"

void __real_tcp_err(struct tcp_pcb *pcb, tcp_err_fn err);
void __real_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn recv);

void __wrap_tcp_err(struct tcp_pcb *pcb, tcp_err_fn err) {
    if (pcb && pcb->state != LISTEN) {
        __real_tcp_err(pcb, err);
    }
}

void __wrap_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn recv) {
    if (pcb && pcb->state != LISTEN) {
        __real_tcp_recv(pcb, recv);
        if (recv && pcb->refused_data) {
            tcp_process_refused_data(pcb);
        }
    }
}
