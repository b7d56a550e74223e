// The methods of a request that answer it.
#include "mod_lws/http/request.h"
#include "mod_lws/http/respond.h"
#include "mod_lws/http/source.h"
#include "mod_lws/http/static.h"
#include "mod_lws/loop/turn.h"
#include "mod_lws/loop/waiter.h"
#include "mod_lws/json.h"
#include "mod_lws/mem.h"
#include "mod_lws/text.h"

#include "py/runtime.h"

static mlws_request_t *open_request(mp_obj_t self_in) {
    mlws_request_t *r = MP_OBJ_TO_PTR(self_in);
    mlws_here();
    if (!mlws_request_is_open(r)) {
        if (r->k->c.state == LWS_CONN_DEAD) {
            mlws_raise(LWS_ERR_CLOSED);     // it is over because the peer has gone
        }
        mlws_request_head(r);               // raises
    }
    return r;
}

// Its pieces: is that all of them?
static void get_on(mlws_request_t *r) {
    mlws_stage(&mlws_http_of(r->k)->x, r->more->left ? MLWS_WRITING : MLWS_WRITTEN);
}

static void answered(mlws_request_t *r) {
    mlws_request_end(r);
    mlws_flush(r->k);
}

static mp_obj_t request_send(mp_obj_t self_in, mp_obj_t value) {
    mlws_request_t *r = open_request(self_in);
    mlws_respond(r, value);
    if (!mlws_request_is_started(r)) {
        answered(r);
    }
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_2(mlws_request_send_obj, request_send);

// ---- piece by piece

enum { ARG_status, ARG_length, ARG_headers, ARG_type };

static const mp_arg_t start_args[] = {
    { MP_QSTR_status, MP_ARG_INT, { .u_int = 200 } },
    { MP_QSTR_length, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
    { MP_QSTR_headers, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
    { MP_QSTR_type, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
};

// Sends the head, and begins with the body when it has a source.
static void start(mlws_request_t *r, const mp_arg_val_t *a, mlws_source_t *source) {
    uint8_t buf[MLWS_FIELDS_STACK];
    lws_out_t o = lws_out(buf, sizeof(buf));
    lws_response_t resp = { .status = (uint16_t)a[ARG_status].u_int };
    if (a[ARG_type].u_obj != mp_const_none) {
        size_t n;
        const char *p = mp_obj_str_get_data(a[ARG_type].u_obj, &n);
        resp.type = lws_span(p, n);
        if (!lws_h1_field_ok(LWS_LIT("Content-Type"), resp.type)) {
            mp_raise_ValueError(MP_ERROR_TEXT("type cannot be sent as a Content-Type"));
        }
    }
    resp.chunked = a[ARG_length].u_obj == mp_const_none;
    if (!resp.chunked) {
        resp.length = mlws_get_u64(a[ARG_length].u_obj);
    }
    mlws_fields(&resp, &o, a[ARG_headers].u_obj);
    bool silent = !resp.chunked && (mlws_request_head(r)->method == LWS_METHOD_HEAD
        || resp.status == 204 || resp.status == 205 || resp.status == 304);
    // The head may be read after this call by whoever writes the body.
    if (mlws_request_keep(r)) {
        mlws_raise(LWS_ERR_NOMEM);
    }
    lws_conn_t *outer = lws_txq_cork(&r->k->c);
    int err = lws_conn_respond(&r->k->c, &resp);
    if (!err && source) {
        mlws_source_start(r->k, source);
    }
    mlws_sent(r->k, outer);
    if (err) {
        mlws_raise(err);
    }
    r->more->silent = silent;
    r->more->left = silent ? 0 : resp.chunked ? UINT64_MAX : resp.length;
}

static mp_obj_t request_start(size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    mlws_request_t *r = open_request(args[0]);
    mp_arg_val_t a[MP_ARRAY_SIZE(start_args)];
    mp_arg_parse_all(n_args - 1, args + 1, kw, MP_ARRAY_SIZE(start_args), start_args, a);
    start(r, a, NULL);
    mlws_http_of(r->k)->request = r;
    get_on(r);
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_KW(mlws_request_start_obj, 1, request_start);

static mp_obj_t request_write(mp_obj_t self_in, mp_obj_t data) {
    mlws_request_t *r = open_request(self_in);
    mlws_conn_t *k = r->k;
    mp_buffer_info_t b;
    mp_get_buffer_raise(data, &b, MP_BUFFER_READ);
    if (mp_obj_is_str(data)) {
        mlws_must_be_utf8(lws_span(b.buf, b.len));
    }
    if (r->more && r->more->silent) {
        return MP_OBJ_FROM_PTR(&mlws_done_obj);
    }
    if (!mlws_request_is_current(r)) {
        mlws_raise(LWS_ERR_STATE);
    }
    lws_conn_t *outer = lws_txq_cork(&k->c);
    int err = lws_conn_body(&k->c, lws_span(b.buf, b.len), false);
    if (!err && r->more && r->more->left != UINT64_MAX) {
        r->more->left -= b.len;
        get_on(r);
    }
    mlws_sent(k, outer);
    if (err) {
        mlws_raise(err);
    }
    return mlws_drain(&mlws_http_of(k)->x);
}
MP_DEFINE_CONST_FUN_OBJ_2(mlws_request_write_obj, request_write);

static mp_obj_t request_end(mp_obj_t self_in) {
    mlws_request_t *r = open_request(self_in);
    if (mlws_request_is_current(r)) {
        lws_conn_t *outer = lws_txq_cork(&r->k->c);
        lws_conn_body(&r->k->c, lws_span(NULL, 0), true);
        mlws_sent(r->k, outer);
    }
    answered(r);
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_request_end_obj, request_end);

// run(coroutine): writes the answer, and is cancelled when the peer goes. False: another coroutine
// serves the request already.
static mp_obj_t request_run(mp_obj_t self_in, mp_obj_t coro) {
    mlws_request_t *r = open_request(self_in);
    bool free = mlws_request_is_current(r) && mlws_http_of(r->k)->x.coro == MP_OBJ_NULL;
    if (free) {
        mlws_request_run(r, coro);
    }
    return mp_obj_new_bool(free);
}
MP_DEFINE_CONST_FUN_OBJ_2(mlws_request_run_obj, request_run);

// events(): what is written from now on is whole server-sent events
static mp_obj_t request_events(mp_obj_t self_in) {
    mlws_request_t *r = open_request(self_in);
    if (mlws_request_is_current(r)) {
        lws_conn_events(&r->k->c);
        mlws_flush(r->k);
    }
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_request_events_obj, request_events);

static mp_obj_t request_is_disconnected(mp_obj_t self_in) {
    const mlws_request_t *r = MP_OBJ_TO_PTR(self_in);
    mlws_here();
    bool there = mlws_request_is_open(r) && r->k->c.state == LWS_CONN_OPEN
        && !(r->k->c.flags & LWS_CONN_EOF);
    return MP_OBJ_FROM_PTR(there ? &mlws_done_false : &mlws_done_true);
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_request_is_disconnected_obj, request_is_disconnected);

// The answer cannot go on: the peer must not take what it has for all of it. Was the peer there?
// None: it was answered already.
static mp_obj_t request_abort(mp_obj_t self_in) {
    mlws_request_t *r = MP_OBJ_TO_PTR(self_in);
    mp_obj_t there = mp_const_none;
    mlws_here();
    if (mlws_request_is_open(r)) {
        there = mp_obj_new_bool(r->k->c.state == LWS_CONN_OPEN);
        if (mlws_request_is_current(r)) {
            lws_conn_abort(&r->k->c);
        }
        answered(r);
    }
    return there;
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_request_abort_obj, request_abort);

// sendfile(stream, status=200, length=None, headers=None, type=None): the stream is closed when it
// is sent. Without a length it is sent to its end, chunked.
static mp_obj_t request_sendfile(size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    mlws_request_t *r = open_request(args[0]);
    mp_arg_val_t a[MP_ARRAY_SIZE(start_args)];
    mp_arg_parse_all(n_args - 2, args + 2, kw, MP_ARRAY_SIZE(start_args), start_args, a);
    mp_get_stream_raise(args[1], MP_STREAM_OP_READ | MP_STREAM_OP_IOCTL);
    mp_obj_t length = a[ARG_length].u_obj;
    start(r, a, mlws_source_new(args[1],
        length == mp_const_none ? MLWS_UNTIL_END : mlws_get_u64(length)));
    answered(r);
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_KW(mlws_request_sendfile_obj, 2, request_sendfile);

// serve_file(headers=None): answers with a file of the vhost's folders; False when there is none
// for this path.
static mp_obj_t request_serve_file(size_t n_args, const mp_obj_t *args) {
    mlws_request_t *r = open_request(args[0]);
    if (r->k->c.state == LWS_CONN_DEAD) {
        mlws_raise(LWS_ERR_CLOSED);     // nobody would close the file
    }
    if (!mlws_is_http(r->k)) {
        mlws_raise(LWS_ERR_STATE);
    }
    bool served = mlws_static_serve(mlws_site_of(r->k), r->k, mlws_request_head(r), false,
        n_args > 1 ? args[1] : mp_const_none);
    if (served) {
        answered(r);
    }
    return mp_obj_new_bool(served);
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(mlws_request_serve_file_obj, 1, 2, request_serve_file);

// is_file(): would serve_file() answer?
static mp_obj_t request_is_file(mp_obj_t self_in) {
    mlws_request_t *r = open_request(self_in);
    return mp_obj_new_bool(mlws_static_serve(mlws_site_of(r->k), r->k, mlws_request_head(r),
        true, mp_const_none));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_request_is_file_obj, request_is_file);

// ---- the other ways

static mp_obj_t request_recv(mp_obj_t self_in) {
    return mlws_recv(open_request(self_in));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_request_recv_obj, request_recv);

static mp_obj_t request_body_at(mp_obj_t self_in, mp_obj_t at_in) {
    lws_span_t b = mlws_request_body(open_request(self_in));
    size_t at = MIN((size_t)MAX(mp_obj_get_int(at_in), 0), b.n), most = b.n;
    if (at) {       // an empty body has no address
        b = lws_span(b.p + at, b.n - at);
    }
    return mlws_new_piece(&mp_type_bytes, &b, &most);
}
MP_DEFINE_CONST_FUN_OBJ_2(mlws_request_body_at_obj, request_body_at);

// body_json(): the value of a collected body, which is not copied for it
static mp_obj_t request_body_json(mp_obj_t self_in) {
    mlws_request_need_body(MP_OBJ_TO_PTR(self_in));
    return mlws_json_read(mlws_request_body(open_request(self_in)));
}
MP_DEFINE_CONST_FUN_OBJ_1(mlws_request_body_json_obj, request_body_json);

mp_obj_t mlws_request_upgrade(mlws_request_t *r, mlws_opening_t *o) {
    mlws_conn_t *k = r->k;
    if (!mlws_is_http(k) || mlws_http_of(k)->x.word != 101) {
        mp_raise_ValueError(MP_ERROR_TEXT("this request is no WebSocket handshake"));
    }
    o->key = lws_head_get(mlws_request_head(r), LWS_HDR_SEC_WEBSOCKET_KEY);
    mp_obj_t ws = mlws_face_of_role(lws_role_find(LWS_LIT("ws")))->opened(k, o);
    mlws_flush(k);
    return ws;
}

// upgrade(protocol=None, headers=None, handler=None): handler (ws, message) is called for each
// message
static mp_obj_t request_upgrade(size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    static const mp_arg_t allowed[] = {
        { MP_QSTR_protocol, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_headers, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
        { MP_QSTR_handler, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_NONE } },
    };
    mp_arg_val_t a[3];
    mp_arg_parse_all(n_args - 1, args + 1, kw, 3, allowed, a);
    mlws_request_t *r = open_request(args[0]);
    uint8_t buf[MLWS_FIELDS_STACK];
    lws_out_t text = lws_out(buf, sizeof(buf));
    lws_response_t resp = { .status = 101 };
    mlws_opening_t o = { .handler = a[2].u_obj == mp_const_none ? MP_OBJ_NULL : a[2].u_obj };
    if (a[0].u_obj != mp_const_none) {
        size_t n;
        const char *p = mp_obj_str_get_data(a[0].u_obj, &n);
        o.protocol = lws_span(p, n);
    }
    mlws_fields(&resp, &text, a[1].u_obj);
    o.fields = resp.fields;
    return mlws_request_upgrade(r, &o);
}
MP_DEFINE_CONST_FUN_OBJ_KW(mlws_request_upgrade_obj, 1, request_upgrade);
