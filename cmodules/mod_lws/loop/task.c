#include "mod_lws/loop/task.h"

#include "mod_lws/loop/context.h"
#include "mod_lws/loop/generator.h"

#include "py/mphal.h"
#include "py/objgenerator.h"
#include "py/objstr.h"
#include "py/pairheap.h"
#include "py/runtime.h"
#include "py/smallint.h"

extern mp_obj_t mp_asyncio_context;     // the globals of asyncio.core

static mp_obj_t aio_get(qstr name) {
    return mp_obj_dict_get(mp_asyncio_context, MP_OBJ_NEW_QSTR(name));
}

static void aio_set(qstr name, mp_obj_t value) {
    mp_obj_dict_store(mp_asyncio_context, MP_OBJ_NEW_QSTR(name), value);
}

// After a soft reset asyncio's context still points into the heap that went.
void mlws_task_begin(void) {
    mp_map_elem_t *core = mp_map_lookup(&MP_STATE_VM(mp_loaded_modules_dict).map,
        MP_OBJ_NEW_QSTR(qstr_from_str("asyncio.core")), MP_MAP_LOOKUP);
    mp_asyncio_context = core ? MP_OBJ_FROM_PTR(mp_obj_module_get_globals(core->value))
        : MP_OBJ_NULL;
}

// asyncio sets its context when it makes its first task; a server without asyncio has none yet.
static void aio_open(void) {
    if (mp_asyncio_context == MP_OBJ_NULL) {
        mp_obj_t core = mp_import_name(qstr_from_str("asyncio.core"), mp_const_true,
            MP_OBJ_NEW_SMALL_INT(0));
        mp_asyncio_context = MP_OBJ_FROM_PTR(mp_obj_module_get_globals(core));
    }
}

mp_obj_t mlws_task_current(void) {
    if (mp_asyncio_context == MP_OBJ_NULL) {
        return MP_OBJ_NULL;
    }
    mp_obj_t t = aio_get(MP_QSTR_cur_task);
    return t == mp_const_none ? MP_OBJ_NULL : t;
}

mp_obj_t mlws_task_wait_on(mp_obj_t waiter) {
    mp_obj_t t = mlws_task_current();
    if (t == MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("await needs a running asyncio task"));
    }
    mp_store_attr(t, MP_QSTR_data, waiter);
    return t;
}

void mlws_task_queue(mp_obj_t *waiting) {
    mp_obj_t task = *waiting;
    *waiting = MP_OBJ_NULL;
    if (task == MP_OBJ_NULL) {
        return;
    }
    mp_obj_t call[3];
    mp_load_method(aio_get(MP_QSTR__task_queue), MP_QSTR_push, call);
    call[2] = task;
    mp_call_method_n_kw(1, 0, call);
}

mlws_task_head_t mlws_task_head(void) {
    mlws_task_head_t head = { mp_const_none, mp_const_none };
    if (mp_asyncio_context != MP_OBJ_NULL) {
        mp_obj_t call[2];
        mp_load_method(aio_get(MP_QSTR__task_queue), MP_QSTR_peek, call);
        head.task = mp_call_method_n_kw(0, 0, call);
        if (head.task != mp_const_none) {
            head.key = mp_load_attr(head.task, MP_QSTR_ph_key);
        }
    }
    return head;
}

// A key before that of any task in the queue.
static mp_obj_t first_key(void) {
    mlws_task_head_t head = mlws_task_head();
    mp_uint_t key = mp_hal_ticks_ms();
    if (head.task != mp_const_none && !mlws_task_sleeps_us(&head)) {
        key = (mp_uint_t)MP_OBJ_SMALL_INT_VALUE(head.key) - 1;
    }
    return MP_OBJ_NEW_SMALL_INT(key & (MICROPY_PY_TIME_TICKS_PERIOD - 1));
}

void mlws_task_give(void) {
    mp_obj_t call[4], waiting = mp_load_attr(mlws_task_current(), MP_QSTR_state);
    mp_load_method_maybe(waiting, MP_QSTR_peek, call);
    if (call[0] == MP_OBJ_NULL) {
        return;     // nobody awaits it, or a callable is told
    }
    mp_obj_t key = first_key();
    while (mp_call_function_1(call[0], waiting) != mp_const_none) {
        mp_obj_t pop[2], push[4];
        mp_load_method(waiting, MP_QSTR_pop, pop);
        mp_load_method(aio_get(MP_QSTR__task_queue), MP_QSTR_push, push);
        push[2] = mp_call_method_n_kw(0, 0, pop);
        push[3] = key;
        mp_call_method_n_kw(2, 0, push);
    }
}

bool mlws_task_head_same(const mlws_task_head_t *before) {
    mlws_task_head_t now = mlws_task_head();
    return now.task == before->task && now.key == before->key;
}

uint64_t mlws_task_sleeps_us(const mlws_task_head_t *head) {
    if (head->task == mp_const_none) {
        return 366 * 86400 * 1000000ull;
    }
    // Keys are asyncio's ticks, which wrap around.
    const mp_uint_t half = MICROPY_PY_TIME_TICKS_PERIOD / 2;
    mp_uint_t key = (mp_uint_t)MP_OBJ_SMALL_INT_VALUE(head->key);
    mp_uint_t ahead = (key - mp_hal_ticks_ms() + half) & (MICROPY_PY_TIME_TICKS_PERIOD - 1);
    return ahead > half ? (uint64_t)(ahead - half) * 1000 : 0;
}

// ---- a connection's own

// What asyncio calls when the task ends: done(task, exception).
typedef struct {
    mp_obj_base_t base;
    mlws_exchange_t *x;         // lies in what `of` keeps
    mlws_ended_t ended;
    void *of;
} done_t;

static void finish(const done_t *d, mp_obj_t exc) {
    bool ok = mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(exc)),
        MP_OBJ_FROM_PTR(&mp_type_StopIteration));
    d->ended(d->x, d->of, ok, ok ? mp_obj_exception_get_value(exc) : exc);
}

static void forget(mlws_exchange_t *x) {
    x->task = x->coro = MP_OBJ_NULL;
}

static mp_obj_t done_call(mp_obj_t self_in, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 2, 2, false);
    done_t *self = MP_OBJ_TO_PTR(self_in);
    mlws_exchange_t *x = self->x;
    // One that answered before its end may have been followed by another.
    if (x->task == args[0]) {
        forget(x);
    }
    finish(self, args[1]);
    return mp_const_none;
}

static MP_DEFINE_CONST_OBJ_TYPE(done_type, MP_QSTR_done, MP_TYPE_FLAG_NONE, call, done_call);

// Resumes the coroutine once as its own task. *value is what it yielded or returned, or the
// exception that ended it.
static mp_vm_return_kind_t resume(const mlws_exchange_t *x, mp_obj_t *value) {
    mp_obj_t outer = aio_get(MP_QSTR_cur_task);
    aio_set(MP_QSTR_cur_task, x->task);
    *value = mp_const_none;
    mp_vm_return_kind_t kind = mp_obj_gen_resume(x->coro, mp_const_none, MP_OBJ_NULL, value);
    aio_set(MP_QSTR_cur_task, outer);
    return kind;
}

// The coroutine returned or raised within this turn.
static void ended(const done_t *d, mp_vm_return_kind_t kind, mp_obj_t value) {
    mlws_exchange_t *x = d->x;
    mp_obj_t coro = x->coro;
    mp_store_attr(x->task, MP_QSTR_state, mp_const_false);
    forget(x);
    if (kind == MP_VM_RETURN_NORMAL) {
        if (value == MP_OBJ_NULL || value == MP_OBJ_STOP_ITERATION || value == mp_const_none) {
            // a body with nothing in it, or a coroutine
            value = mlws_yields_values(coro) ? MP_OBJ_NEW_QSTR(MP_QSTR_) : mp_const_none;
        }
        d->ended(x, d->of, true, value);
    } else if (mlws_ends_loop(value)) {
        nlr_raise(value);
    } else {
        finish(d, value);
    }
}

void mlws_task_wake(mlws_exchange_t *x, mp_obj_t *waiting) {
    mp_obj_t t = *waiting;
    if (t == MP_OBJ_NULL || t != x->task || x->k->c.vhost->ctx->cork != &x->k->c) {
        mlws_task_queue(waiting);
        return;
    }
    *waiting = MP_OBJ_NULL;
    mp_obj_t value;
    mp_store_attr(t, MP_QSTR_data, mp_const_none);
    mp_vm_return_kind_t kind = resume(x, &value);
    if (kind != MP_VM_RETURN_YIELD) {
        ended(MP_OBJ_TO_PTR(mp_load_attr(t, MP_QSTR_state)), kind, value);
    }
}

void mlws_task_forsake(mlws_exchange_t *x) {
    mp_obj_t call[2];
    mp_store_attr(x->task, MP_QSTR_state, mp_const_true);
    mp_load_method(x->task, MP_QSTR_cancel, call);
    forget(x);
    mp_call_method_n_kw(0, 0, call);
}

void mlws_task_cancel(const mlws_exchange_t *x) {
    if (x->coro != MP_OBJ_NULL) {
        mp_obj_t call[2];
        aio_set(MP_QSTR_cur_task, mp_const_none);   // the last that ran, and may be this one
        mp_load_method(x->task, MP_QSTR_cancel, call);
        mp_call_method_n_kw(0, 0, call);
    }
}

static bool is_queued(mp_obj_t task) {
    return ((mp_pairheap_t *)MP_OBJ_TO_PTR(task))->next || mlws_task_head().task == task;
}

bool mlws_task_is_due(const mlws_exchange_t *x) {
    if (x->coro == MP_OBJ_NULL || !is_queued(x->task)) {
        return false;
    }
    mlws_task_head_t at = { x->task, mp_load_attr(x->task, MP_QSTR_ph_key) };
    return !mlws_task_sleeps_us(&at);
}

// Will something wake a task that has yielded? asyncio's queue has it, or it says what it
// waits for.
static bool is_waiting(mp_obj_t task) {
    return mp_load_attr(task, MP_QSTR_data) != mp_const_none || is_queued(task);
}

// is_waiting(): of the current task
static mp_obj_t current_is_waiting(void) {
    return mp_obj_new_bool(is_waiting(mlws_task_current()));
}
MP_DEFINE_CONST_FUN_OBJ_0(mlws_is_waiting_obj, current_is_waiting);

// A generator that begins with None is no body, and as a coroutine it would never go on.
static void refuse(mlws_exchange_t *x) {
    mp_obj_t close[2];
    mp_load_method(x->coro, MP_QSTR_close, close);
    mp_store_attr(x->task, MP_QSTR_state, mp_const_false);
    forget(x);
    mp_call_method_n_kw(0, 0, close);
    mp_raise_TypeError(MP_ERROR_TEXT("a generator yielded None, which is no text"));
}

// Its first run is over; true: it waits.
static bool begun(done_t *d, mp_vm_return_kind_t kind, mp_obj_t value) {
    mlws_exchange_t *x = d->x;
    if (kind != MP_VM_RETURN_YIELD) {
        ended(d, kind, value);
        return false;
    }
    if (value != mp_const_none) {
        mp_obj_t pair[2] = { value, x->coro };
        ended(d, MP_VM_RETURN_NORMAL, mp_obj_new_tuple(2, pair));
        return false;
    }
    if (!is_waiting(x->task)) {
        refuse(x);
    }
    done_t *last = lws_mem_alloc(&x->k->c.vhost->ctx->mem, sizeof(*last));
    if (!last) {
        mlws_task_forsake(x);
        mp_raise_msg(&mp_type_MemoryError, MP_ERROR_TEXT("no memory to keep the request"));
    }
    *last = *d;
    mp_store_attr(x->task, MP_QSTR_state, MP_OBJ_FROM_PTR(last));
    return true;
}

bool mlws_task_start(mlws_exchange_t *x, mp_obj_t coro, mlws_ended_t ended, void *of) {
    done_t d = { .base = { &done_type }, .x = x, .ended = ended, .of = of };
    aio_open();
    mp_obj_t args[2] = { coro, mp_asyncio_context };
    x->k->shared = true;
    x->task = mp_call_function_n_kw(aio_get(MP_QSTR_Task), 2, 0, args);
    x->coro = coro;
    mp_obj_t value;
    mp_vm_return_kind_t kind = resume(x, &value);
    return begun(&d, kind, value);
}

// ---- which functions make coroutines

// What a bound method (self after it) or a closure (count of its variables after it) wraps;
// MicroPython keeps both structs to itself.
typedef struct {
    mp_obj_base_t base;
    mp_obj_t function;
} wrapper_t;

extern const mp_obj_type_t mp_type_closure;

// A closure may be a decorator's, around anything.
static mp_obj_t is_coroutine(mp_obj_t f) {
    bool closure = false;
    while (mp_obj_is_obj(f)) {
        const mp_obj_type_t *type = mp_obj_get_type(f);
        if (type == &mp_type_gen_wrap) {
            return mp_const_true;
        }
        #if MICROPY_EMIT_NATIVE
        if (type == &mp_type_native_gen_wrap) {
            return mp_const_true;
        }
        #endif
        #if MICROPY_EMIT_NATIVE
        if (type == &mp_type_fun_native && !closure) {
            return mp_const_false;
        }
        #endif
        if (type == &mp_type_fun_bc && !closure) {
            return mp_const_false;
        }
        closure |= type == &mp_type_closure;
        if (type != &mp_type_closure && type != &mp_type_bound_meth) {
            break;
        }
        f = ((wrapper_t *)MP_OBJ_TO_PTR(f))->function;
    }
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_is_coroutine_obj, is_coroutine);
