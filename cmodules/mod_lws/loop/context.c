// The Python Context object: the loop. Under asyncio it is asyncio's I/O queue; without asyncio it
// runs by itself.
#include "mod_lws/loop/context.h"

#include "mod_lws/loop/ioqueue.h"
#include "mod_lws/loop/listener.h"
#include "mod_lws/loop/turn.h"
#include "mod_lws/loop/task.h"
#include "mod_lws/mem.h"

#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"

#define RX_MOST 16384               // bytes of the read buffer that all connections share
#define SCRATCH_MOST 4096           // bytes of the buffer where answers gather
#define BUFFER_LEAST 1024           // bytes of either, on the smallest heap
#define WALL_US 250000              // how often the wall clock is looked at
// the longest wait: everything that ends it earlier is an event
#define IDLE_US 60000000

MP_REGISTER_ROOT_POINTER(struct mlws_context *mlws_context);

// A sixteenth of the heap or a constant, whichever is less.
static size_t buffer_size(size_t most) {
    size_t heap = (size_t)(MP_STATE_MEM(area).gc_pool_end - MP_STATE_MEM(area).gc_pool_start);
    return MAX(BUFFER_LEAST, MIN(most, heap / 16));
}

mlws_context_t *mlws_context(void) {
    mlws_context_t *cx = MP_STATE_VM(mlws_context);
    if (cx) {
        return cx;
    }
    cx = mp_obj_malloc_with_finaliser(mlws_context_t, &mlws_context_type);
    memset((uint8_t *)cx + sizeof(cx->base), 0, sizeof(*cx) - sizeof(cx->base));
    cx->ep = -1;        // what follows may raise, and the finaliser closes it
    mlws_mem_init(&cx->ctx.mem);
    cx->rx_cap = buffer_size(RX_MOST);
    cx->rx = mlws_alloc_some(&cx->rx_cap);
    size_t scratch_cap = buffer_size(SCRATCH_MOST);
    cx->ctx.scratch = mlws_alloc_some(&scratch_cap);
    cx->ctx.scratch_cap = (uint32_t)scratch_cap;
    cx->listeners = mp_obj_new_list(0, NULL);
    cx->closed_error = mp_const_none;
    mp_map_init(&cx->foreign, 0);
    lws_context_init(&cx->ctx);
    mlws_task_begin();
    cx->ticks = (uint32_t)mp_hal_ticks_us();
    int err = mlws_poll_open(cx);
    if (err) {
        mp_raise_OSError(err);
    }
    MP_STATE_VM(mlws_context) = cx;
    return cx;
}

// A soft reset of a board sweeps the heap, but leaves the root pointers as they are. (A module's
// __init__ would not do: it runs at every import.)
static mp_obj_t context_del(mp_obj_t self) {
    mlws_poll_close(MP_OBJ_TO_PTR(self));
    if (MP_STATE_VM(mlws_context) == MP_OBJ_TO_PTR(self)) {
        MP_STATE_VM(mlws_context) = NULL;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(context_del_obj, context_del);

// ---- threads

#if MICROPY_PY_THREAD
static void run_here(mlws_context_t *cx) {
    cx->thread = mp_thread_get_state();
}

MP_NORETURN void mlws_elsewhere(void) {
    mp_raise_msg(&mp_type_RuntimeError,
        MP_ERROR_TEXT("the loop runs in another thread: leave this to one of its tasks"));
}
#else
static void run_here(mlws_context_t *cx) {
    (void)cx;
}
#endif

// ---- a turn

void mlws_clock(mlws_context_t *cx) {
    uint32_t ticks = (uint32_t)mp_hal_ticks_us();
    uint64_t now = cx->ctx.now_us + (uint32_t)(ticks - cx->ticks);
    uint64_t wall = cx->ctx.unix_s;
    cx->ticks = ticks;
    if (!cx->clock_us || now - cx->clock_us >= WALL_US) {
        cx->clock_us = now;
        wall = mp_hal_time_ns() / 1000000000u;
    }
    lws_context_clock(&cx->ctx, now, wall);
}

static uint64_t wait_us(const mlws_context_t *cx, uint64_t most) {
    if (cx->todo) {
        return 0;
    }
    uint64_t us = lws_context_wait(&cx->ctx);
    if (cx->accept_us) {
        us = MIN(us, cx->accept_us - MIN(cx->accept_us, cx->ctx.now_us));
    }
    return MIN(us, most);
}

static void one_turn(mlws_context_t *cx, uint64_t most_us) {
    mlws_serve_later(cx);
    mlws_poll_wait(cx, wait_us(cx, most_us));
    mlws_serve_held(cx);
    mlws_serve_timers(cx);
    if (cx->accept_us && cx->ctx.now_us >= cx->accept_us) {
        mlws_listeners_again(cx);
    }
}

static void turn(mlws_context_t *cx, uint64_t most_us) {
    if (cx->busy) {
        mlws_here();
        mp_raise_msg(&mp_type_RuntimeError,
            MP_ERROR_TEXT("the loop runs already: this is one of its handlers"));
    }
    cx->busy = true;
    run_here(cx);
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        one_turn(cx, most_us);
        nlr_pop();
        cx->busy = false;
    } else {
        cx->busy = false;
        cx->batch_count = 0;
        nlr_jump(nlr.ret_val);
    }
}

// ---- without asyncio

static mp_obj_t context_listen(mp_obj_t self, mp_obj_t sock, mp_obj_t vhost) {
    if (!mlws_face_of_vhost(mp_obj_get_type(vhost))) {
        mp_raise_TypeError(MP_ERROR_TEXT("not a Vhost"));
    }
    mlws_here();
    mp_get_stream_raise(sock, MP_STREAM_OP_IOCTL);
    mlws_listen(MP_OBJ_TO_PTR(self), sock, MP_OBJ_TO_PTR(vhost));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(context_listen_obj, context_listen);

static mp_obj_t context_unlisten(mp_obj_t self, mp_obj_t sock) {
    mlws_here();
    mlws_unlisten(MP_OBJ_TO_PTR(self), sock);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(context_unlisten_obj, context_unlisten);

static mp_obj_t context_service(size_t n_args, const mp_obj_t *args) {
    mp_int_t ms = n_args > 1 ? mp_obj_get_int(args[1]) : 0;
    turn(MP_OBJ_TO_PTR(args[0]), ms < 0 ? IDLE_US : (uint64_t)ms * 1000);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(context_service_obj, 1, 2, context_service);

static mp_obj_t context_run(mp_obj_t self) {
    mlws_context_t *cx = MP_OBJ_TO_PTR(self);
    cx->stop = false;
    while (!cx->stop) {
        turn(cx, IDLE_US);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(context_run_obj, context_run);

static mp_obj_t context_stop(mp_obj_t self) {
    ((mlws_context_t *)MP_OBJ_TO_PTR(self))->stop = true;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(context_stop_obj, context_stop);

// ---- the log

static void print_line(void *user, uint32_t level, const char *line, size_t n) {
    (void)user;
    (void)level;
    mp_print_strn(&mp_plat_print, line, n, 0, 0, 0);
    mp_print_str(&mp_plat_print, "\n");
}

// log(levels): which lines are printed; 0: none
static mp_obj_t context_log(mp_obj_t self, mp_obj_t levels) {
    mlws_context_t *cx = MP_OBJ_TO_PTR(self);
    cx->log = (lws_log_t) { .levels = (uint32_t)mp_obj_get_int(levels), .sink = print_line };
    cx->ctx.log = cx->log.levels ? &cx->log : NULL;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(context_log_obj, context_log);

// ---- as asyncio's I/O queue

static mp_obj_t context_queue_read(mp_obj_t self, mp_obj_t stream) {
    mlws_here();
    mlws_ioqueue_wait(MP_OBJ_TO_PTR(self), stream, false);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(context_queue_read_obj, context_queue_read);

static mp_obj_t context_queue_write(mp_obj_t self, mp_obj_t stream) {
    mlws_here();
    mlws_ioqueue_wait(MP_OBJ_TO_PTR(self), stream, true);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(context_queue_write_obj, context_queue_write);

static mp_obj_t context_remove(mp_obj_t self, mp_obj_t task) {
    mlws_ioqueue_remove(MP_OBJ_TO_PTR(self), task);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(context_remove_obj, context_remove);

// asyncio asks for one wait of at most ms. Turns that wake no task are not worth its while: they
// go on here. -1: no task is scheduled; then it resumes whatever task is first afterwards, which
// must not be one that a handler of this turn has put to sleep.
static mp_obj_t context_wait_io_event(mp_obj_t self, mp_obj_t ms_in) {
    mlws_context_t *cx = MP_OBJ_TO_PTR(self);
    mp_int_t ms = mp_obj_get_int(ms_in);
    mlws_task_head_t head = mlws_task_head();
    mlws_clock(cx);
    uint64_t end = ms < 0 ? UINT64_MAX : cx->ctx.now_us + (uint64_t)ms * 1000;
    do {
        uint64_t left = end - MIN(end, cx->ctx.now_us);
        turn(cx, MIN(left, IDLE_US));
        if (mlws_task_head_same(&head)) {
            continue;
        }
        if (ms >= 0) {
            break;      // it looks at the time again before it resumes one
        }
        head = mlws_task_head();
        mlws_clock(cx);
        end = cx->ctx.now_us + mlws_task_sleeps_us(&head);
    } while (cx->ctx.now_us < end);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(context_wait_io_event_obj, context_wait_io_event);

static void context_attr(mp_obj_t self, qstr attr, mp_obj_t *dest) {
    mlws_context_t *cx = MP_OBJ_TO_PTR(self);
    if (dest[0] == MP_OBJ_NULL) {
        if (attr == MP_QSTR_map) {
            // asyncio's loop ends when nothing can wake a task any more.
            dest[0] = mp_obj_new_bool(cx->foreign.used || cx->ctx.conns
                || mp_obj_is_true(cx->listeners));
        } else if (attr == MP_QSTR_conns) {
            dest[0] = mp_obj_new_int_from_uint(cx->ctx.conns);
        } else if (attr == MP_QSTR_closed_error) {
            dest[0] = cx->closed_error;
        } else {
            dest[1] = MP_OBJ_SENTINEL;
        }
    } else if (dest[1] != MP_OBJ_NULL && attr == MP_QSTR_closed_error) {
        cx->closed_error = dest[1];
        dest[0] = MP_OBJ_NULL;
    }
}

static const mp_rom_map_elem_t context_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___del__), MP_ROM_PTR(&context_del_obj) },
    { MP_ROM_QSTR(MP_QSTR_listen), MP_ROM_PTR(&context_listen_obj) },
    { MP_ROM_QSTR(MP_QSTR_unlisten), MP_ROM_PTR(&context_unlisten_obj) },
    { MP_ROM_QSTR(MP_QSTR_service), MP_ROM_PTR(&context_service_obj) },
    { MP_ROM_QSTR(MP_QSTR_run), MP_ROM_PTR(&context_run_obj) },
    { MP_ROM_QSTR(MP_QSTR_log), MP_ROM_PTR(&context_log_obj) },
    { MP_ROM_QSTR(MP_QSTR_stop), MP_ROM_PTR(&context_stop_obj) },
    { MP_ROM_QSTR(MP_QSTR_queue_read), MP_ROM_PTR(&context_queue_read_obj) },
    { MP_ROM_QSTR(MP_QSTR_queue_write), MP_ROM_PTR(&context_queue_write_obj) },
    { MP_ROM_QSTR(MP_QSTR_remove), MP_ROM_PTR(&context_remove_obj) },
    { MP_ROM_QSTR(MP_QSTR_wait_io_event), MP_ROM_PTR(&context_wait_io_event_obj) },
};
static MP_DEFINE_CONST_DICT(context_locals, context_locals_table);

MP_DEFINE_CONST_OBJ_TYPE(mlws_context_type, MP_QSTR_Context, MP_TYPE_FLAG_NONE,
    attr, context_attr, locals_dict, &context_locals);
