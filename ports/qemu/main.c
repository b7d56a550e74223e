// Boot, one script of the host or the REPL, soft reset.
#include "clock.h"
#include "heap.h"
#include "script.h"
#include "semihost.h"

#include "py/builtin.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"

#include "extmod/modnetwork.h"
#include "lwip/init.h"
#include "shared/runtime/gchelper.h"
#include "shared/runtime/pyexec.h"

#define EXIT_UNCAUGHT 123
#define EXIT_ABORT 126
#define STACK_RESERVE 2048      // for C functions that do not look at the limit, and interrupts

extern uint8_t _sstack[], _estack[], __GcHeapStart[], __GcHeapEnd[];

static void repl(void) {
    while (!(pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? pyexec_raw_repl()
           : pyexec_friendly_repl())) {
    }
}

static void one_life(void) {
    heap_init(__GcHeapStart, script_heap(__GcHeapEnd - __GcHeapStart));
    mp_init();
    mod_network_init();
    bool script = script_set_argv();
    pyexec_frozen_module("_boot.py", false);
    if (script) {
        semihost_exit(script_run());
    }
    pyexec_file_if_exists("boot.py");
    if (pyexec_mode_kind == PYEXEC_MODE_FRIENDLY_REPL) {
        bool own = mp_import_stat("main.py") == MP_IMPORT_STAT_FILE;
        pyexec_file_if_exists(own ? "main.py" : "/rom/main.py");
    }
    repl();
    mp_printf(&mp_plat_print, "MPY: soft reboot\n");
    mod_network_deinit();
    gc_sweep_all();
    mp_deinit();
}

int main(void) {
    mp_cstack_init_with_top(_estack, _estack - _sstack - STACK_RESERVE);
    clock_init();
    lwip_init();
    script_read_arguments();
    for (;;) {
        one_life();
    }
}

void gc_collect(void) {
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
}

void nlr_jump_fail(void *val) {
    (void)val;
    mp_printf(&mp_plat_print, "an exception that nobody catches\n");
    semihost_exit(EXIT_UNCAUGHT);
}

void abort(void) {
    mp_printf(&mp_plat_print, "abort\n");
    semihost_exit(EXIT_ABORT);
}

void network_assert_failed(const char *what) {
    mp_printf(&mp_plat_print, "lwIP: %s\n", what);
    semihost_exit(EXIT_ABORT);
}
