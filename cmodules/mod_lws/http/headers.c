// The fields of a request as a read-only mapping; names in any case.
#include "mod_lws/http/request.h"

#include "mod_lws/mem.h"

#include "py/objlist.h"
#include "py/runtime.h"

typedef struct {
    mp_obj_base_t base;
    mlws_request_t *r;
} headers_t;

mp_obj_t mlws_headers_new(mlws_request_t *r) {
    headers_t *o = mp_obj_malloc(headers_t, &mlws_headers_type);
    o->r = r;
    return MP_OBJ_FROM_PTR(o);
}

static const lws_head_t *head_of(mp_obj_t self_in) {
    return mlws_request_head(((headers_t *)MP_OBJ_TO_PTR(self_in))->r);
}

static lws_span_t find(mp_obj_t self_in, mp_obj_t name, size_t index) {
    size_t n;
    const char *p = mp_obj_str_get_data(name, &n);
    return lws_head_find(head_of(self_in), lws_span(p, n), index);
}

static mp_obj_t headers_subscr(mp_obj_t self_in, mp_obj_t name, mp_obj_t value) {
    if (value != MP_OBJ_SENTINEL) {
        return MP_OBJ_NULL;     // read-only
    }
    lws_span_t s = find(self_in, name, 0);
    if (!s.p) {
        mp_raise_type_arg(&mp_type_KeyError, name);
    }
    return mlws_new_str(s);
}

static mp_obj_t headers_get(size_t n_args, const mp_obj_t *args) {
    lws_span_t s = find(args[0], args[1], 0);
    if (s.p) {
        return mlws_new_str(s);
    }
    return n_args > 2 ? args[2] : mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(headers_get_obj, 2, 3, headers_get);

static mp_obj_t headers_get_all(mp_obj_t self_in, mp_obj_t name) {
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (size_t i = 0;; i++) {
        lws_span_t s = find(self_in, name, i);
        if (!s.p) {
            return list;
        }
        mp_obj_list_append(list, mlws_new_str(s));
    }
}
static MP_DEFINE_CONST_FUN_OBJ_2(headers_get_all_obj, headers_get_all);

typedef enum { NAMES, VALUES, PAIRS } what_t;

static mp_obj_t list_of(mp_obj_t self_in, what_t what) {
    const lws_head_t *h = head_of(self_in);
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (size_t i = 0; i < h->count; i++) {
        const lws_header_t *f = &h->headers[i];
        mp_obj_t pair[2] = { MP_OBJ_NULL, MP_OBJ_NULL };
        if (what != VALUES) {
            pair[0] = mlws_new_str(lws_head_span(h, f->name, f->name_len));
        }
        if (what != NAMES) {
            pair[1] = mlws_new_str(lws_head_span(h, f->value, f->value_len));
        }
        mp_obj_list_append(list, what == NAMES ? pair[0] : what == VALUES
            ? pair[1] : mp_obj_new_tuple(2, pair));
    }
    return list;
}

static mp_obj_t headers_items(mp_obj_t self_in) {
    return list_of(self_in, PAIRS);
}
static MP_DEFINE_CONST_FUN_OBJ_1(headers_items_obj, headers_items);

static mp_obj_t headers_keys(mp_obj_t self_in) {
    return list_of(self_in, NAMES);
}
static MP_DEFINE_CONST_FUN_OBJ_1(headers_keys_obj, headers_keys);

static mp_obj_t headers_values(mp_obj_t self_in) {
    return list_of(self_in, VALUES);
}
static MP_DEFINE_CONST_FUN_OBJ_1(headers_values_obj, headers_values);

static mp_obj_t headers_getiter(mp_obj_t self_in, mp_obj_iter_buf_t *buf) {
    return mp_getiter(list_of(self_in, NAMES), buf);
}

static mp_obj_t headers_unary_op(mp_unary_op_t op, mp_obj_t self_in) {
    switch (op) {
        case MP_UNARY_OP_LEN:
            return MP_OBJ_NEW_SMALL_INT(head_of(self_in)->count);
        case MP_UNARY_OP_BOOL:
            return mp_obj_new_bool(head_of(self_in)->count);
        default:
            return MP_OBJ_NULL;
    }
}

static mp_obj_t headers_binary_op(mp_binary_op_t op, mp_obj_t self_in, mp_obj_t name) {
    if (op != MP_BINARY_OP_CONTAINS) {
        return MP_OBJ_NULL;
    }
    return mp_obj_new_bool(find(self_in, name, 0).p != NULL);
}

static void headers_print(const mp_print_t *print, mp_obj_t self_in, mp_print_kind_t kind) {
    mp_obj_print_helper(print, list_of(self_in, PAIRS), kind);
}

static const mp_rom_map_elem_t headers_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_get), MP_ROM_PTR(&headers_get_obj) },
    { MP_ROM_QSTR(MP_QSTR_get_all), MP_ROM_PTR(&headers_get_all_obj) },
    { MP_ROM_QSTR(MP_QSTR_items), MP_ROM_PTR(&headers_items_obj) },
    { MP_ROM_QSTR(MP_QSTR_keys), MP_ROM_PTR(&headers_keys_obj) },
    { MP_ROM_QSTR(MP_QSTR_values), MP_ROM_PTR(&headers_values_obj) },
};
static MP_DEFINE_CONST_DICT(headers_locals, headers_locals_table);

MP_DEFINE_CONST_OBJ_TYPE(mlws_headers_type, MP_QSTR_Headers, MP_TYPE_FLAG_ITER_IS_GETITER,
    print, headers_print, subscr, headers_subscr, unary_op, headers_unary_op,
    binary_op, headers_binary_op, iter, headers_getiter, locals_dict, &headers_locals);
