#include "mod_lws/http/request.h"

#include "mod_lws/http/vhost.h"
#include "mod_lws/loop/stream.h"
#include "mod_lws/mem.h"

#include "py/objstr.h"
#include "py/runtime.h"

#include "lws/http/url.h"

// ---- its life

mlws_request_t *mlws_request_new(mlws_conn_t *k, const lws_head_t *head) {
    mlws_request_t *r = mp_obj_malloc(mlws_request_t, &mlws_request_type);
    r->k = k;
    r->head = head;
    r->more = NULL;
    return r;
}

static mlws_request_more_t *more_or_null(mlws_request_t *r) {
    if (!r->more) {
        mlws_request_more_t *m = lws_mem_alloc(&r->k->c.vhost->ctx->mem, sizeof(*m));
        if (m) {
            memset(m, 0, sizeof(*m));
            m->attrs = m->body_obj = m->handler = MP_OBJ_NULL;
        }
        r->more = m;
    }
    return r->more;
}

mlws_request_more_t *mlws_request_more(mlws_request_t *r) {
    mlws_request_more_t *m = more_or_null(r);
    if (!m) {
        m_malloc_fail(sizeof(*m));
    }
    return m;
}

int mlws_request_add_body(mlws_request_t *r, lws_span_t piece) {
    mlws_request_more_t *m = r->more;
    const mlws_site_t *v = mlws_site_of(r->k);
    const lws_mem_t *mem = &r->k->c.vhost->ctx->mem;
    size_t need = m->body_len + piece.n;
    if (need > v->max_body) {
        return LWS_ERR_TOO_BIG;
    }
    if (need > m->body_cap) {
        // Content-Length tells how much will come; a chunked body doubles.
        size_t cap = MAX(need, m->expected ? m->expected : MIN(2 * need, v->max_body));
        uint8_t *p = lws_mem_resize(mem, m->body, m->body_cap, cap);
        if (!p && !m->expected) {
            cap = need;
            p = lws_mem_resize(mem, m->body, m->body_cap, cap);
        }
        if (!p) {
            return LWS_ERR_NOMEM;
        }
        m->body = p;
        m->body_cap = (uint32_t)cap;
    }
    memcpy(m->body + m->body_len, piece.p, piece.n);
    m->body_len = (uint32_t)need;
    return LWS_OK;
}

// Fields that said all they had to say when the WebSocket was opened: a request kept beyond that
// goes without.
static bool is_handshake(lws_hdr_t id) {
    return id == LWS_HDR_CONNECTION || id == LWS_HDR_UPGRADE || id == LWS_HDR_SEC_WEBSOCKET_KEY
           || id == LWS_HDR_SEC_WEBSOCKET_VERSION || id == LWS_HDR_SEC_WEBSOCKET_EXTENSIONS;
}

static int keep_head(mlws_request_t *r, mlws_request_more_t *m) {
    const lws_head_t *h = r->head;
    lws_head_skip_t skip = mlws_is_http(r->k) ? NULL : is_handshake;
    void *block = lws_mem_alloc(&r->k->c.vhost->ctx->mem, lws_head_pack_size(h, skip));
    if (!block) {
        return LWS_ERR_NOMEM;
    }
    m->kept = lws_head_pack(block, h, skip);
    m->expected = (uint32_t)MIN(h->content_length, mlws_site_of(r->k)->max_body);
    r->head = NULL;
    return LWS_OK;
}

int mlws_request_keep(mlws_request_t *r) {
    if (!r->head) {
        return LWS_OK;
    }
    lws_span_t body = mlws_request_body(r);
    mlws_request_more_t *m = more_or_null(r);
    if (!m || keep_head(r, m)) {
        return LWS_ERR_NOMEM;
    }
    r->k->shared = true;
    if (!body.n) {
        return LWS_OK;
    }
    mlws_http_of(r->k)->body = NULL;
    return mlws_request_add_body(r, body);
}

static void forget(mlws_request_t *r) {
    mlws_site_t *s = mlws_site_of(r->k);
    mlws_request_more_t *m = r->more;
    r->head = NULL;
    if (s->kept_of == r) {
        s->kept_of = NULL;
    }
    if (m) {
        const lws_mem_t *mem = &s->vhost.vh.ctx->mem;
        if (m->kept) {
            lws_mem_free(mem, m->kept, m->kept->size);
        }
        lws_mem_free(mem, m->body, m->body_cap);
        m->kept = NULL;
        m->body = NULL;
        m->body_len = m->body_cap = 0;
    }
}

void mlws_request_end(mlws_request_t *r) {
    if (mlws_request_is_open(r)) {
        forget(r);
    }
    if (!mlws_request_is_current(r)) {
        return;
    }
    mlws_http_t *http = mlws_http_of(r->k);
    http->body = NULL;
    mlws_inbox_end(&http->x);
    mlws_stage(&http->x, MLWS_OVER);
    if (http->x.coro == MP_OBJ_NULL) {
        http->request = NULL;
    }
}

lws_span_t mlws_request_body(const mlws_request_t *r) {
    if (!r->head && r->more) {
        return lws_span(r->more->body, r->more->body_len);
    }
    bool borrowed = r->head && mlws_request_is_current(r) && mlws_http_of(r->k)->body;
    return borrowed ? lws_span(mlws_http_of(r->k)->body, (size_t)r->head->content_length)
        : lws_span(NULL, 0);
}

bool mlws_request_is_open(const mlws_request_t *r) {
    return r->head || (r->more && r->more->kept);
}

static const lws_head_t *unpacked(mlws_request_t *r) {
    mlws_site_t *s = mlws_site_of(r->k);
    if (s->kept_of != r) {
        if (!s->kept) {
            s->kept = m_new(lws_head_t, 1);
        }
        lws_head_unpack(s->kept, r->more->kept);
        s->kept_of = r;
    }
    return s->kept;
}

const lws_head_t *mlws_request_head(mlws_request_t *r) {
    if (r->head) {
        return r->head;
    }
    if (!mlws_request_is_open(r)) {
        mp_raise_msg(&mp_type_RuntimeError,
            MP_ERROR_TEXT("this request is over: keep what you need, or make the handler async"));
    }
    return unpacked(r);
}

// ---- attributes

static mp_obj_t span_str(const lws_head_t *h, uint16_t at, uint16_t len) {
    return mlws_new_str(lws_head_span(h, at, len));
}

static mp_obj_t method_obj(const lws_head_t *h) {
    switch (h->method) {
        case LWS_METHOD_GET:
            return MP_OBJ_NEW_QSTR(MP_QSTR_GET);
        case LWS_METHOD_POST:
            return MP_OBJ_NEW_QSTR(MP_QSTR_POST);
        default:
            return span_str(h, h->method_at, h->method_len);
    }
}

static mp_obj_t path_obj(const lws_head_t *h) {
    lws_span_t raw = lws_head_span(h, h->path_at, h->path_len);
    if (h->target != LWS_TARGET_ORIGIN || lws_url_path_clean(raw)) {
        return mlws_new_str(raw);
    }
    vstr_t v;
    vstr_init_len(&v, raw.n);
    int n = lws_url_path((uint8_t *)v.buf, raw.n, raw);
    if (n < 0) {
        return mlws_new_str(raw);
    }
    v.len = (size_t)n;
    return mp_obj_new_str_from_utf8_vstr(&v);
}

static mp_obj_t url_obj(const lws_head_t *h) {
    uint16_t end = h->query_at ? h->query_at + h->query_len : h->path_at + h->path_len;
    return span_str(h, h->path_at, end - h->path_at);
}

void mlws_request_need_body(const mlws_request_t *r) {
    if (r->more && r->more->offered) {
        mp_raise_type(&mp_type_GeneratorExit);      // which no "except Exception" catches
    }
}

// MP_OBJ_NULL: it is streamed.
static mp_obj_t body_obj(mlws_request_t *r) {
    mlws_request_need_body(r);
    if (r->more && r->more->streaming) {
        return MP_OBJ_NULL;
    }
    lws_span_t b = mlws_request_body(r);
    if (!b.n) {
        return mp_const_empty_bytes;
    }
    mlws_request_more_t *m = mlws_request_more(r);
    if (m->body_obj == MP_OBJ_NULL) {
        m->body_obj = mlws_new_bytes(&mp_type_bytes, b.p, b.n);
    }
    return m->body_obj;
}

static mp_obj_t length_obj(const lws_head_t *h) {
    if (h->flags & LWS_HEAD_CHUNKED) {
        return mp_const_none;
    }
    return mp_obj_new_int_from_ull(h->content_length);
}

static mp_obj_t field_obj(const lws_head_t *h, lws_hdr_t id) {
    lws_span_t s = lws_head_get(h, id);
    return s.p ? mlws_new_str(s) : mp_const_none;
}

static const MP_DEFINE_STR_OBJ(http_1_0, "1.0");
static const MP_DEFINE_STR_OBJ(http_1_1, "1.1");

// Attributes read from the head; MP_OBJ_NULL: not one of these.
static mp_obj_t head_attr(mlws_request_t *r, qstr attr) {
    const lws_head_t *h = mlws_request_head(r);
    switch (attr) {
        case MP_QSTR_method:
            return method_obj(h);
        case MP_QSTR_path:
            return path_obj(h);
        case MP_QSTR_raw_path:
            return span_str(h, h->path_at, h->path_len);
        case MP_QSTR_query_string:
            return span_str(h, h->query_at, h->query_len);
        case MP_QSTR_url:
            return url_obj(h);
        case MP_QSTR_headers:
            return mlws_headers_new(r);
        case MP_QSTR_body:
            return body_obj(r);
        case MP_QSTR_content_length:
            return length_obj(h);
        case MP_QSTR_content_type:
            return field_obj(h, LWS_HDR_CONTENT_TYPE);
        case MP_QSTR_http_version:
            return MP_OBJ_FROM_PTR(h->minor ? &http_1_1 : &http_1_0);
        case MP_QSTR_websocket:
            return mp_obj_new_bool(!mlws_is_http(r->k) || mlws_http_of(r->k)->x.word == 101);
        case MP_QSTR_streaming:
            return mp_obj_new_bool(r->more && r->more->streaming);
        default:
            return MP_OBJ_NULL;
    }
}

static mp_obj_t conn_attr(mlws_request_t *r, qstr attr) {
    switch (attr) {
        case MP_QSTR_client_addr:
            return mlws_stream_peer(r->k);
        case MP_QSTR_app:
            return mlws_site_of(r->k)->app;
        case MP_QSTR_id:
            return mp_obj_new_int_from_uint(r->k->c.id);
        default:
            return MP_OBJ_NULL;
    }
}

// What the application set, then what Python computes.
static mp_obj_t dict_attr(mlws_request_t *r, qstr attr) {
    mp_obj_t key = MP_OBJ_NEW_QSTR(attr);
    if (r->more && r->more->attrs != MP_OBJ_NULL) {
        mp_map_elem_t *e = mp_map_lookup(mp_obj_dict_get_map(r->more->attrs), key, MP_MAP_LOOKUP);
        if (e) {
            return e->value;
        }
    }
    if (attr == MP_QSTR_after_hooks) {
        return mp_const_none;       // asked for often, there seldom
    }
    if (!mlws_request_is_open(r) || mlws_site_of(r->k)->request_attrs == mp_const_none) {
        return MP_OBJ_NULL;
    }
    mp_map_elem_t *e = mp_map_lookup(mp_obj_dict_get_map(mlws_site_of(r->k)->request_attrs), key,
        MP_MAP_LOOKUP);
    if (!e) {
        return MP_OBJ_NULL;
    }
    mp_obj_t value = mp_call_function_1(e->value, MP_OBJ_FROM_PTR(r));
    mlws_request_more_t *m = mlws_request_more(r);
    if (m->attrs == MP_OBJ_NULL) {
        m->attrs = mp_obj_new_dict(2);
    }
    mp_obj_dict_store(m->attrs, key, value);
    return value;
}

static void request_load(mlws_request_t *r, qstr attr, mp_obj_t *dest) {
    // Methods first: mp_load_method asks here too.
    mp_map_elem_t *e = mp_map_lookup(&((mp_obj_dict_t *)MP_OBJ_TYPE_GET_SLOT(&mlws_request_type,
        locals_dict))->map,
        MP_OBJ_NEW_QSTR(attr), MP_MAP_LOOKUP);
    if (e) {
        dest[0] = e->value;
        dest[1] = MP_OBJ_FROM_PTR(r);
        return;
    }
    mlws_here();
    bool open = mlws_request_is_open(r);
    if (open) {
        dest[0] = head_attr(r, attr);
        if (dest[0] == MP_OBJ_NULL) {
            dest[0] = conn_attr(r, attr);
        }
    }
    if (dest[0] == MP_OBJ_NULL) {
        dest[0] = dict_attr(r, attr);
    }
    if (dest[0] == MP_OBJ_NULL && open && attr == MP_QSTR_body) {
        const lws_head_t *h = mlws_request_head(r);
        if (h->flags & LWS_HEAD_HAS_LENGTH && h->content_length <= mlws_site_of(r->k)->max_body) {
            m_malloc_fail((size_t)h->content_length);       // it is streamed for that reason
        }
        mp_raise_ValueError(
            MP_ERROR_TEXT("the body is longer than max_body: read request.stream"));
    }
    if (dest[0] == MP_OBJ_NULL && !open) {
        mlws_request_head(r);       // raises
    }
}

static void request_attr(mp_obj_t self_in, qstr attr, mp_obj_t *dest) {
    mlws_request_t *r = MP_OBJ_TO_PTR(self_in);
    if (dest[0] == MP_OBJ_NULL) {
        request_load(r, attr, dest);
    } else if (dest[1] != MP_OBJ_NULL) {
        mlws_request_more_t *m = mlws_request_more(r);
        if (m->attrs == MP_OBJ_NULL) {
            m->attrs = mp_obj_new_dict(2);
        }
        mp_obj_dict_store(m->attrs, MP_OBJ_NEW_QSTR(attr), dest[1]);
        dest[0] = MP_OBJ_NULL;
    }
}

static const mp_rom_map_elem_t request_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_send), MP_ROM_PTR(&mlws_request_send_obj) },
    { MP_ROM_QSTR(MP_QSTR_start), MP_ROM_PTR(&mlws_request_start_obj) },
    { MP_ROM_QSTR(MP_QSTR_write), MP_ROM_PTR(&mlws_request_write_obj) },
    { MP_ROM_QSTR(MP_QSTR_end), MP_ROM_PTR(&mlws_request_end_obj) },
    { MP_ROM_QSTR(MP_QSTR_abort), MP_ROM_PTR(&mlws_request_abort_obj) },
    { MP_ROM_QSTR(MP_QSTR_sendfile), MP_ROM_PTR(&mlws_request_sendfile_obj) },
    { MP_ROM_QSTR(MP_QSTR_is_file), MP_ROM_PTR(&mlws_request_is_file_obj) },
    { MP_ROM_QSTR(MP_QSTR_serve_file), MP_ROM_PTR(&mlws_request_serve_file_obj) },
    { MP_ROM_QSTR(MP_QSTR_recv), MP_ROM_PTR(&mlws_request_recv_obj) },
    { MP_ROM_QSTR(MP_QSTR_body_at), MP_ROM_PTR(&mlws_request_body_at_obj) },
    { MP_ROM_QSTR(MP_QSTR_body_json), MP_ROM_PTR(&mlws_request_body_json_obj) },
    { MP_ROM_QSTR(MP_QSTR_upgrade), MP_ROM_PTR(&mlws_request_upgrade_obj) },
    { MP_ROM_QSTR(MP_QSTR_run), MP_ROM_PTR(&mlws_request_run_obj) },
    { MP_ROM_QSTR(MP_QSTR_events), MP_ROM_PTR(&mlws_request_events_obj) },
    { MP_ROM_QSTR(MP_QSTR_is_disconnected), MP_ROM_PTR(&mlws_request_is_disconnected_obj) },
};
static MP_DEFINE_CONST_DICT(request_locals, request_locals_table);

MP_DEFINE_CONST_OBJ_TYPE(mlws_request_type, MP_QSTR_Request, MP_TYPE_FLAG_NONE,
    attr, request_attr, locals_dict, &request_locals);
