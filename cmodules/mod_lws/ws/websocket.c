// The Python WebSocket object: messages as an async iterator, or handed to a callable.
#include "mod_lws/ws/websocket.h"

#include "mod_lws/loop/awaitable.h"
#include "mod_lws/loop/context.h"
#include "mod_lws/loop/exchange.h"
#include "mod_lws/loop/stream.h"
#include "mod_lws/loop/task.h"
#include "mod_lws/loop/turn.h"
#include "mod_lws/loop/waiter.h"
#include "mod_lws/mem.h"
#include "mod_lws/text.h"

#include "py/objstr.h"
#include "py/runtime.h"

#include "lws/core/ws.h"

// State of a connection in this face.
typedef struct {
    mlws_exchange_t x;
    mp_obj_t object;            // the Python WebSocket object
    mp_obj_t handler;           // a callable for each message, or MP_OBJ_NULL
    union {
        mp_obj_t receiver;      // what receive() returns, MP_OBJ_NULL: it was not called yet
        mp_obj_t message;       // what the handler is called with
    };
} state_t;

MLWS_FACE_FITS(state_t);

typedef struct {
    mp_obj_base_t base;
    mlws_conn_t *k;
    // str or None; when the peer closed with a reason: (that, reason)
    mp_obj_t protocol;
    bool chunks;                // pieces of messages: (data, final)
    bool fragmented;            // a message sent in pieces is not finished
} ws_t;

static state_t *state_of(const mlws_conn_t *k) {
    return mlws_face_state(k);
}

// ---- in

static bool is_over(const mlws_conn_t *k) {
    return k->c.state != LWS_CONN_OPEN || k->c.close_code;
}

static mp_obj_t protocol_of(const ws_t *ws) {
    bool both = mp_obj_is_type(ws->protocol, &mp_type_tuple);
    return both ? mp_obj_subscr(ws->protocol, MP_OBJ_NEW_SMALL_INT(0), MP_OBJ_SENTINEL)
        : ws->protocol;
}

static mp_obj_t reason_of(const ws_t *ws) {
    bool both = mp_obj_is_type(ws->protocol, &mp_type_tuple);
    return both ? mp_obj_subscr(ws->protocol, MP_OBJ_NEW_SMALL_INT(1), MP_OBJ_SENTINEL)
        : MP_OBJ_NEW_QSTR(MP_QSTR_);
}

static void keep_reason(ws_t *ws, lws_span_t reason) {
    if (reason.n) {
        mp_obj_t pair[2] = { protocol_of(ws), mlws_new_str(reason) };
        ws->protocol = mp_obj_new_tuple(2, pair);
    }
}

static const mp_obj_type_t *type_of(const lws_event_t *ev) {
    return ev->code == LWS_WS_TEXT ? &mp_type_str : &mp_type_bytes;
}

static mp_obj_t new_message(const lws_event_t *ev) {
    return mlws_new_bytes(type_of(ev), ev->data.p, ev->data.n);
}

// A piece of a message, in as many as memory asks for: (data, final) each.
static void add_chunk(mlws_conn_t *k, const lws_event_t *ev) {
    lws_span_t s = ev->data;
    size_t most = s.n;
    do {
        mp_obj_t pair[2] = { mlws_new_piece(type_of(ev), &s, &most) };
        pair[1] = mp_obj_new_bool(ev->final && !s.n);
        mlws_inbox_add(&state_of(k)->x, mp_obj_new_tuple(2, pair));
    } while (s.n);
}

static void call(state_t *s, const lws_event_t *ev) {
    s->message = new_message(ev);
    mp_obj_t value = mp_call_function_2(s->handler, s->object, s->message);
    s->message = MP_OBJ_NULL;
    if (mp_obj_is_type(value, &mp_type_gen_instance)) {
        mp_raise_TypeError(MP_ERROR_TEXT("nobody awaits this coroutine: say plain=False"));
    }
}

static void on_message(mlws_conn_t *k, const lws_event_t *ev) {
    state_t *s = state_of(k);
    if (s->handler != MP_OBJ_NULL) {
        call(s, ev);
        return;
    }
    if (((ws_t *)MP_OBJ_TO_PTR(s->object))->chunks) {
        add_chunk(k, ev);
    } else {
        mlws_inbox_add(&state_of(k)->x, new_message(ev));
    }
    // Taken at once by a waiting handler; else it waits here, and further input with it.
    mlws_task_wake(&s->x, &s->x.reader);
    if (s->x.inbox != MP_OBJ_NULL) {
        mlws_hold(&s->x, MLWS_HOLD_INBOX);
    }
}

static mp_obj_t raise_closed(const ws_t *ws) {
    const mlws_context_t *cx = mlws_context();
    unsigned code = ws->k->c.close_code ? ws->k->c.close_code : LWS_WS_ABNORMAL;
    mp_obj_t args[2] = { MP_OBJ_NEW_SMALL_INT(code), reason_of(ws) };
    if (cx->closed_error == mp_const_none) {
        mlws_raise(LWS_ERR_CLOSED);
    }
    nlr_raise(mp_call_function_n_kw(cx->closed_error, 2, 0, args));
}

// The next message as a StopIteration's value. looping: their end ends a loop instead of raising.
static mp_obj_t next_message(ws_t *ws, mp_obj_t awaitable, bool looping) {
    mlws_conn_t *k = ws->k;
    mlws_exchange_t *x = &state_of(k)->x;
    bool held = x->holds;
    mp_obj_t m = mlws_inbox_take(x);
    if (m != MP_OBJ_NULL) {
        if (held) {
            mlws_flush(k);
        }
        return mp_make_stop_iteration(m);
    }
    if (is_over(k)) {
        if (looping) {
            mp_raise_type(&mp_type_StopAsyncIteration);
        }
        return raise_closed(ws);
    }
    if (x->reader != MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError,
            MP_ERROR_TEXT("another task receives from this WebSocket"));
    }
    x->reader = mlws_task_wait_on(awaitable);
    return mp_const_none;
}

static void forget_reader(const mlws_conn_t *k, mp_obj_t task) {
    mlws_exchange_t *x = &state_of(k)->x;
    if (x->reader == task) {
        x->reader = MP_OBJ_NULL;
    }
}

// ---- receive(): one for all calls, as it keeps nothing
typedef struct {
    mp_obj_base_t base;
    ws_t *ws;
} receiver_t;

static mp_obj_t receiver_iternext(mp_obj_t self_in) {
    return next_message(((receiver_t *)MP_OBJ_TO_PTR(self_in))->ws, self_in, false);
}

// asyncio cancels a task that waits here.
static mp_obj_t receiver_remove(mp_obj_t self_in, mp_obj_t task) {
    forget_reader(((receiver_t *)MP_OBJ_TO_PTR(self_in))->ws->k, task);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(receiver_remove_obj, receiver_remove);

MLWS_AWAITABLE_LOCALS(receiver_locals, receiver_remove_obj);

static MP_DEFINE_CONST_OBJ_TYPE(receiver_type, MP_QSTR_receive, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    iter, receiver_iternext, locals_dict, &receiver_locals);

static mp_obj_t ws_receive(mp_obj_t self_in) {
    ws_t *ws = MP_OBJ_TO_PTR(self_in);
    state_t *s = state_of(ws->k);
    mlws_here();
    if (s->handler != MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("messages go to the handler"));
    }
    if (s->receiver == MP_OBJ_NULL) {
        receiver_t *r = mp_obj_malloc(receiver_t, &receiver_type);
        r->ws = ws;
        s->receiver = MP_OBJ_FROM_PTR(r);
    }
    return s->receiver;
}
static MP_DEFINE_CONST_FUN_OBJ_1(ws_receive_obj, ws_receive);

// ---- async for

static mp_obj_t ws_iternext(mp_obj_t self_in) {
    return next_message(MP_OBJ_TO_PTR(self_in), self_in, true);
}

static mp_obj_t ws_remove(mp_obj_t self_in, mp_obj_t task) {
    forget_reader(((ws_t *)MP_OBJ_TO_PTR(self_in))->k, task);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(ws_remove_obj, ws_remove);

static mp_obj_t ws_anext(mp_obj_t self_in) {
    mlws_here();
    return self_in;
}
static MP_DEFINE_CONST_FUN_OBJ_1(ws_anext_obj, ws_anext);

static mp_obj_t ws_self(mp_obj_t self_in) {
    return self_in;
}
static MP_DEFINE_CONST_FUN_OBJ_1(ws_self_obj, ws_self);

static mp_obj_t ws_chunks(mp_obj_t self_in) {
    ws_t *ws = MP_OBJ_TO_PTR(self_in);
    mlws_here();
    if (!lws_conn_chunks(&ws->k->c)) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("chunks() inside a message"));
    }
    ws->chunks = true;
    return self_in;
}
static MP_DEFINE_CONST_FUN_OBJ_1(ws_chunks_obj, ws_chunks);

// ---- out

static mp_obj_t send_frame(ws_t *ws, uint8_t opcode, mp_obj_t data, bool final) {
    mlws_conn_t *k = ws->k;
    mp_buffer_info_t b;
    mlws_here();
    mp_get_buffer_raise(data, &b, MP_BUFFER_READ);
    // What has just come is UTF-8, as its reader saw to.
    if (mp_obj_is_str(data) && opcode != LWS_WS_PING && data != state_of(k)->message) {
        mlws_must_be_utf8(lws_span(b.buf, b.len));
    }
    if (is_over(k)) {
        mlws_raise(LWS_ERR_CLOSED);
    }
    lws_conn_t *outer = lws_txq_cork(&k->c);
    int err = lws_conn_send(&k->c, opcode, lws_span(b.buf, b.len), final);
    mlws_sent(k, outer);
    if (err) {
        mlws_raise(err);
    }
    return mlws_drain(&state_of(k)->x);
}

static uint8_t opcode_of(mp_obj_t data) {
    return mp_obj_is_str(data) ? LWS_WS_TEXT : LWS_WS_BINARY;
}

static mp_obj_t ws_send(size_t n_args, const mp_obj_t *args) {
    ws_t *ws = MP_OBJ_TO_PTR(args[0]);
    bool final = n_args < 3 || mp_obj_is_true(args[2]);
    uint8_t opcode = ws->fragmented ? LWS_WS_CONT : opcode_of(args[1]);
    mp_obj_t sent = send_frame(ws, opcode, args[1], final);
    ws->fragmented = !final;    // not when it raised: nothing was sent
    return sent;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(ws_send_obj, 2, 3, ws_send);

static mp_obj_t ws_ping(size_t n_args, const mp_obj_t *args) {
    mp_obj_t data = n_args > 1 ? args[1] : mp_const_empty_bytes;
    mp_buffer_info_t b;
    mp_get_buffer_raise(data, &b, MP_BUFFER_READ);
    if (b.len > LWS_WS_MAX_CONTROL) {
        mp_raise_ValueError(MP_ERROR_TEXT("a ping carries at most 125 bytes"));
    }
    return send_frame(MP_OBJ_TO_PTR(args[0]), LWS_WS_PING, data, true);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(ws_ping_obj, 1, 2, ws_ping);

static mp_obj_t ws_close(size_t n_args, const mp_obj_t *args, mp_map_t *kw) {
    static const mp_arg_t allowed[] = {
        { MP_QSTR_code, MP_ARG_INT, { .u_int = LWS_WS_NORMAL } },
        { MP_QSTR_reason, MP_ARG_OBJ, { .u_rom_obj = MP_ROM_QSTR(MP_QSTR_) } },
    };
    mp_arg_val_t a[2];
    mp_arg_parse_all(n_args - 1, args + 1, kw, 2, allowed, a);
    mlws_conn_t *k = ((ws_t *)MP_OBJ_TO_PTR(args[0]))->k;
    mlws_here();
    size_t n;
    const char *reason = mp_obj_str_get_data(a[1].u_obj, &n);
    if (n > LWS_WS_MAX_CONTROL - 2 || !lws_ws_code_ok((unsigned)a[0].u_int)) {
        mp_raise_ValueError(MP_ERROR_TEXT("close code not allowed, or a reason over 123 bytes"));
    }
    mlws_must_be_utf8(lws_span(reason, n));
    if (!is_over(k)) {
        lws_conn_close(&k->c, (unsigned)a[0].u_int, lws_span(reason, n));
        mlws_flush(k);
    }
    return MP_OBJ_FROM_PTR(&mlws_done_obj);
}
static MP_DEFINE_CONST_FUN_OBJ_KW(ws_close_obj, 1, ws_close);

static void ws_attr(mp_obj_t self_in, qstr attr, mp_obj_t *dest) {
    if (dest[0] != MP_OBJ_NULL) {
        return;
    }
    ws_t *ws = MP_OBJ_TO_PTR(self_in);
    switch (attr) {
        case MP_QSTR_closed:
            dest[0] = mp_obj_new_bool(is_over(ws->k));
            break;
        case MP_QSTR_close_code:
            dest[0] = ws->k->c.close_code
                ? MP_OBJ_NEW_SMALL_INT(ws->k->c.close_code) : mp_const_none;
            break;
        case MP_QSTR_close_reason:
            dest[0] = ws->k->c.close_code ? reason_of(ws) : mp_const_none;
            break;
        case MP_QSTR_protocol:
            dest[0] = protocol_of(ws);
            break;
        case MP_QSTR_client_addr:
            dest[0] = mlws_stream_peer(ws->k);
            break;
        default:
            dest[1] = MP_OBJ_SENTINEL;
    }
}

static const mp_rom_map_elem_t ws_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___aiter__), MP_ROM_PTR(&ws_self_obj) },
    { MP_ROM_QSTR(MP_QSTR___anext__), MP_ROM_PTR(&ws_anext_obj) },
    { MP_ROM_QSTR(MP_QSTR_receive), MP_ROM_PTR(&ws_receive_obj) },
    { MP_ROM_QSTR(MP_QSTR_chunks), MP_ROM_PTR(&ws_chunks_obj) },
    { MP_ROM_QSTR(MP_QSTR_send), MP_ROM_PTR(&ws_send_obj) },
    { MP_ROM_QSTR(MP_QSTR_ping), MP_ROM_PTR(&ws_ping_obj) },
    { MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&ws_close_obj) },
    { MP_ROM_QSTR(MP_QSTR_remove), MP_ROM_PTR(&ws_remove_obj) },
};
static MP_DEFINE_CONST_DICT(ws_locals, ws_locals_table);

MP_DEFINE_CONST_OBJ_TYPE(mlws_websocket_type, MP_QSTR_WebSocket, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    iter, ws_iternext, attr, ws_attr, locals_dict, &ws_locals);

// ---- the face

static mp_obj_t opened(mlws_conn_t *k, const mlws_opening_t *o) {
    ws_t *ws = mp_obj_malloc(ws_t, &mlws_websocket_type);
    ws->k = k;
    ws->protocol = o->protocol.n ? mlws_new_str(o->protocol) : mp_const_none;
    ws->chunks = ws->fragmented = false;
    int err = lws_conn_websocket(&k->c, o->key, o->protocol, o->fields);
    if (err) {
        mlws_raise(err);
    }
    // The coroutine goes on, if there is one.
    mlws_inbox_end(&state_of(k)->x);
    state_t *s = state_of(k);
    s->object = MP_OBJ_FROM_PTR(ws);
    s->handler = o->handler;
    s->receiver = MP_OBJ_NULL;
    k->face = &mlws_websocket_face;
    k->shared = true;
    return s->object;
}

static void event(mlws_conn_t *k, const lws_event_t *ev) {
    if (ev->type == LWS_EV_MESSAGE) {
        on_message(k, ev);
    } else if (ev->type == LWS_EV_CLOSED) {
        keep_reason(MP_OBJ_TO_PTR(state_of(k)->object), ev->data);
        mlws_task_wake(&state_of(k)->x, &state_of(k)->x.reader);
    }
}

// A handler that sends to a peer who has gone ends in silence.
static void failed(mlws_conn_t *k, mp_obj_t exc) {
    mlws_print_unless_over(k, exc);
    lws_conn_close(&k->c, LWS_WS_INTERNAL, lws_span(NULL, 0));
}

static void ended(mlws_conn_t *k, bool ok, mp_obj_t value) {
    if (!ok) {
        if (mlws_is_exception(value)) {
            mlws_print_unless_over(k, value);
        }
        lws_conn_close(&k->c, LWS_WS_INTERNAL, lws_span(NULL, 0));
    } else if (state_of(k)->handler == MP_OBJ_NULL) {
        lws_conn_close(&k->c, LWS_WS_NORMAL, lws_span(NULL, 0));
    }
}

// The coroutine goes on: it learns of the end where it sends or receives.
static bool gone(mlws_conn_t *k) {
    mlws_exchange_gone(&state_of(k)->x);
    return false;
}

static void settings_begin(lws_settings_t *s, lws_vhost_t *vh) {
    lws_ws_settings((lws_ws_settings_t *)(void *)s, vh);
}

#define NUMBER(f) { MP_QSTR_##f, offsetof(lws_ws_settings_t, f), 0 }

static const mlws_settings_t settings = {
    .begin = settings_begin, .size = sizeof(lws_ws_settings_t), .count = 3, .numbers = {
        NUMBER(max_message), NUMBER(ping_ms), NUMBER(hangup_ms),
    },
};

const mlws_face_t mlws_websocket_face = {
    .role = &lws_role_ws,
    .settings = &settings,
    .opened = opened,
    .event = event,
    .failed = failed,
    .ended = ended,
    .gone = gone,
};
