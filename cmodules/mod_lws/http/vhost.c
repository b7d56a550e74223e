// The Python Vhost object: settings, routes, connections of one server.
#include "mod_lws/http/vhost.h"

#include "mod_lws/http/static.h"
#include "mod_lws/loop/settings.h"
#include "mod_lws/loop/stream.h"
#include "mod_lws/loop/turn.h"
#include "mod_lws/mem.h"

#include "py/runtime.h"

#include "lws/core/http.h"
#include "lws/http/url.h"

#define PATH_CAP 256            // bytes of a path that is written otherwise than it is routed

static mp_obj_t vhost_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw,
    const mp_obj_t *args) {
    (void)args;
    mp_arg_check_num(n_args, n_kw, 0, 0, false);
    lws_context_t *ctx = &mlws_context()->ctx;
    mlws_site_t *v = mp_obj_malloc(mlws_site_t, type);
    memset((uint8_t *)v + sizeof(mp_obj_base_t), 0, sizeof(*v) - sizeof(mp_obj_base_t));
    lws_vhost_init(&v->vhost.vh, ctx, "server");
    v->vhost.base.type = type;
    unsigned conns = mlws_stream_conns();
    v->vhost.vh.max_conns = conns ? conns : LWS_MAX_CONNS;
    v->max_body = 16384;
    v->max_content_length = LWS_MAX_BODY;
    mlws_settings_begin(&v->vhost);
    v->fallback = v->expected = v->convert = v->error = v->app = v->request_attrs = mp_const_none;
    return MP_OBJ_FROM_PTR(v);
}

static void add_route(mlws_site_t *v, mp_obj_t path, unsigned method, mp_obj_t handler,
    mlws_route_kind_t kind) {
    size_t n;
    const char *p = mp_obj_str_get_data(path, &n);
    if (!mp_obj_is_callable(handler)) {
        mp_raise_TypeError(MP_ERROR_TEXT("a handler must be callable"));
    }
    for (size_t i = 0; i < v->route_count; i++) {
        mlws_route_t *t = &v->routes[i];
        if (t->n == n && t->method == method && memcmp(t->p, p, n) == 0) {
            t->handler = handler;
            t->kind = kind;
            return;
        }
    }
    v->routes = m_renew(mlws_route_t, v->routes, v->route_count, v->route_count + 1);
    v->routes[v->route_count++] = (mlws_route_t) {
        .path = path, .handler = handler, .p = p, .n = (uint16_t)n,
        .method = (uint8_t)method, .kind = (uint8_t)kind,
    };
}

// ---- who answers

static const mlws_route_t *route_of(const mlws_site_t *v, lws_span_t path, unsigned method) {
    for (size_t i = 0; i < v->route_count; i++) {
        const mlws_route_t *t = &v->routes[i];
        if (t->n == path.n && (t->method == method || t->method == LWS_METHOD_OTHER)
            && memcmp(t->p, path.p, t->n) == 0) {
            return t;
        }
    }
    // The core leaves the body out.
    return method == LWS_METHOD_HEAD ? route_of(v, path, LWS_METHOD_GET) : NULL;
}

// "/%78" and "/a/../x" are the route "/x", as they are the file.
static const mlws_route_t *route_of_clean(const mlws_site_t *v, const lws_head_t *h,
    lws_span_t raw) {
    uint8_t path[PATH_CAP];
    int n = h->target == LWS_TARGET_ORIGIN ? lws_url_path(path, sizeof(path), raw) : -1;
    return n < 0 ? NULL : route_of(v, lws_span(path, (size_t)n), h->method);
}

const mlws_route_t *mlws_route_find(const mlws_site_t *v, const lws_head_t *h) {
    lws_span_t raw = lws_head_span(h, h->path_at, h->path_len);
    const mlws_route_t *t = route_of(v, raw, h->method);
    return t || lws_url_path_clean(raw) ? t : route_of_clean(v, h, raw);
}

// ---- methods

static mp_obj_t vhost_route(size_t n_args, const mp_obj_t *args) {
    unsigned method = LWS_METHOD_OTHER;
    if (args[2] != mp_const_none) {
        size_t n;
        const char *p = mp_obj_str_get_data(args[2], &n);
        method = lws_method_id(lws_span(p, n));
        if (method == LWS_METHOD_OTHER) {
            mp_raise_ValueError(MP_ERROR_TEXT("unknown method"));
        }
    }
    add_route(MP_OBJ_TO_PTR(args[0]), args[1], method, args[3], MLWS_HTTP);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(vhost_route_obj, 4, 4, vhost_route);

static mp_obj_t vhost_websocket(size_t n_args, const mp_obj_t *args) {
    bool plain = n_args > 3 && mp_obj_is_true(args[3]);
    add_route(MP_OBJ_TO_PTR(args[0]), args[1], LWS_METHOD_GET, args[2],
        plain ? MLWS_WS_CALL : MLWS_WS_TASK);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(vhost_websocket_obj, 3, 4, vhost_websocket);

static mp_obj_t vhost_unroute(mp_obj_t self_in) {
    mlws_site_t *v = MP_OBJ_TO_PTR(self_in);
    v->routes = NULL;
    v->route_count = 0;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(vhost_unroute_obj, vhost_unroute);

static mp_obj_t vhost_static(size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    mlws_static_add(MP_OBJ_TO_PTR(args[0]), n_args - 1, args + 1, kw);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_KW(vhost_static_obj, 3, vhost_static);

static mp_obj_t vhost_connections(mp_obj_t self_in) {
    mlws_site_t *v = MP_OBJ_TO_PTR(self_in);
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (lws_conn_t *c = v->vhost.vh.first; c; c = c->next) {
        mp_obj_t row[6] = {
            mp_obj_new_int_from_uint(c->id),
            mlws_stream_peer(mlws_conn_of(c)),
            mp_obj_new_str(c->role->name, strlen(c->role->name)),
            mp_obj_new_int_from_uint((mp_uint_t)((v->vhost.vh.ctx->now_us - c->born_us) / 1000)),
            mp_obj_new_int_from_uint(c->rx_bytes),
            mp_obj_new_int_from_uint(c->tx_bytes),
        };
        mp_obj_list_append(list, mp_obj_new_tuple(6, row));
    }
    return list;
}
static MP_DEFINE_CONST_FUN_OBJ_1(vhost_connections_obj, vhost_connections);

// Says goodbye to every connection: WebSockets with 1001, requests after their answer.
static mp_obj_t vhost_close(mp_obj_t self_in) {
    mlws_here();
    mlws_site_t *v = MP_OBJ_TO_PTR(self_in);
    lws_conn_t *c = v->vhost.vh.first;
    while (c) {
        lws_conn_t *next = c->next;
        lws_conn_close(c, 1001, lws_span(NULL, 0));
        mlws_flush(mlws_conn_of(c));
        c = next;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(vhost_close_obj, vhost_close);

// ---- settings by name

typedef struct {
    uint16_t name, at;
} field_t;

#define NUMBER(f) { MP_QSTR_##f, offsetof(mlws_site_t, vhost.vh.f) }

static const field_t numbers[] = {
    NUMBER(max_conns), NUMBER(max_tx), NUMBER(send_ms), NUMBER(close_ms),
    { MP_QSTR_max_body, offsetof(mlws_site_t, max_body) },
    { MP_QSTR_files_by_hand, offsetof(mlws_site_t, files_by_hand) },
};

static const field_t objects[] = {
    { MP_QSTR_fallback, offsetof(mlws_site_t, fallback) },
    { MP_QSTR_expected, offsetof(mlws_site_t, expected) },
    { MP_QSTR_convert, offsetof(mlws_site_t, convert) },
    { MP_QSTR_error, offsetof(mlws_site_t, error) },
    { MP_QSTR_app, offsetof(mlws_site_t, app) },
    { MP_QSTR_request_attrs, offsetof(mlws_site_t, request_attrs) },
};

static void *field(mlws_site_t *v, const field_t *f, size_t n, qstr name) {
    for (size_t i = 0; i < n; i++) {
        if (f[i].name == name) {
            return (uint8_t *)v + f[i].at;
        }
    }
    return NULL;
}

static void vhost_load(mlws_site_t *v, qstr attr, mp_obj_t *dest) {
    uint32_t *number = field(v, numbers, MP_ARRAY_SIZE(numbers), attr);
    mp_obj_t *object = field(v, objects, MP_ARRAY_SIZE(objects), attr);
    if (number) {
        dest[0] = mp_obj_new_int_from_uint(*number);
    } else if (object) {
        dest[0] = *object;
    } else if (attr == MP_QSTR_max_content_length) {
        dest[0] = mp_obj_new_int_from_ull(v->max_content_length);
    } else if (attr == MP_QSTR_half_close) {
        dest[0] = MP_OBJ_NEW_SMALL_INT(v->half_close);
    } else if (attr == MP_QSTR_requests) {
        dest[0] = mp_obj_new_int_from_ull(v->vhost.vh.requests);
    } else if (attr == MP_QSTR_conns) {
        dest[0] = mp_obj_new_int_from_uint(v->vhost.vh.conns);
    } else {
        mlws_settings_attr(&v->vhost, attr, dest);
    }
}

static void set_max_content_length(mlws_site_t *v, uint64_t n) {
    lws_settings_t *s = lws_vhost_settings(&v->vhost.vh, &lws_role_h1);
    v->max_content_length = ((lws_http_settings_t *)(void *)s)->limits.body = n;
}

static void vhost_store(mlws_site_t *v, qstr attr, mp_obj_t *dest) {
    uint32_t *number = field(v, numbers, MP_ARRAY_SIZE(numbers), attr);
    mp_obj_t *object = field(v, objects, MP_ARRAY_SIZE(objects), attr);
    if (number) {
        *number = mlws_get_u32(dest[1]);
    } else if (object) {
        if (attr == MP_QSTR_request_attrs && !mp_obj_is_dict_or_ordereddict(dest[1])) {
            mp_raise_TypeError(MP_ERROR_TEXT("request_attrs must be a dict"));
        }
        *object = dest[1];
    } else if (attr == MP_QSTR_max_content_length) {
        set_max_content_length(v, mlws_get_u64(dest[1]));
    } else if (attr == MP_QSTR_half_close) {
        v->half_close = mp_obj_is_true(dest[1]);
    } else {
        mlws_settings_attr(&v->vhost, attr, dest);
        return;
    }
    dest[0] = MP_OBJ_NULL;
}

static void vhost_attr(mp_obj_t self_in, qstr attr, mp_obj_t *dest) {
    mlws_site_t *v = MP_OBJ_TO_PTR(self_in);
    if (dest[0] == MP_OBJ_NULL) {
        vhost_load(v, attr, dest);
    } else if (dest[1] != MP_OBJ_NULL) {
        vhost_store(v, attr, dest);
    }
}

static const mp_rom_map_elem_t vhost_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_route), MP_ROM_PTR(&vhost_route_obj) },
    { MP_ROM_QSTR(MP_QSTR_websocket), MP_ROM_PTR(&vhost_websocket_obj) },
    { MP_ROM_QSTR(MP_QSTR_unroute), MP_ROM_PTR(&vhost_unroute_obj) },
    { MP_ROM_QSTR(MP_QSTR_static), MP_ROM_PTR(&vhost_static_obj) },
    { MP_ROM_QSTR(MP_QSTR_connections), MP_ROM_PTR(&vhost_connections_obj) },
    { MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&vhost_close_obj) },
};
static MP_DEFINE_CONST_DICT(vhost_locals, vhost_locals_table);

MP_DEFINE_CONST_OBJ_TYPE(mlws_vhost_type, MP_QSTR_Vhost, MP_TYPE_FLAG_NONE,
    make_new, vhost_make_new, attr, vhost_attr, locals_dict, &vhost_locals);
