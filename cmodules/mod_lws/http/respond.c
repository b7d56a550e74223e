#include "mod_lws/http/respond.h"

#include "mod_lws/http/vhost.h"
#include "mod_lws/json.h"
#include "mod_lws/loop/turn.h"
#include "mod_lws/text.h"

#include "py/objstr.h"
#include "py/runtime.h"

// ---- header fields

static bool core_writes(lws_hdr_t id) {
    return id == LWS_HDR_CONTENT_LENGTH || id == LWS_HDR_TRANSFER_ENCODING || id == LWS_HDR_DATE;
}

static lws_span_t text_of(mp_obj_t v) {
    mp_buffer_info_t b;
    if (!mp_obj_is_str_or_bytes(v)) {
        vstr_t s;
        mp_print_t print;
        vstr_init_print(&s, 16, &print);
        mp_obj_print_helper(&print, v, PRINT_STR);
        return lws_span(s.buf, s.len);
    }
    mp_get_buffer_raise(v, &b, MP_BUFFER_READ);
    return lws_span(b.buf, b.len);
}

static void grow(lws_out_t *o, size_t n) {
    uint8_t *p = m_new(uint8_t, 2 * o->cap + n);
    memcpy(p, o->p, o->len);
    o->p = p;
    o->cap = 2 * o->cap + n;
    o->full = false;
}

static void put_field(lws_response_t *r, lws_out_t *o, lws_span_t name, mp_obj_t value_in) {
    lws_span_t value = text_of(value_in);
    lws_hdr_t id = lws_hdr_id(name);
    if (!lws_h1_field_ok(name, value)) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("header field %.*s cannot be sent"),
            (int)name.n, (const char *)name.p);
    }
    if (id == LWS_HDR_CONTENT_TYPE) {
        r->type = value;
    } else if (id == LWS_HDR_CONNECTION) {
        r->close |= lws_span_has_token(value, LWS_LIT("close"));
    } else if (!core_writes(id)) {
        if (o->cap - o->len < name.n + value.n + 4) {
            grow(o, name.n + value.n + 4);
        }
        lws_h1_put_header(o, name, value);
    }
}

// A list stands for as many fields. Making an item's text may run anything: it is looked at anew
// for each.
static void put_fields(lws_response_t *r, lws_out_t *o, lws_span_t name, mp_obj_t value) {
    if (!mp_obj_is_type(value, &mp_type_list) && !mp_obj_is_type(value, &mp_type_tuple)) {
        put_field(r, o, name, value);
        return;
    }
    for (size_t i = 0;; i++) {
        size_t n;
        mp_obj_t *items;
        mp_obj_get_array(value, &n, &items);
        if (i >= n) {
            break;
        }
        put_field(r, o, name, items[i]);
    }
}

void mlws_fields(lws_response_t *r, lws_out_t *o, mp_obj_t headers) {
    if (headers == mp_const_none) {
        return;
    }
    if (!mp_obj_is_dict_or_ordereddict(headers)) {
        mp_raise_TypeError(MP_ERROR_TEXT("headers must be a dict"));
    }
    const mp_map_t *map = mp_obj_dict_get_map(headers);
    for (size_t i = 0; i < map->alloc; i++) {
        if (mp_map_slot_is_filled(map, i)) {
            const mp_map_elem_t e = map->table[i];
            put_fields(r, o, text_of(e.key), e.value);
        }
    }
    r->fields = lws_span(o->p, o->len);
}

// ---- bodies

static lws_span_t json_of(mp_obj_t v) {
    vstr_t s;
    vstr_init(&s, 64);
    mlws_json_write(&s, v);
    return lws_span(s.buf, s.len);
}

// Of this type or of a class below it (a MultiDict)?
static bool is_a(mp_obj_t v, const mp_obj_type_t *type) {
    return mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(v)), MP_OBJ_FROM_PTR(type));
}

static bool is_json(mp_obj_t v) {
    return is_a(v, &mp_type_dict) || is_a(v, &mp_type_list);
}

static bool has_no_content(unsigned status) {
    return status == 204 || status == 205 || status == 304;
}

// Sets body, length and type (of what there is). False: this kind of value is not known here.
static bool set_body(lws_response_t *r, mp_obj_t v) {
    mp_buffer_info_t b;
    lws_span_t type = LWS_LIT("application/octet-stream");
    if (mp_obj_is_str(v)) {
        size_t n;
        const char *p = mp_obj_str_get_data(v, &n);
        r->body = lws_span(p, n);
        mlws_must_be_utf8(r->body);
        type = LWS_LIT("text/plain; charset=UTF-8");
    } else if (is_json(v)) {
        r->body = json_of(v);
        type = LWS_LIT("application/json");
    } else if (v == mp_const_none) {
        return true;
    } else if (mp_get_buffer(v, &b, MP_BUFFER_READ)) {
        r->body = lws_span(b.buf, b.len);
    } else {
        return false;
    }
    if (!r->type.n && r->body.n && !has_no_content(r->status)) {
        r->type = type;
    }
    r->length = r->body.n;
    return true;
}

static void set_status(lws_response_t *r, mp_obj_t v) {
    mp_int_t status = mp_obj_get_int(v);
    if (status < 200 || status > 599) {
        mp_raise_ValueError(MP_ERROR_TEXT("a response's status is 200 to 599"));
    }
    r->status = (uint16_t)status;
}

// Takes (body, status), (body, headers), (body, status, headers) apart. What is left is the body.
static mp_obj_t unpack(lws_response_t *r, lws_out_t *o, mp_obj_t v) {
    size_t n;
    mp_obj_t *items;
    mp_obj_get_array(v, &n, &items);
    if (n < 1 || n > 3) {
        mp_raise_ValueError(MP_ERROR_TEXT("a response is (body, status, headers)"));
    }
    if (n == 2 && mp_obj_is_dict_or_ordereddict(items[1])) {
        mlws_fields(r, o, items[1]);
    } else if (n >= 2) {
        set_status(r, items[1]);
        mlws_fields(r, o, n == 3 ? items[2] : mp_const_none);
    }
    return items[0];
}

static void send(mlws_request_t *r, const lws_response_t *resp) {
    mlws_conn_t *k = r->k;
    lws_conn_t *outer = lws_txq_cork(&k->c);
    int err = lws_conn_respond(&k->c, resp);
    mlws_sent(k, outer);
    if (err && err != LWS_ERR_CLOSED) {
        mlws_raise(err);
    }
}

mp_obj_t mlws_generator_piece(mp_obj_t v) {
    if (!mp_obj_is_type(v, &mp_type_tuple)) {
        return MP_OBJ_NULL;
    }
    size_t n;
    mp_obj_t *items;
    mp_obj_get_array(v, &n, &items);
    return n == 2 && mp_obj_is_type(items[1], &mp_type_gen_instance) ? items[0] : MP_OBJ_NULL;
}

// What convert() knows better, and closes when it cannot be sent.
static bool is_other(mp_obj_t v) {
    mp_buffer_info_t b;
    if (!mp_obj_is_type(v, &mp_type_tuple)) {
        return false;
    }
    size_t n;
    mp_obj_t *items;
    mp_obj_get_array(v, &n, &items);
    return n && items[0] != mp_const_none && !mp_obj_is_int(items[0]) && !is_json(items[0])
           && !mp_get_buffer(items[0], &b, MP_BUFFER_READ);
}

static bool respond(mlws_request_t *r, mp_obj_t v) {
    uint8_t buf[MLWS_FIELDS_STACK];
    lws_out_t o = lws_out(buf, sizeof(buf));
    lws_response_t resp = { .status = 200 };
    if (is_other(v) || mlws_generator_piece(v) != MP_OBJ_NULL) {
        return false;
    }
    if (mp_obj_is_type(v, &mp_type_tuple)) {
        v = unpack(&resp, &o, v);
    }
    if (mp_obj_is_int(v) && v != mp_const_true) {
        set_status(&resp, v);
        lws_span_t reason = lws_status_reason(resp.status);
        resp.body = reason;
        resp.length = reason.n;
        if (!resp.type.n && !has_no_content(resp.status)) {
            resp.type = LWS_LIT("text/plain; charset=UTF-8");
        }
    } else if (!set_body(&resp, v)) {
        return false;
    } else if (v == mp_const_none && resp.status == 200) {
        resp.status = 204;
    }
    send(r, &resp);
    return true;
}

// Did the handler leave functions that want to see the response? (request.after_request)
static bool has_hooks(const mlws_request_t *r) {
    if (!r->more || r->more->attrs == MP_OBJ_NULL) {
        return false;
    }
    mp_map_elem_t *e = mp_map_lookup(mp_obj_dict_get_map(r->more->attrs),
        MP_OBJ_NEW_QSTR(MP_QSTR_after_hooks), MP_MAP_LOOKUP);
    return e && e->value != mp_const_none;
}

void mlws_respond(mlws_request_t *r, mp_obj_t value) {
    const mlws_site_t *v = mlws_site_of(r->k);
    bool over = mlws_request_stage(r) != MLWS_OWED;
    if (!over && !has_hooks(r) && respond(r, value)) {
        return;
    }
    // It also knows the value that says "answered already".
    if (v->convert != mp_const_none) {
        value = mp_call_function_2(v->convert, MP_OBJ_FROM_PTR(r), value);
        if (value == mp_const_none || (!over && respond(r, value))) {
            return;
        }
    }
    if (over) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("this request was answered already"));
    }
    mp_raise_msg_varg(&mp_type_TypeError,
        MP_ERROR_TEXT("a handler returned %s, which is no response"),
        mp_obj_get_type_str(value));
}

void mlws_respond_status(mlws_conn_t *k, unsigned status, bool close) {
    lws_span_t reason = lws_status_reason(status);
    lws_response_t r = {
        .status = (uint16_t)status, .close = close, .type = LWS_LIT("text/plain; charset=UTF-8"),
        .body = reason, .length = reason.n,
    };
    if (status == 426) {
        r.fields = LWS_LIT("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    }
    lws_conn_t *outer = lws_txq_cork(&k->c);
    int err = lws_conn_respond(&k->c, &r);
    if (err == LWS_ERR_NOMEM || err == LWS_ERR_TOO_BIG) {
        lws_conn_abort(&k->c);      // or it would wait for an answer for ever
    }
    mlws_sent(k, outer);
}
