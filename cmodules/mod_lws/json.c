#include "mod_lws/json.h"

#include "py/parsenum.h"
#include "py/runtime.h"

#include "lws/parse/lejp.h"

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
        return mp_obj_new_int_from_ll(ev->value);
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
