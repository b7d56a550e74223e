// The C tests as a module of a firmware that is made for testing (LWS_TESTS=1):
//
//     import _lws_unit
//     for name in _lws_unit.suites():
//         _lws_unit.run(name)             # Unity's text on the console; the number of failures
#include <string.h>

#include "device/added.h"
#include "device/heap.h"
#include "device/suites.h"
#include "py/mphal.h"
#include "py/mpprint.h"
#include "py/nlr.h"
#include "py/obj.h"
#include "py/runtime.h"
#include "unity.h"

// A line goes out at once: a call for every character would cost more than the tests.
static char line[128];
static size_t line_n;

static void write_line(void) {
    mp_hal_stdout_tx_strn_cooked(line, line_n);
    line_n = 0;
}

void unity_putchar(char c) {
    line[line_n++] = c;
    if (c == '\n' || line_n == sizeof(line)) {
        write_line();
    }
}

// What is left of a run that ^C ended.
static void give_up(void) {
    unity_begin("");
    unit_heap_release();
    line_n = 0;
}

static int run(const suite_t *s) {
    unit_heap_t heap;
    unit_heap_begin(&heap);
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        give_up();
        nlr_jump(nlr.ret_val);
    }
    int failures = s->main();
    nlr_pop();
    size_t left = unit_heap_release();
    // A test that failed halfway had no chance to free.
    if (left && !failures) {
        mp_printf(&mp_plat_print, "%s:0:memory:FAIL: %u blocks were not freed\n", s->name,
            (unsigned)left);
        failures = 1;
    }
    return failures;
}

static mp_obj_t mod_run(mp_obj_t name_in) {
    const char *name = mp_obj_str_get_str(name_in);
    for (size_t i = 0; i < unit_suites_count; i++) {
        if (strcmp(unit_suites[i].name, name) == 0) {
            return MP_OBJ_NEW_SMALL_INT(run(&unit_suites[i]));
        }
    }
    mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("no suite %s: see suites()"), name);
}
static MP_DEFINE_CONST_FUN_OBJ_1(mod_run_obj, mod_run);

static mp_obj_t mod_suites(void) {
    mp_obj_tuple_t *t = MP_OBJ_TO_PTR(mp_obj_new_tuple(unit_suites_count, NULL));
    for (size_t i = 0; i < unit_suites_count; i++) {
        const char *name = unit_suites[i].name;
        t->items[i] = mp_obj_new_str(name, strlen(name));
    }
    return MP_OBJ_FROM_PTR(t);
}
static MP_DEFINE_CONST_FUN_OBJ_0(mod_suites_obj, mod_suites);

void unit_module(mp_obj_t module) {
    added_function(module, "run", &mod_run_obj);
    added_function(module, "suites", &mod_suites_obj);
}
