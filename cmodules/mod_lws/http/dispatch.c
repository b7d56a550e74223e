// From events to handlers: finds who answers a request, collects its body, and turns exceptions
// into answers.
#include "mod_lws/http/request.h"
#include "mod_lws/http/respond.h"
#include "mod_lws/http/source.h"
#include "mod_lws/http/static.h"
#include "mod_lws/loop/task.h"
#include "mod_lws/loop/turn.h"
#include "mod_lws/loop/waiter.h"

#include "py/runtime.h"

// ---- answers

// NULL: the request has no object yet, or never gets one.
static mlws_stage_t stage_of(const mlws_request_t *r) {
    return r ? mlws_request_stage(r) : MLWS_OWED;
}

// A generator has been started as if it were a coroutine: what it yields is a body.
static void check_piece(mp_obj_t value) {
    mp_buffer_info_t b;
    mp_obj_t first = mlws_generator_piece(value);
    if (first != MP_OBJ_NULL && !mp_get_buffer(first, &b, MP_BUFFER_READ)) {
        mp_raise_msg_varg(&mp_type_TypeError,
            MP_ERROR_TEXT("a generator yielded %s, which is no text"),
            mp_obj_get_type_str(first));
    }
}

static void coroutine_ended(mlws_exchange_t *x, void *of, bool ok, mp_obj_t value);

// What serves the request is a coroutine: it may go on after this turn, and the request with it.
static void start_task(mlws_conn_t *k, mlws_request_t *r, mp_obj_t coro) {
    if (!mlws_task_start(&mlws_http_of(k)->x, coro, coroutine_ended, r)) {
        return;
    }
    if (r && mlws_request_keep(r)) {
        mlws_task_forsake(&mlws_http_of(k)->x);
        mp_raise_msg(&mp_type_MemoryError, MP_ERROR_TEXT("no memory to keep the request"));
    }
    if (mlws_is_http(k)) {
        mlws_http_of(k)->request = r;
    }
}

void mlws_request_run(mlws_request_t *r, mp_obj_t coro) {
    start_task(r->k, r, coro);
}

// Answers with a value; a conversion that answers later by itself (streaming) keeps the request
// open.
static void answer(mlws_conn_t *k, mlws_request_t *r, mp_obj_t value) {
    if (value == mp_const_none && (!mlws_is_http(k) || stage_of(r) != MLWS_OWED)) {
        return;     // the handler answered by the request's methods
    }
    if (mp_obj_is_type(value, &mp_type_gen_instance)) {
        start_task(k, r, value);
        return;
    }
    mlws_respond(r, value);
}

static void give_500(mlws_conn_t *k, mlws_request_t *r, mp_obj_t exc) {
    mp_obj_print_exception(&mp_plat_print, exc);
    mlws_stage_t stage = stage_of(r);
    if (stage == MLWS_WRITING) {
        lws_conn_abort(&k->c);      // the client must not take what it has for all of it
    } else if (stage == MLWS_OWED) {
        mlws_respond_status(k, 500, false);
    }
}

// ^C and sys.exit() are not the connection's affair, which ends with them.
static void end_loop(mlws_conn_t *k, mp_obj_t exc) {
    lws_conn_abort(&k->c);
    mlws_flush(k);
    nlr_raise(exc);
}

// A handler raised: the application's error handler may know an answer.
static void on_exception(mlws_conn_t *k, mlws_request_t *r, mp_obj_t exc) {
    const mlws_site_t *v = mlws_site_of(k);
    if (!mlws_is_http(k)) {
        k->face->failed(k, exc);
        return;
    }
    if (!r || stage_of(r) != MLWS_OWED || v->error == mp_const_none) {
        give_500(k, r, exc);
        return;
    }
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        answer(k, r, mp_call_function_2(v->error, MP_OBJ_FROM_PTR(r), exc));
        nlr_pop();
    } else if (mlws_ends_loop(MP_OBJ_FROM_PTR(nlr.ret_val))) {
        end_loop(k, MP_OBJ_FROM_PTR(nlr.ret_val));
    } else {
        give_500(k, r, MP_OBJ_FROM_PTR(nlr.ret_val));
    }
}

// Does somebody still need the request? (a coroutine, a stream that the application writes)
static bool pending(const mlws_conn_t *k, const mlws_request_t *r) {
    return mlws_http_of(k)->x.coro != MP_OBJ_NULL
           || (mlws_is_http(k) && mlws_request_is_started(r));
}

static void end_unless_pending(const mlws_conn_t *k, mlws_request_t *r) {
    if (r && !pending(k, r)) {
        mlws_request_end(r);
    }
}

static void answer_or_fail(mlws_conn_t *k, mlws_request_t *r, mp_obj_t value) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        check_piece(value);
        answer(k, r, value);
        nlr_pop();
    } else if (mlws_ends_loop(MP_OBJ_FROM_PTR(nlr.ret_val))) {
        end_loop(k, MP_OBJ_FROM_PTR(nlr.ret_val));
    } else {
        on_exception(k, r, MP_OBJ_FROM_PTR(nlr.ret_val));
    }
}

static void coroutine_ended(mlws_exchange_t *x, void *of, bool ok, mp_obj_t value) {
    mlws_request_t *r = of;
    mlws_conn_t *k = x->k;
    if (k->c.state == LWS_CONN_DEAD) {
        if (!ok && mlws_is_exception(value)) {
            mlws_print_unless_over(k, value);
        }
        mlws_request_end(r);
        return;
    }
    if (!mlws_is_http(k)) {
        mlws_request_end(r);
        k->face->ended(k, ok, value);
    } else {
        if (ok) {
            answer_or_fail(k, r, value);
        } else {
            on_exception(k, r, value);
        }
        end_unless_pending(k, r);
        if (mlws_is_http(k) && x->coro == MP_OBJ_NULL) {
            mlws_release(x, MLWS_HOLD_TASK);
        }
    }
    mlws_flush(k);
}

// ---- who answers

static void open_websocket(mlws_conn_t *k, mlws_request_t *r, const mlws_route_t *t) {
    unsigned word = mlws_http_of(k)->x.word;
    if (word != 101) {
        mlws_respond_status(k, word == 400 ? 400 : 426, false);
        return;
    }
    mlws_opening_t o = { .handler = t->kind == MLWS_WS_CALL ? t->handler : MP_OBJ_NULL };
    mp_obj_t ws = mlws_request_upgrade(r, &o);
    if (t->kind == MLWS_WS_CALL) {
        mlws_request_end(r);
    } else {
        start_task(k, r, mp_call_function_2(t->handler, MP_OBJ_FROM_PTR(r), ws));
    }
}

static void call(mlws_conn_t *k, mlws_request_t *r) {
    const mlws_site_t *v = mlws_site_of(k);
    const lws_head_t *h = mlws_request_head(r);
    if (r->more && r->more->handler != MP_OBJ_NULL) {
        answer(k, r, mp_call_function_1(r->more->handler, MP_OBJ_FROM_PTR(r)));
        return;
    }
    const mlws_route_t *t = mlws_route_find(v, h);
    if (t && t->kind != MLWS_HTTP) {
        open_websocket(k, r, t);
    } else if (t) {
        answer(k, r, mp_call_function_1(t->handler, MP_OBJ_FROM_PTR(r)));
    } else if (v->fallback != mp_const_none) {
        answer(k, r, mp_call_function_1(v->fallback, MP_OBJ_FROM_PTR(r)));
    } else {
        mlws_respond_status(k, 404, false);
    }
}

static void run_handler(mlws_conn_t *k, mlws_request_t *r) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        call(k, r);
        nlr_pop();
    } else {
        mp_obj_t exc = MP_OBJ_FROM_PTR(nlr.ret_val);
        if (!mlws_is_exception(exc)) {
            nlr_jump(nlr.ret_val);
        }
        on_exception(k, r, exc);
    }
    end_unless_pending(k, r);
}

// ---- requests and their bodies

static mlws_request_t *new_request(mlws_conn_t *k, const lws_head_t *h) {
    mlws_request_t *r = NULL;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        r = mlws_request_new(k, h);
        nlr_pop();
    }
    return r;
}

// The body is not collected: the handler runs now and reads it piece by piece.
static void stream_body(mlws_conn_t *k, mlws_request_t *r) {
    if (mlws_request_keep(r)) {
        mlws_respond_status(k, 503, true);
        mlws_request_end(r);
        return;
    }
    r->more->streaming = true;
    k->shared = true;
    run_handler(k, r);
}

static bool is_wanted(mlws_request_t *r, const mlws_site_t *v) {
    mlws_request_more_t *m = mlws_request_more(r);
    m->offered = true;
    mp_obj_t chosen = mp_call_function_1(v->expected, MP_OBJ_FROM_PTR(r)), *items;
    m->offered = false;
    if (chosen == mp_const_none) {
        return true;
    }
    mp_obj_get_array_fixed_n(chosen, 2, &items);
    m->handler = items[1];
    return mp_obj_is_true(items[0]);
}

// The client asks before it sends the body. Nobody wants it: the handler runs now, to say why.
static void offer_body(mlws_conn_t *k, mlws_request_t *r) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        bool wanted = is_wanted(r, mlws_site_of(k));
        nlr_pop();
        if (!wanted) {
            stream_body(k, r);
        }
    } else if (mlws_ends_loop(MP_OBJ_FROM_PTR(nlr.ret_val))) {
        end_loop(k, MP_OBJ_FROM_PTR(nlr.ret_val));
    } else {
        give_500(k, r, MP_OBJ_FROM_PTR(nlr.ret_val));
        mlws_request_end(r);
    }
}

static void on_request(mlws_conn_t *k, const lws_event_t *ev) {
    mlws_site_t *v = mlws_site_of(k);
    const lws_head_t *h = lws_event_head(ev);
    mlws_http_t *http = mlws_http_of(k);
    http->x.word = ev->code;
    http->request = NULL;
    http->body = NULL;
    http->x.k = k;
    http->x.stage = MLWS_OWED;
    mlws_inbox_end(&http->x);   // of one that wrote all of its answer and did not end yet
    // To the core 0 means no limit; of a body in chunks it knows the length only in the end.
    if (ev->more && (h->content_length > v->max_content_length || !v->max_content_length)) {
        mlws_respond_status(k, 413, true);
        return;
    }
    // A file needs no request object.
    if (v->statics && !v->files_by_hand && !mlws_route_find(v, h)
        && mlws_static_serve(v, k, h, false, mp_const_none)) {
        return;
    }
    mlws_request_t *r = new_request(k, h);
    if (!r) {
        mlws_respond_status(k, 503, true);
        return;
    }
    http->request = r;
    if (!ev->more) {
        run_handler(k, r);
    } else if (h->content_length > v->max_body) {
        stream_body(k, r);
    } else if (h->flags & LWS_HEAD_EXPECT && v->expected != mp_const_none) {
        offer_body(k, r);
    }
}

// Adds a piece to a body that is collected. False: the request was seen to otherwise.
static bool collect(mlws_conn_t *k, mlws_request_t *r, lws_span_t piece) {
    if (!r->more && r->head->flags & LWS_HEAD_HAS_LENGTH && piece.n == r->head->content_length) {
        mlws_http_of(k)->body = piece.p;    // all of it, in the input buffer: no copy
        return true;
    }
    if (mlws_request_keep(r)) {
        mlws_respond_status(k, 503, true);
        mlws_request_end(r);
        return false;
    }
    if (!mlws_request_add_body(r, piece)) {
        return true;
    }
    // A chunked body outgrew what is collected, or memory has no block for one: it is streamed.
    mlws_exchange_t *x = &mlws_http_of(k)->x;
    mlws_inbox_put(x, mlws_request_body(r));
    mlws_inbox_put(x, piece);
    stream_body(k, r);
    return false;
}

static void give_piece(mlws_conn_t *k, mlws_request_t *r, const lws_event_t *ev) {
    mlws_exchange_t *x = &mlws_http_of(k)->x;
    r->more->ended |= ev->final;
    if (ev->data.n) {
        mlws_inbox_put(x, ev->data);
    }
    mlws_task_wake(x, &x->reader);
}

static void on_body(mlws_conn_t *k, const lws_event_t *ev) {
    mlws_request_t *r = mlws_http_of(k)->request;
    if (!r || !mlws_request_is_open(r)) {
        return;
    }
    if (r->more && r->more->streaming) {
        give_piece(k, r, ev);
    } else if ((!ev->data.n || collect(k, r, ev->data)) && ev->final) {
        run_handler(k, r);
    } else if (r->more && r->more->streaming) {
        r->more->ended |= ev->final;
    }
}

// ---- the peer goes

// Is a request in work that is not answered, or not all of it?
static bool in_work(const mlws_conn_t *k) {
    const mlws_request_t *r = mlws_http_of(k)->request;
    return r && lws_conn_owes(&k->c) && pending(k, r);
}

// There is no telling who has gone from who has but half-closed: for either nobody waits for ever.
static bool left(mlws_conn_t *k) {
    const mlws_http_t *http = mlws_http_of(k);
    const mlws_request_more_t *more = http->request ? http->request->more : NULL;
    bool reads = http->x.inbox != MP_OBJ_NULL || (more && more->streaming && !more->ended);
    if (in_work(k) && !reads && !mlws_site_of(k)->half_close) {
        if (mlws_task_is_due(&http->x)) {
            return true;    // it may have more to say
        }
        lws_conn_abort(&k->c);
    }
    return false;
}

// ---- the face

static void event(mlws_conn_t *k, const lws_event_t *ev) {
    if (ev->type == LWS_EV_REQUEST) {
        on_request(k, ev);
    } else if (ev->type == LWS_EV_BODY) {
        on_body(k, ev);
    }
}

static void failed(mlws_conn_t *k, mp_obj_t exc) {
    mlws_request_t *r = mlws_http_of(k)->request;
    on_exception(k, r, exc);
    end_unless_pending(k, r);
}

static void settled(mlws_conn_t *k) {
    mlws_request_t *r = mlws_http_of(k)->request;
    if (r && mlws_request_keep(r)) {
        lws_conn_abort(&k->c);
    }
}

static bool gone(mlws_conn_t *k) {
    mlws_request_t *r = mlws_http_of(k)->request;
    mlws_exchange_t *x = &mlws_http_of(k)->x;
    mlws_source_drop(k);
    if (x->coro == MP_OBJ_NULL && r) {
        mlws_request_end(r);
    }
    // A coroutine that waits for the connection finds out by itself.
    bool cancel = in_work(k) && !mlws_coro_waits(x);
    mlws_exchange_gone(x);
    return cancel;
}

static void cancel(mlws_conn_t *k) {
    mlws_task_cancel(&mlws_http_of(k)->x);
}

static void settings_begin(lws_settings_t *s, lws_vhost_t *vh) {
    lws_http_settings((lws_http_settings_t *)(void *)s, vh);
}

#define NUMBER(f) { MP_QSTR_##f, offsetof(lws_http_settings_t, f), 0 }

static const mlws_settings_t settings = {
    .begin = settings_begin, .size = sizeof(lws_http_settings_t), .count = 7, .numbers = {
        NUMBER(header_ms), NUMBER(keep_alive_ms), NUMBER(body_ms), NUMBER(body_rate),
        NUMBER(sse_ms),
        { MP_QSTR_max_line, offsetof(lws_http_settings_t, limits.line), LWS_H1_TOP_HEAD },
        { MP_QSTR_max_head, offsetof(lws_http_settings_t, limits.head), LWS_H1_TOP_HEAD },
    },
};

const mlws_face_t mlws_http_face = {
    .role = &lws_role_h1,
    .settings = &settings,
    .vhost = &mlws_vhost_type,
    .full = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n",
    .event = event,
    .failed = failed,
    .settled = settled,
    .writable = mlws_source_pump,
    .left = left,
    .gone = gone,
    .cancel = cancel,
};
