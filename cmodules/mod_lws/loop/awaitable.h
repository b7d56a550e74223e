// What the awaitables have in common: asyncio takes them for coroutines, which create_task(),
// wait_for() and gather() want. An awaitable is an object with iternext, so that await costs no
// call, which keeps nothing that a cancelled task would leave behind: it takes what came when it
// is resumed, not before.
#ifndef MOD_LWS_LOOP_AWAITABLE_H
#define MOD_LWS_LOOP_AWAITABLE_H

#include "py/obj.h"

extern const mp_obj_fun_builtin_fixed_t mlws_awaitable_send_obj, mlws_awaitable_close_obj;
extern const mp_obj_fun_builtin_var_t mlws_awaitable_throw_obj;

// Rows of a type's locals.
#define MLWS_AWAITABLE_METHODS \
    { MP_ROM_QSTR(MP_QSTR_send), MP_ROM_PTR(&mlws_awaitable_send_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_throw), MP_ROM_PTR(&mlws_awaitable_throw_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&mlws_awaitable_close_obj) }

// For one that waits: asyncio calls remove(task) when it cancels the task.
#define MLWS_AWAITABLE_LOCALS(name, remove) \
    static const mp_rom_map_elem_t name##_table[] = { \
        MLWS_AWAITABLE_METHODS, { MP_ROM_QSTR(MP_QSTR_remove), MP_ROM_PTR(&remove) }, \
    }; \
    static MP_DEFINE_CONST_DICT(name, name##_table)

#endif
