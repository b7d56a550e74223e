// Module _counter of test firmwares: instructions, and what lwIP holds.
//
// Exact only under QEMU's -icount shift=3, where an instruction takes 8 ns of the machine's time.
#include "clock.h"
#include "counter_lwip.h"
#include "idle.h"
#include "machine.h"

#include "device/added.h"

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

static void put(mp_obj_t dict, const char *name, mp_uint_t n) {
    mp_obj_t key = MP_OBJ_NEW_QSTR(qstr_from_str(name));
    mp_obj_dict_store(dict, key, mp_obj_new_int_from_uint(n));
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
    put(use, "active", length(tcp_active_pcbs));
    put(use, "bound", length(tcp_bound_pcbs));
    put(use, "time_wait", length(tcp_tw_pcbs));
    put(use, "listening", length(tcp_listen_pcbs.pcbs));
    put(use, "tcp_pcb", lwip_stats.memp[MEMP_TCP_PCB]->used);
    put(use, "tcp_seg", lwip_stats.memp[MEMP_TCP_SEG]->used);
    put(use, "udp_pcb", lwip_stats.memp[MEMP_UDP_PCB]->used);
    put(use, "pbuf", lwip_stats.memp[MEMP_PBUF]->used);
    put(use, "pbuf_pool", lwip_stats.memp[MEMP_PBUF_POOL]->used);
    put(use, "heap", lwip_stats.mem.used);
    mp_uint_t refused = lwip_stats.mem.err;
    for (size_t i = 0; i < MEMP_MAX; i++) {
        refused += lwip_stats.memp[i]->err;
    }
    put(use, "refused", refused);
    return use;
}
static MP_DEFINE_CONST_FUN_OBJ_0(counter_lwip_use_obj, counter_lwip_use);

static void fill(mp_obj_t module) {
    added_function(module, "instructions", &counter_instructions_obj);
    added_function(module, "lwip", &counter_lwip_obj);
    added_function(module, "lwip_use", &counter_lwip_use_obj);
}

const added_module_t added_by_port = { "_counter", fill };
