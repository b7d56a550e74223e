#include "mod_lws/loop/awaitable.h"

#include "mod_lws/loop/task.h"

#include "py/runtime.h"

// send(None): a task that has the awaitable for its coroutine runs.
static mp_obj_t awaitable_send(mp_obj_t self, mp_obj_t value) {
    (void)value;
    mp_obj_t yielded = mp_iternext_allow_raise(self);
    if (yielded != MP_OBJ_STOP_ITERATION) {
        return yielded;
    }
    mp_obj_t result = MP_STATE_THREAD(stop_iteration_arg);
    if (result != MP_OBJ_NULL && result != mp_const_none) {
        mlws_task_give();
    }
    mp_raise_StopIteration(result);
}
MP_DEFINE_CONST_FUN_OBJ_2(mlws_awaitable_send_obj, awaitable_send);

static mp_obj_t awaitable_throw(size_t n_args, const mp_obj_t *args) {
    bool pair = n_args > 2 && args[2] != mp_const_none;
    nlr_raise(mp_make_raise_obj(args[pair ? 2 : 1]));
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(mlws_awaitable_throw_obj, 2, 4, awaitable_throw);

static mp_obj_t awaitable_close(mp_obj_t self) {
    (void)self;
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_awaitable_close_obj, awaitable_close);
