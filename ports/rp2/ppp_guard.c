// Between MicroPython's network.PPP and lwIP; the linker puts it there (--wrap, ppp.cmake).
//
// Sockets hold a lock while they are in lwIP, because its timers run in an interrupt. network.PPP
// does not. And it writes to the UART in a way that runs Python while the UART's buffer is full: a
// scheduled PPP.poll() would then receive in the midst of sending, and Ctrl-C would leave lwIP by
// longjmp with the lock held. Here the lock is taken, and sending waits without running anything.
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stream.h"

#include "netif/ppp/pppapi.h"
#include "netif/ppp/pppos.h"

#define STUCK_MS (100)  // a line that takes no byte for so long (flow control) loses the packet

// lwIP has memory for one PPP connection (MEMP_NUM_PPP_PCB). network.PPP keeps its stream alive.
static mp_obj_t line;
static const mp_stream_p_t *stream;

ppp_pcb *__real_pppos_create(struct netif *netif, pppos_output_cb_fn output,
    ppp_link_status_cb_fn status, void *ctx);
ppp_pcb *__wrap_pppos_create(struct netif *netif, pppos_output_cb_fn output,
    ppp_link_status_cb_fn status, void *ctx);
void __real_pppos_input(ppp_pcb *ppp, const void *data, int len);
void __wrap_pppos_input(ppp_pcb *ppp, const void *data, int len);
err_t __real_ppp_connect(ppp_pcb *ppp, u16_t holdoff);
err_t __wrap_ppp_connect(ppp_pcb *ppp, u16_t holdoff);
err_t __real_ppp_close(ppp_pcb *ppp, u8_t nocarrier);
err_t __wrap_ppp_close(ppp_pcb *ppp, u8_t nocarrier);
err_t __real_ppp_free(ppp_pcb *ppp);
err_t __wrap_ppp_free(ppp_pcb *ppp);

static bool has_room(void) {
    mp_uint_t start = mp_hal_ticks_ms();
    int error;
    while (!(stream->ioctl(line, MP_STREAM_POLL, MP_STREAM_POLL_WR, &error) & MP_STREAM_POLL_WR)) {
        if (mp_hal_ticks_ms() - start > STUCK_MS) {
            return false;
        }
    }
    return true;
}

// Byte by byte: that there is room for one is all that a stream tells. The UART's interrupt makes
// room meanwhile, also while this runs in the interrupt of the timers, which is the lowest.
static u32_t send(ppp_pcb *ppp, const void *data, u32_t len, void *ctx) {
    const uint8_t *bytes = data;
    for (u32_t i = 0; i < len; i++) {
        int error;
        if (!has_room() || stream->write(line, &bytes[i], 1, &error) != 1) {
            return i;
        }
    }
    return len;
}

ppp_pcb *__wrap_pppos_create(struct netif *netif, pppos_output_cb_fn output,
    ppp_link_status_cb_fn status, void *ctx) {
    mp_obj_t config[3];
    mp_load_method(MP_OBJ_FROM_PTR(ctx), MP_QSTR_config, config);
    config[2] = MP_OBJ_NEW_QSTR(MP_QSTR_stream);
    mp_obj_t found = mp_call_method_n_kw(1, 0, config);
    stream = mp_get_stream_raise(found, MP_STREAM_OP_WRITE | MP_STREAM_OP_IOCTL);
    line = found;
    MICROPY_PY_LWIP_ENTER
    ppp_pcb *ppp = __real_pppos_create(netif, send, status, ctx);
    MICROPY_PY_LWIP_EXIT
    return ppp;
}

void __wrap_pppos_input(ppp_pcb *ppp, const void *data, int len) {
    MICROPY_PY_LWIP_ENTER
    __real_pppos_input(ppp, data, len);
    MICROPY_PY_LWIP_EXIT
}

err_t __wrap_ppp_connect(ppp_pcb *ppp, u16_t holdoff) {
    MICROPY_PY_LWIP_ENTER
    err_t err = __real_ppp_connect(ppp, holdoff);
    MICROPY_PY_LWIP_EXIT
    return err;
}

err_t __wrap_ppp_close(ppp_pcb *ppp, u8_t nocarrier) {
    MICROPY_PY_LWIP_ENTER
    err_t err = __real_ppp_close(ppp, nocarrier);
    MICROPY_PY_LWIP_EXIT
    return err;
}

err_t __wrap_ppp_free(ppp_pcb *ppp) {
    MICROPY_PY_LWIP_ENTER
    err_t err = __real_ppp_free(ppp);
    MICROPY_PY_LWIP_EXIT
    return err;
}
