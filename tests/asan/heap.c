// The module _lws_heap of the test build: allocations of the binding fail on demand, and the
// address sanitizer knows which bytes of MicroPython's heap are in use.
#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"

#include <sanitizer/asan_interface.h>

// What nobody frees is the collector's.
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0";
}

// ---- which bytes are in use

// Four blocks to a byte of the table, 0: a free one.
static bool is_free(const mp_state_mem_area_t *area, size_t block) {
    return !(area->gc_alloc_table_start[block / 4] >> 2 * (block % 4) & 3);
}

static void poison_free(void) {
    const mp_state_mem_area_t *area = &MP_STATE_MEM(area);
    size_t n = area->gc_alloc_table_byte_len * 4, first = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && is_free(area, i)) {
            continue;
        }
        if (i > first) {
            ASAN_POISON_MEMORY_REGION(area->gc_pool_start + first * MICROPY_BYTES_PER_GC_BLOCK,
                (i - first) * MICROPY_BYTES_PER_GC_BLOCK);
        }
        first = i + 1;
    }
}

// Of a block's bytes the first n are.
static void *in_use(uint8_t *p, size_t n) {
    if (p) {
        size_t all = gc_nbytes(p);
        ASAN_UNPOISON_MEMORY_REGION(p, all);
        ASAN_POISON_MEMORY_REGION(p + n, all - n);
    }
    return p;
}

// The collector's own, which no interceptor checks.
void *lws_raw_memset(void *to, int c, size_t n);
void *lws_raw_memcpy(void *to, const void *from, size_t n);

void *lws_raw_memset(void *to, int c, size_t n) {
    for (uint8_t *p = to; n--;) {
        *p++ = (uint8_t)c;
    }
    return to;
}

void *lws_raw_memcpy(void *to, const void *from, size_t n) {
    const uint8_t *q = from;
    for (uint8_t *p = to; n--;) {
        *p++ = *q++;
    }
    return to;
}

// ---- which allocations fail

static struct {
    size_t seen;                // allocations by the binding since arm()
    size_t first, count;        // which of them fail; first 0: none
    uint32_t ticks_us;          // how far the clock is set forward
} s;

extern const uint8_t __start_lws_binding[], __stop_lws_binding[];

// Does the binding run, or something that it has called? A frame: the caller's frame, its address.
static bool by_binding(void) {
    const uintptr_t *frame = __builtin_frame_address(0);
    const uintptr_t *top = (const uintptr_t *)(void *)MP_STATE_THREAD(stack_top);
    while (frame && frame < top) {
        const uint8_t *at = (const uint8_t *)frame[1];
        if (at >= __start_lws_binding && at < __stop_lws_binding) {
            return true;
        }
        const uintptr_t *caller = (const uintptr_t *)frame[0];
        if (caller <= frame) {
            break;
        }
        frame = caller;
    }
    return false;
}

static bool fails(void) {
    if (!s.first || !by_binding()) {
        return false;
    }
    s.seen++;
    return s.seen >= s.first && s.seen - s.first < s.count;
}

void *__real_gc_alloc(size_t n, unsigned int flags);
void *__wrap_gc_alloc(size_t n, unsigned int flags);
void *__wrap_gc_alloc(size_t n, unsigned int flags) {
    return n && fails() ? NULL : in_use(__real_gc_alloc(n, flags), n);
}

void __real_gc_free(void *p);
void __wrap_gc_free(void *p);
void __wrap_gc_free(void *p) {
    size_t n = p ? gc_nbytes(p) : 0;
    __real_gc_free(p);
    if (p && !gc_nbytes(p)) {
        ASAN_POISON_MEMORY_REGION(p, n);
    }
}

void *__real_gc_realloc(void *p, size_t n, bool allow_move);
void *__wrap_gc_realloc(void *p, size_t n, bool allow_move);
void *__wrap_gc_realloc(void *p, size_t n, bool allow_move) {
    if (!p || !n) {
        __wrap_gc_free(p);
        return __wrap_gc_alloc(n, 0);
    }
    size_t before = gc_nbytes(p);
    if (n > before && fails()) {
        return NULL;
    }
    uint8_t *q = __real_gc_realloc(p, n, allow_move);
    if (q) {
        ASAN_POISON_MEMORY_REGION(p, before);
    }
    return in_use(q, n);
}

void __real_gc_collect_end(void);
void __wrap_gc_collect_end(void);
void __wrap_gc_collect_end(void) {
    __real_gc_collect_end();
    poison_free();
}

// arm(first, count=1): of the allocations by the binding from here on so many fail, beginning with
// this one. 0: none.
static mp_obj_t arm(size_t n_args, const mp_obj_t *args) {
    s.seen = 0;
    s.first = (size_t)mp_obj_get_int(args[0]);
    s.count = n_args > 1 ? (size_t)mp_obj_get_int(args[1]) : 1;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(arm_obj, 1, 2, arm);

// How many there were, failed or not.
static mp_obj_t seen(void) {
    return mp_obj_new_int_from_uint(s.seen);
}
static MP_DEFINE_CONST_FUN_OBJ_0(seen_obj, seen);

// ---- the clock

mp_uint_t __real_mp_hal_ticks_us(void);
mp_uint_t __wrap_mp_hal_ticks_us(void);
mp_uint_t __wrap_mp_hal_ticks_us(void) {
    return __real_mp_hal_ticks_us() + s.ticks_us;
}

mp_uint_t __real_mp_hal_ticks_ms(void);
mp_uint_t __wrap_mp_hal_ticks_ms(void);
mp_uint_t __wrap_mp_hal_ticks_ms(void) {
    return __wrap_mp_hal_ticks_us() / 1000;
}

// forward(us): sets the clock forward by so many microseconds.
static mp_obj_t forward(mp_obj_t us) {
    s.ticks_us += (uint32_t)mp_obj_get_int(us);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(forward_obj, forward);

static const mp_rom_map_elem_t globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__lws_heap) },
    { MP_ROM_QSTR(MP_QSTR_arm), MP_ROM_PTR(&arm_obj) },
    { MP_ROM_QSTR(MP_QSTR_seen), MP_ROM_PTR(&seen_obj) },
    { MP_ROM_QSTR(MP_QSTR_forward), MP_ROM_PTR(&forward_obj) },
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t lws_heap_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR__lws_heap, lws_heap_module);
