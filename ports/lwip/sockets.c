// Three slips of MicroPython's lwIP sockets (extmod/modlwip.c, 1.25 and 1.26), put right around
// it: the linker sends its calls of tcp_err and tcp_recv here (--wrap=tcp_err, --wrap=tcp_recv).
//
// 1. close() of a listening socket takes back callbacks that only connections have. A listening
//    PCB is the shorter struct: each of these calls would write a null behind it, into another
//    PCB of the pool.
// 2. What a client sends before accept() is refused, and lwIP offers it again only at its next
//    tick: every connection whose request comes right behind the handshake would wait up to
//    250 ms. accept() sets the receive callback; that is when the data can be taken.
// 3. It takes a read of no bytes for the end of the stream, and a read gives what one pbuf holds.
//    That may be nothing: of a segment that overlaps with what was there before (an ordinary thing
//    on a link that loses frames) lwIP empties the first pbufs; a head that fills the first pbuf
//    leaves nothing else in it. So the binding gets the pbufs that hold something.
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"

void __real_tcp_err(struct tcp_pcb *pcb, tcp_err_fn err);
void __real_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn recv);

void __wrap_tcp_err(struct tcp_pcb *pcb, tcp_err_fn err) {
    if (pcb && pcb->state != LISTEN) {
        __real_tcp_err(pcb, err);
    }
}

static u8_t recv_id(void) {
    static u8_t after_id;
    if (!after_id) {
        after_id = tcp_ext_arg_alloc_id() + 1;
    }
    return after_id - 1;
}

static void free_empty_behind(struct pbuf *p) {
    for (struct pbuf **at = &p->next; *at;) {
        struct pbuf *q = *at;
        if (q->len) {
            at = &q->next;
        } else {
            *at = q->next;
            q->next = NULL;
            pbuf_free(q);
        }
    }
}

// What the binding does not take stays lwIP's, who knows it by its first pbuf.
static err_t receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err) {
    tcp_recv_fn recv = (tcp_recv_fn)tcp_ext_arg_get(pcb, recv_id());
    if (!p) {
        return recv(arg, pcb, NULL, err);   // the end
    }
    free_empty_behind(p);
    if (p->len) {
        return recv(arg, pcb, p, err);
    }
    struct pbuf *rest = p->next;
    if (rest) {
        pbuf_ref(rest);
        err = recv(arg, pcb, rest, err);
    }
    pbuf_free(err == ERR_OK ? p : rest);
    return err;
}

void __wrap_tcp_recv(struct tcp_pcb *pcb, tcp_recv_fn recv) {
    if (pcb && pcb->state != LISTEN) {
        tcp_ext_arg_set(pcb, recv_id(), (void *)recv);
        __real_tcp_recv(pcb, recv ? receive : NULL);
        if (recv && pcb->refused_data) {
            tcp_process_refused_data(pcb);
        }
    }
}
