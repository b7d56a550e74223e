#include "mod_lws/mem.h"

#include "py/gc.h"
#include "py/objint.h"
#include "py/objstr.h"
#include "py/runtime.h"

#include "lws/base/utf8.h"

// Memory that is short is short of long blocks first. Each attempt that fails has cost a
// collection, so a piece is asked for in its full size, then at once in one that most heaps have.
#define PIECE_SHORT 512
#define SOME_LEAST 64       // bytes: who does not get these gets a MemoryError

// gc_alloc looks for several free blocks from an index that only the allocation of a single block
// moves forward: a program that allocates big objects scans the full part of the heap each time.
// The search begins behind the last big object instead. A collection, which sets the index back,
// ends that.
#if MICROPY_GC_SPLIT_HEAP
static void *alloc(size_t n) {
    return gc_alloc(n, 0);
}
#else
// Numbers, no pointers. After a soft reset they cost the first search a collection at most.
static struct {
    size_t hint;                // where the heap is free
    size_t collected;           // what the last collection freed
} space;

static void *alloc(size_t n) {
    if (n <= MICROPY_BYTES_PER_GC_BLOCK) {
        return gc_alloc(n, 0);
    }
    mp_state_mem_area_t *area = &MP_STATE_MEM(area);
    size_t *index = &area->gc_last_free_atb_index;
    size_t *hint = &space.hint;
    size_t before = *index;
    #if MICROPY_PY_GC_COLLECT_RETVAL
    if (MP_STATE_MEM(gc_collected) != space.collected) {
        space.collected = MP_STATE_MEM(gc_collected);
        *hint = 0;      // somebody else's allocation led to a collection
    }
    #endif
    *index = *hint = MAX(before, *hint);
    uint8_t *p = gc_alloc(n, 0);
    if (*index == *hint) {
        *index = before;
    }
    // Four blocks to a byte of the table.
    *hint = p ? (size_t)(p + n - area->gc_pool_start) / MICROPY_BYTES_PER_GC_BLOCK / 4 : 0;
    return p;
}
#endif

static void *resize(void *user, void *p, size_t old_size, size_t size) {
    (void)user;
    if (!size) {
        gc_free(p);
        return NULL;
    }
    if (!p) {
        return alloc(size);
    }
    void *q = gc_realloc(p, size, false);
    if (q) {
        return q;
    }
    q = alloc(size);
    if (q) {
        memcpy(q, p, old_size < size ? old_size : size);
        gc_free(p);
    }
    return q;
}

void mlws_mem_init(lws_mem_t *mem) {
    mem->resize = resize;
    mem->user = NULL;
}

void *mlws_alloc_some(size_t *n) {
    void *p;
    while (!(p = alloc(*n))) {
        if (*n <= SOME_LEAST) {
            m_malloc_fail(*n);
        }
        *n = MAX(*n / 2, SOME_LEAST);
    }
    return p;
}

// data is a block of more than n bytes.
static mp_obj_t new_object(const mp_obj_type_t *type, byte *data, const void *p, size_t n) {
    memcpy(data, p, n);
    data[n] = 0;
    mp_obj_str_t *o = mp_obj_malloc(mp_obj_str_t, type);
    o->hash = 0;        // hashing would read every byte again: done by whoever needs it
    o->len = n;
    o->data = data;
    return MP_OBJ_FROM_PTR(o);
}

mp_obj_t mlws_new_bytes(const mp_obj_type_t *type, const void *p, size_t n) {
    if (!n) {
        return type == &mp_type_str ? MP_OBJ_NEW_QSTR(MP_QSTR_) : mp_const_empty_bytes;
    }
    byte *data = alloc(n + 1);
    if (!data) {
        m_malloc_fail(n + 1);
    }
    return new_object(type, data, p, n);
}

// The first n bytes, or fewer: a character stays whole.
static size_t whole(lws_span_t s, size_t n) {
    while (n && n < s.n && (s.p[n] & 0xc0) == 0x80) {
        n--;
    }
    return n;
}

mp_obj_t mlws_new_piece(const mp_obj_type_t *type, lws_span_t *s, size_t *most) {
    size_t n = MIN(s->n, *most);
    if (!n) {
        return mlws_new_bytes(type, NULL, 0);
    }
    size_t cap = n + 1;
    byte *data = alloc(cap);
    if (!data) {
        cap = MIN(cap / 2, PIECE_SHORT);
        data = mlws_alloc_some(&cap);
        *most = n = MIN(n, cap - 1);
    }
    if (type == &mp_type_str) {
        n = whole(*s, n);
    }
    mp_obj_t o = new_object(type, data, s->p, n);
    *s = lws_span(s->p + n, s->n - n);
    return o;
}

// Bytes of the character at p, 0 when it is none.
static size_t char_len(const uint8_t *p, size_t n) {
    for (size_t len = 1; len <= 4 && len <= n; len++) {
        if (lws_utf8_ok(p, len)) {
            return len;
        }
    }
    return 0;
}

// A str must be UTF-8; what a peer sends need not be.
static mp_obj_t replaced(lws_span_t s) {
    uint8_t *p = m_new(uint8_t, 3 * s.n);
    lws_out_t o = lws_out(p, 3 * s.n);
    while (s.n) {
        size_t len = char_len(s.p, s.n);
        if (len) {
            lws_out_put(&o, s.p, len);
        } else {
            len = 1;
            LWS_OUT_LIT(&o, "\xef\xbf\xbd");       // U+FFFD
        }
        s.p += len;
        s.n -= len;
    }
    mp_obj_t str = mlws_new_bytes(&mp_type_str, o.p, o.len);
    m_del(uint8_t, p, o.cap);
    return str;
}

mp_obj_t mlws_new_str(lws_span_t s) {
    return lws_utf8_ok(s.p, s.n) ? mlws_new_bytes(&mp_type_str, s.p, s.n) : replaced(s);
}

uint64_t mlws_get_u64(mp_obj_t v) {
    uint8_t b[8];
    if (!mp_obj_is_int(v)) {
        mp_raise_TypeError(MP_ERROR_TEXT("an int is needed"));
    }
    if (mp_obj_is_small_int(v)) {
        if (MP_OBJ_SMALL_INT_VALUE(v) < 0) {
            mp_raise_ValueError(MP_ERROR_TEXT("must not be negative"));
        }
        return (uint64_t)MP_OBJ_SMALL_INT_VALUE(v);
    }
    if (mp_obj_int_sign(v) < 0 || !mp_obj_int_to_bytes_impl(v, true, sizeof(b), b)) {
        mp_raise_ValueError(MP_ERROR_TEXT("must not be negative, nor above 64 bits"));
    }
    lws_in_t in = { b, sizeof(b), false };
    return lws_in_u64(&in);
}
