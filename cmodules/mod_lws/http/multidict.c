// A dict of what a query or a form says: a name that comes again keeps its first value there, and
// getlist() has all of them.
#include "mod_lws/http/forms.h"

#include "py/gc.h"
#include "py/runtime.h"

// MicroPython takes for a dict whatever type has dict's make_new, which makes objects of a dict's
// size. So MultiDict(...) makes objects of another type; one that dict's own code made of that
// (by "|" or type(form)()) has no room for lists, and one value a name.
typedef struct multidict {
    mp_obj_dict_t dict;
    mp_obj_t lists;         // dict: name -> [value, ...] of a name with several, or MP_OBJ_NULL
} multidict_t;

static const mp_obj_type_t values_type;

static bool has_room(const multidict_t *m) {
    MP_STATIC_ASSERT(sizeof(mp_obj_dict_t) % MICROPY_BYTES_PER_GC_BLOCK == 0);
    return gc_nbytes(m) >= sizeof(*m);
}

static bool has_lists(const multidict_t *m) {
    return has_room(m) && m->lists != MP_OBJ_NULL;
}

// All values of an entry.
static void values_of(const multidict_t *m, mp_map_elem_t *e, size_t *n, mp_obj_t **values) {
    *n = 1;
    *values = &e->value;
    if (has_lists(m)) {
        mp_map_elem_t *list = mp_map_lookup(mp_obj_dict_get_map(m->lists), e->key, MP_MAP_LOOKUP);
        size_t count;
        mp_obj_t *all;
        if (list) {
            mp_obj_list_get(list->value, &count, &all);
            if (all[0] == e->value) {       // not set anew by update()
                *n = count;
                *values = all;
            }
        }
    }
}

static void forget(mp_obj_t self, mp_obj_t name) {
    multidict_t *m = MP_OBJ_TO_PTR(self);
    if (has_lists(m)) {
        mp_map_lookup(mp_obj_dict_get_map(m->lists), name, MP_MAP_LOOKUP_REMOVE_IF_FOUND);
    }
}

static void add(multidict_t *m, mp_obj_t name, mp_obj_t value) {
    mp_map_elem_t *e = mp_map_lookup(&m->dict.map, name, MP_MAP_LOOKUP);
    if (!e) {
        mp_obj_dict_store(MP_OBJ_FROM_PTR(m), name, value);
    } else if (!has_room(m)) {
        e->value = value;
    } else {
        size_t n;
        mp_obj_t *values;
        values_of(m, e, &n, &values);
        mp_obj_t list = mp_obj_new_list(n, values);
        mp_obj_list_append(list, value);
        if (m->lists == MP_OBJ_NULL) {
            m->lists = mp_obj_new_dict(1);
        }
        mp_obj_dict_store(m->lists, name, list);
    }
}

static void add_dict(multidict_t *m, mp_obj_t from) {
    const mp_map_t *map = mp_obj_dict_get_map(from);
    for (size_t i = 0; i < map->alloc; i++) {
        if (mp_map_slot_is_filled(map, i)) {
            size_t n = 1;
            mp_obj_t *values = &map->table[i].value;
            if (mp_obj_is_type(from, &values_type)) {
                values_of(MP_OBJ_TO_PTR(from), &map->table[i], &n, &values);
            }
            for (size_t k = 0; k < n; k++) {
                add(m, map->table[i].key, values[k]);
            }
        }
    }
}

// MultiDict(pairs or a dict)
static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw,
    const mp_obj_t *args) {
    (void)type;
    mp_arg_check_num(n_args, n_kw, 0, 1, false);
    multidict_t *m = m_new_obj(multidict_t);
    mp_obj_dict_init(&m->dict, 0);
    m->dict.base.type = &values_type;
    m->lists = MP_OBJ_NULL;
    if (n_args && mp_obj_is_dict_or_ordereddict(args[0])) {
        add_dict(m, args[0]);
    } else if (n_args) {
        mp_obj_t pair, *items, iter = mp_getiter(args[0], NULL);
        while ((pair = mp_iternext(iter)) != MP_OBJ_STOP_ITERATION) {
            mp_obj_get_array_fixed_n(pair, 2, &items);
            add(m, items[0], items[1]);
        }
    }
    return MP_OBJ_FROM_PTR(m);
}

static mp_obj_t copy(mp_obj_t self) {
    return make_new(NULL, 1, 0, &self);
}
static MP_DEFINE_CONST_FUN_OBJ_1(copy_obj, copy);

static mp_obj_t converted(mp_obj_t value, mp_obj_t type) {
    return type == mp_const_none ? value : mp_call_function_1(type, value);
}

// get(name, default=None, type=None)
static mp_obj_t get(size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    static const mp_arg_t allowed[] = {
        { MP_QSTR_key, MP_ARG_REQUIRED | MP_ARG_OBJ, { 0 } },
        { MP_QSTR_default, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_type, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
    };
    mp_arg_val_t a[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args - 1, args + 1, kw, MP_ARRAY_SIZE(allowed), allowed, a);
    mp_map_elem_t *e = mp_map_lookup(mp_obj_dict_get_map(args[0]), a[0].u_obj, MP_MAP_LOOKUP);
    return e ? converted(e->value, a[2].u_obj) : a[1].u_obj;
}
static MP_DEFINE_CONST_FUN_OBJ_KW(get_obj, 2, get);

// getlist(name, type=None): all values, [] when there is none
static mp_obj_t getlist(size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    static const mp_arg_t allowed[] = {
        { MP_QSTR_key, MP_ARG_REQUIRED | MP_ARG_OBJ, { 0 } },
        { MP_QSTR_type, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
    };
    mp_arg_val_t a[MP_ARRAY_SIZE(allowed)];
    mp_arg_parse_all(n_args - 1, args + 1, kw, MP_ARRAY_SIZE(allowed), allowed, a);
    mp_map_elem_t *e = mp_map_lookup(mp_obj_dict_get_map(args[0]), a[0].u_obj, MP_MAP_LOOKUP);
    size_t n = 0;
    mp_obj_t *values = NULL;
    if (e) {
        values_of(MP_OBJ_TO_PTR(args[0]), e, &n, &values);
    }
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (size_t i = 0; i < n; i++) {
        mp_obj_list_append(list, converted(values[i], a[1].u_obj));
    }
    return list;
}
static MP_DEFINE_CONST_FUN_OBJ_KW(getlist_obj, 2, getlist);

// ---- a dict in all else

#define DICT(slot) MP_OBJ_TYPE_GET_SLOT(&mp_type_dict, slot)

static void print(const mp_print_t *print, mp_obj_t self, mp_print_kind_t kind) {
    DICT(print)(print, self, kind);
}

static mp_obj_t unary_op(mp_unary_op_t op, mp_obj_t self) {
    return DICT(unary_op)(op, self);
}

static mp_obj_t binary_op(mp_binary_op_t op, mp_obj_t self, mp_obj_t other) {
    return DICT(binary_op)(op, self, other);
}

static mp_obj_t iter(mp_obj_t self, mp_obj_iter_buf_t *buf) {
    return ((mp_getiter_fun_t)DICT(iter))(self, buf);
}

static mp_obj_t subscr(mp_obj_t self, mp_obj_t name, mp_obj_t value) {
    if (value != MP_OBJ_NULL && value != MP_OBJ_SENTINEL) {
        add(MP_OBJ_TO_PTR(self), name, value);
        return mp_const_none;
    }
    if (value == MP_OBJ_NULL) {
        forget(self, name);
    }
    return DICT(subscr)(self, name, value);
}

static mp_map_elem_t *method_of(const mp_obj_dict_t *methods, qstr name) {
    return mp_map_lookup((mp_map_t *)&methods->map, MP_OBJ_NEW_QSTR(name), MP_MAP_LOOKUP);
}

static mp_obj_t call_dict(qstr name, size_t n_args, const mp_obj_t *args) {
    return mp_call_function_n_kw(method_of(DICT(locals_dict), name)->value, n_args, 0, args);
}

static mp_obj_t clear(mp_obj_t self) {
    multidict_t *m = MP_OBJ_TO_PTR(self);
    if (has_room(m)) {
        m->lists = MP_OBJ_NULL;
    }
    return call_dict(MP_QSTR_clear, 1, &self);
}
static MP_DEFINE_CONST_FUN_OBJ_1(clear_obj, clear);

static mp_obj_t pop(size_t n_args, const mp_obj_t *args) {
    forget(args[0], args[1]);
    return call_dict(MP_QSTR_pop, n_args, args);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(pop_obj, 2, 3, pop);

static mp_obj_t popitem(mp_obj_t self) {
    mp_obj_t *items, item = call_dict(MP_QSTR_popitem, 1, &self);
    mp_obj_get_array_fixed_n(item, 2, &items);
    forget(self, items[0]);
    return item;
}
static MP_DEFINE_CONST_FUN_OBJ_1(popitem_obj, popitem);

static const mp_rom_map_elem_t locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_clear), MP_ROM_PTR(&clear_obj) },
    { MP_ROM_QSTR(MP_QSTR_copy), MP_ROM_PTR(&copy_obj) },
    { MP_ROM_QSTR(MP_QSTR_get), MP_ROM_PTR(&get_obj) },
    { MP_ROM_QSTR(MP_QSTR_getlist), MP_ROM_PTR(&getlist_obj) },
    { MP_ROM_QSTR(MP_QSTR_pop), MP_ROM_PTR(&pop_obj) },
    { MP_ROM_QSTR(MP_QSTR_popitem), MP_ROM_PTR(&popitem_obj) },
};
static MP_DEFINE_CONST_DICT(locals, locals_table);

static void attr(mp_obj_t self, qstr name, mp_obj_t *dest) {
    if (dest[0] == MP_OBJ_NULL) {
        mp_map_elem_t *e = method_of(&locals, name);
        e = e ? e : method_of(DICT(locals_dict), name);
        if (e) {
            mp_convert_member_lookup(self, mp_obj_get_type(self), e->value, dest);
        }
    }
}

static MP_DEFINE_CONST_OBJ_TYPE(values_type, MP_QSTR_MultiDict,
    MP_TYPE_FLAG_ITER_IS_GETITER | MP_TYPE_FLAG_EQ_CHECKS_OTHER_TYPE,
    make_new, mp_obj_dict_make_new, print, print, unary_op, unary_op, binary_op, binary_op,
    attr, attr, subscr, subscr, iter, iter, parent, &mlws_multidict_type, locals_dict, &locals);

MP_DEFINE_CONST_OBJ_TYPE(mlws_multidict_type, MP_QSTR_MultiDict, MP_TYPE_FLAG_NONE,
    make_new, make_new, parent, &mp_type_dict, locals_dict, &locals);
