// Module _counter of test firmwares: instructions, and what lwIP holds.
//
// Exact only under QEMU's -icount shift=3, where an instruction takes 8 ns of the machine's time.
#include "clock.h"
#include "counter_lwip.h"
#include "idle.h"
#include "machine.h"

#include "py/runtime.h"

#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

// instructions(): since boot, without the time asleep
static mp_obj_t counter_instructions(void) {
    return mp_obj_new_int_from_ull(ARCH_INSTRUCTIONS(clock_ticks() - idle_ticks()));
}
static MP_DEFINE_CONST_FUN_OBJ_0(counter_instructions_obj, counter_instructions);

// lwip(): how many of these lwIP and the network driver took
static mp_obj_t counter_lwip(void) {
    return mp_obj_new_int_from_ull(counter_lwip_instructions());
}
static MP_DEFINE_CONST_FUN_OBJ_0(counter_lwip_obj, counter_lwip);

static void put(mp_obj_t dict, qstr name, mp_uint_t n) {
    mp_obj_dict_store(dict, MP_OBJ_NEW_QSTR(name), mp_obj_new_int_from_uint(n));
}

static mp_uint_t length(const struct tcp_pcb *list) {
    mp_uint_t n = 0;
    for (; list; list = list->next) {
        n++;
    }
    return n;
}

// lwip_use(): {what: how many are in use}, and how often a pool was empty
static mp_obj_t counter_lwip_use(void) {
    mp_obj_t use = mp_obj_new_dict(12);
    put(use, MP_QSTR_active, length(tcp_active_pcbs));
    put(use, MP_QSTR_bound, length(tcp_bound_pcbs));
    put(use, MP_QSTR_time_wait, length(tcp_tw_pcbs));
    put(use, MP_QSTR_listening, length(tcp_listen_pcbs.pcbs));
    put(use, MP_QSTR_tcp_pcb, lwip_stats.memp[MEMP_TCP_PCB]->used);
    put(use, MP_QSTR_tcp_seg, lwip_stats.memp[MEMP_TCP_SEG]->used);
    put(use, MP_QSTR_udp_pcb, lwip_stats.memp[MEMP_UDP_PCB]->used);
    put(use, MP_QSTR_pbuf, lwip_stats.memp[MEMP_PBUF]->used);
    put(use, MP_QSTR_pbuf_pool, lwip_stats.memp[MEMP_PBUF_POOL]->used);
    put(use, MP_QSTR_heap, lwip_stats.mem.used);
    mp_uint_t refused = lwip_stats.mem.err;
    for (size_t i = 0; i < MEMP_MAX; i++) {
        refused += lwip_stats.memp[i]->err;
    }
    put(use, MP_QSTR_refused, refused);
    return use;
}
static MP_DEFINE_CONST_FUN_OBJ_0(counter_lwip_use_obj, counter_lwip_use);

static const mp_rom_map_elem_t counter_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__counter) },
    { MP_ROM_QSTR(MP_QSTR_instructions), MP_ROM_PTR(&counter_instructions_obj) },
    { MP_ROM_QSTR(MP_QSTR_lwip), MP_ROM_PTR(&counter_lwip_obj) },
    { MP_ROM_QSTR(MP_QSTR_lwip_use), MP_ROM_PTR(&counter_lwip_use_obj) },
};
static MP_DEFINE_CONST_DICT(counter_globals, counter_globals_table);

const mp_obj_module_t counter_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&counter_globals,
};
MP_REGISTER_MODULE(MP_QSTR__counter, counter_module);
