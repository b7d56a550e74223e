#include "mod_lws/json.h"

#include <math.h>

#include "py/objstr.h"
#include "py/objtuple.h"
#include "py/objtype.h"
#include "py/parsenum.h"
#include "py/runtime.h"

#include "mod_lws/text.h"

#include "lws/parse/lejp.h"

// ---- in

typedef struct reader {
    lws_lejp_t x;
    lws_lejp_event_t ev;
    size_t left;                // bytes of input
    vstr_t text;                // of a token that came in pieces
    mp_obj_t name;              // of the next value
    mp_obj_t value;             // the outermost
    mp_obj_t open[LWS_LEJP_MAX_DEPTH];      // the lists and dicts around it
} reader_t;

// depth: how many of r->open are around it
static void add(reader_t *r, size_t depth, mp_obj_t value) {
    if (depth == 0) {
        r->value = value;
    } else if (mp_obj_is_type(r->open[depth - 1], &mp_type_list)) {
        mp_obj_list_append(r->open[depth - 1], value);
    } else {
        mp_obj_dict_store(r->open[depth - 1], r->name, value);
    }
}

static mp_obj_t new_number(const lws_lejp_event_t *ev, const char *p, size_t n) {
    if (ev->number == LWS_LEJP_INT) {
        // The one for long longs makes an object of a small one, too.
        return (mp_int_t)ev->value == ev->value ? mp_obj_new_int((mp_int_t)ev->value)
            : mp_obj_new_int_from_ll(ev->value);
    }
    return ev->number == LWS_LEJP_BIG ? mp_parse_num_integer(p, n, 10, NULL)
        : mp_parse_num_float(p, n, false, NULL);
}

static void add_text(reader_t *r) {
    const lws_lejp_event_t *ev = &r->ev;
    const char *p = (const char *)ev->data.p;
    size_t n = ev->data.n;
    if (!ev->first || !ev->final) {
        // Twice as much each time, but no more than can come.
        if (r->text.alloc - r->text.len < n) {
            vstr_hint_size(&r->text, n + MIN(r->text.len, r->left));
        }
        vstr_add_strn(&r->text, p, n);
        p = r->text.buf;
        n = r->text.len;
    }
    if (!ev->final) {
        return;
    }
    r->text.len = 0;
    if (ev->type == LWS_LEJP_NAME) {
        r->name = mp_obj_new_str(p, n);
    } else {
        add(r, r->x.depth, ev->type == LWS_LEJP_NUMBER ? new_number(ev, p, n)
            : mp_obj_new_str(p, n));
    }
}

static void add_event(reader_t *r) {
    size_t depth = r->x.depth;
    switch (r->ev.type) {
        case LWS_LEJP_OBJECT:
        case LWS_LEJP_ARRAY:
            r->open[depth - 1] = r->ev.type == LWS_LEJP_OBJECT ? mp_obj_new_dict(0)
                : mp_obj_new_list(0, NULL);
            add(r, depth - 1, r->open[depth - 1]);
            break;
        case LWS_LEJP_NAME:
        case LWS_LEJP_STRING:
        case LWS_LEJP_NUMBER:
            add_text(r);
            break;
        case LWS_LEJP_TRUE:
        case LWS_LEJP_FALSE:
            add(r, depth, mp_obj_new_bool(r->ev.type == LWS_LEJP_TRUE));
            break;
        case LWS_LEJP_NULL:
            add(r, depth, mp_const_none);
            break;
        default:
            break;
    }
}

static void check(const reader_t *r, int err) {
    if (err < 0) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("malformed JSON: %s at byte %u"),
            r->x.error, (unsigned)r->x.offset);
    }
}

mp_obj_t mlws_json_read(lws_span_t text) {
    reader_t r = { .left = text.n };
    while (r.left) {
        int used = lws_lejp_rx(&r.x, text.p + text.n - r.left, r.left, &r.ev);
        check(&r, used);
        r.left -= (size_t)used;
        add_event(&r);
    }
    do {
        check(&r, lws_lejp_eof(&r.x, &r.ev));
        add_event(&r);
    } while (r.ev.type != LWS_LEJP_END);
    vstr_clear(&r.text);
    return r.value;
}

static mp_obj_t json_loads(mp_obj_t text) {
    mp_buffer_info_t b;
    mp_get_buffer_raise(text, &b, MP_BUFFER_READ);
    return mlws_json_read(lws_span(b.buf, b.len));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_json_loads_obj, json_loads);

// ---- out

#define MAX_DEPTH LWS_LEJP_MAX_DEPTH        // what is written can be read

// A list, tuple or dict that is being written.
typedef struct level {
    mp_obj_t of;
    size_t at;                  // of the next item, or slot of a dict's table
    bool dict;
} level_t;

static bool is_dict(mp_obj_t v) {
    return mp_obj_is_dict_or_ordereddict(v);
}

// Tuples, named ones and those of MicroPython's own modules.
static bool is_tuple(mp_obj_t v) {
    return MP_OBJ_TYPE_GET_SLOT_OR_NULL(mp_obj_get_type(v), iter) == mp_obj_tuple_getiter;
}

static bool is_array(mp_obj_t v) {
    return mp_obj_is_type(v, &mp_type_list) || is_tuple(v);
}

// Of an object whose class has one of these below it: that one.
static mp_obj_t native_of(mp_obj_t v) {
    static const mp_obj_type_t *const types[] = {
        &mp_type_dict, &mp_type_list, &mp_type_tuple, &mp_type_str, &mp_type_bytes, &mp_type_int,
        &mp_type_float,
    };
    if (mp_obj_is_instance_type(mp_obj_get_type(v))) {
        for (size_t i = 0; i < MP_ARRAY_SIZE(types); i++) {
            mp_obj_t native = mp_obj_cast_to_native_base(v, MP_OBJ_FROM_PTR(types[i]));
            if (native != MP_OBJ_NULL) {
                return native;
            }
        }
    }
    return v;
}

static void put_str(vstr_t *out, mp_obj_t v) {
    static const char codes[] = "\b\t\n\f\r\"\\", names[] = "btnfr\"\\";
    static const char hex[] = "0123456789abcdef";
    size_t n, from = 0;
    const char *p = mp_obj_str_get_data(v, &n);
    mlws_must_be_utf8(lws_span(p, n));
    vstr_add_byte(out, '"');
    for (size_t i = 0; i < n; i++) {
        byte c = (byte)p[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        const char *code = c ? strchr(codes, c) : NULL;
        char escape[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
        if (code) {
            escape[1] = names[code - codes];
        }
        vstr_add_strn(out, p + from, i - from);
        vstr_add_strn(out, escape, code ? 2 : 6);
        from = i + 1;
    }
    vstr_add_strn(out, p + from, n - from);
    vstr_add_byte(out, '"');
}

static void put_small_int(vstr_t *out, mp_int_t v) {
    char text[3 * sizeof(v)], *end = text + sizeof(text), *p = end;
    mp_uint_t n = v < 0 ? 0 - (mp_uint_t)v : (mp_uint_t)v;
    do {
        *--p = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    if (v < 0) {
        *--p = '-';
    }
    vstr_add_strn(out, p, (size_t)(end - p));
}

static void put_number(vstr_t *out, mp_obj_t v) {
    if (mp_obj_is_float(v) && !isfinite(mp_obj_float_get(v))) {
        mp_raise_ValueError(MP_ERROR_TEXT("JSON has no NaN and no infinity"));
    }
    mp_print_t print = { out, (mp_print_strn_t)vstr_add_strn };
    mp_obj_print_helper(&print, v, PRINT_STR);
}

static void put_scalar(vstr_t *out, mp_obj_t v) {
    if (mp_obj_is_small_int(v)) {
        put_small_int(out, MP_OBJ_SMALL_INT_VALUE(v));
    } else if (mp_obj_is_str_or_bytes(v)) {
        put_str(out, v);
    } else if (mp_obj_is_int(v) || mp_obj_is_float(v)) {
        put_number(out, v);
    } else if (v == mp_const_none) {
        vstr_add_str(out, "null");
    } else if (mp_obj_is_bool(v)) {
        vstr_add_str(out, v == mp_const_true ? "true" : "false");
    } else {
        mp_raise_msg_varg(&mp_type_TypeError, MP_ERROR_TEXT("JSON has no %s"),
            mp_obj_get_type_str(v));
    }
}

static void put_name(vstr_t *out, mp_obj_t v) {
    v = native_of(v);
    bool quoted = mp_obj_is_str_or_bytes(v);
    if (!quoted) {
        vstr_add_byte(out, '"');
    }
    put_scalar(out, v);
    vstr_add_str(out, quoted ? ": " : "\": ");
}

// The next item of a level, with what stands before it. MP_OBJ_NULL: there is none.
static mp_obj_t next_item(vstr_t *out, level_t *level) {
    char last = out->buf[out->len - 1];
    mp_map_elem_t *entries = NULL;
    mp_obj_t *items = NULL;
    size_t n;
    if (level->dict) {
        const mp_map_t *map = mp_obj_dict_get_map(level->of);
        entries = map->table;
        n = map->alloc;
        while (level->at < n && !mp_map_slot_is_filled(map, level->at)) {
            level->at++;
        }
    } else {
        (mp_obj_is_type(level->of, &mp_type_list) ? mp_obj_list_get : mp_obj_tuple_get)(level->of,
            &n, &items);
    }
    if (level->at >= n) {
        return MP_OBJ_NULL;
    }
    if (last != '[' && last != '{') {
        vstr_add_strn(out, ", ", 2);
    }
    if (items) {
        return items[level->at++];
    }
    put_name(out, entries[level->at].key);
    return entries[level->at++].value;
}

void mlws_json_write(vstr_t *out, mp_obj_t value) {
    level_t levels[MAX_DEPTH];
    size_t depth = 0;
    for (;;) {
        bool dict = false;
        if (mp_obj_is_obj(value)) {
            value = native_of(value);
            dict = is_dict(value);
        }
        if (!dict && !(mp_obj_is_obj(value) && is_array(value))) {
            put_scalar(out, value);
        } else if (depth == MAX_DEPTH) {
            mp_raise_ValueError(MP_ERROR_TEXT("nested too deep for JSON, or in itself"));
        } else {
            levels[depth++] = (level_t) { .of = value, .dict = dict };
            vstr_add_byte(out, dict ? '{' : '[');
        }
        value = MP_OBJ_NULL;
        while (depth && (value = next_item(out, &levels[depth - 1])) == MP_OBJ_NULL) {
            vstr_add_byte(out, levels[--depth].dict ? '}' : ']');
        }
        if (value == MP_OBJ_NULL) {
            return;
        }
    }
}

static mp_obj_t json_dumps(mp_obj_t value) {
    vstr_t out;
    vstr_init(&out, 64);
    mlws_json_write(&out, value);
    return mp_obj_new_str_from_utf8_vstr(&out);
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_json_dumps_obj, json_dumps);
