// From events to handlers: finds who answers a request, collects its body, and turns exceptions
// into answers.
#include "mod_lws/serve.h"

#include "mod_lws/inbox.h"
#include "mod_lws/request.h"
#include "mod_lws/respond.h"
#include "mod_lws/static.h"
#include "mod_lws/task.h"
#include "mod_lws/waiter.h"

#include "lws/http/url.h"

// ---- the end of a request

static void over(mlws_conn_t *k, mlws_request_t *r) {
    if (r && mlws_request_is_open(r)) {
        mlws_request_over(r);
    }
    if (k->request == r) {
        k->request = NULL;
        mlws_inbox_end(k);
    }
}

// Does the application send the answer piece by piece?
static bool is_started(const mlws_request_t *r) {
    return r && r->more && r->more->streaming_out;
}

// Answers with a value; a conversion that answers later by itself (streaming) keeps the request
// open.
static void answer(mlws_conn_t *k, mlws_request_t *r, mp_obj_t value) {
    if (value == mp_const_none && (!r || !mlws_request_is_open(r) || k->ws != MP_OBJ_NULL
                                   || is_started(r))) {
        return;     // the handler answered by the request's methods
    }
    if (mp_obj_is_type(value, &mp_type_gen_instance)) {
        mlws_task_start(k, r, value);
        return;
    }
    mlws_respond(r, value);
}

// A WebSocket handler that sends to a peer who has gone ends in silence.
static void print_unless_closed(const mlws_conn_t *k, mp_obj_t exc) {
    bool over = k->c.state != LWS_CONN_OPEN || k->c.close_code;
    if (!over || !mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(exc)),
        MP_OBJ_FROM_PTR(&mp_type_OSError))) {
        mp_obj_print_exception(&mp_plat_print, exc);
    }
}

static void failed(mlws_conn_t *k, mlws_request_t *r, mp_obj_t exc) {
    mp_obj_print_exception(&mp_plat_print, exc);
    if (is_started(r)) {
        if (mlws_request_is_writing(r)) {
            lws_conn_abort(&k->c);  // the client must not take what it has for all of it
        }
    } else if (!r || mlws_request_is_open(r)) {
        // Answered already: this would be the answer to the next request.
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
    mlws_vhost_t *v = mlws_vhost_of(k);
    if (k->ws != MP_OBJ_NULL) {
        print_unless_closed(k, exc);
        lws_conn_close(&k->c, 1011, lws_span(NULL, 0));
        return;
    }
    if (!r || !mlws_request_is_open(r) || is_started(r) || v->error == mp_const_none) {
        failed(k, r, exc);
        return;
    }
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        answer(k, r, mp_call_function_2(v->error, MP_OBJ_FROM_PTR(r), exc));
        nlr_pop();
    } else if (mlws_ends_loop(MP_OBJ_FROM_PTR(nlr.ret_val))) {
        end_loop(k, MP_OBJ_FROM_PTR(nlr.ret_val));
    } else {
        failed(k, r, MP_OBJ_FROM_PTR(nlr.ret_val));
    }
}

// Is the request still to be answered by somebody? (a coroutine, a file, a stream that the
// application writes)
static bool pending(const mlws_conn_t *k, const mlws_request_t *r) {
    return k->coro != MP_OBJ_NULL || k->ws != MP_OBJ_NULL || is_started(r);
}

void mlws_task_done(mlws_conn_t *k, mlws_request_t *r, bool ok, mp_obj_t value) {
    mp_obj_t exc = ok ? MP_OBJ_NULL : value;
    if (k->poll.stream == MP_OBJ_NULL) {
        // The peer has gone meanwhile.
        if (!ok && mlws_is_exception(exc)) {
            print_unless_closed(k, exc);
        }
        over(k, r);
        return;
    }
    if (k->ws != MP_OBJ_NULL) {
        if (!ok && mlws_is_exception(exc)) {
            print_unless_closed(k, exc);
        }
        if (!ok || k->handler == MP_OBJ_NULL) {
            lws_conn_close(&k->c, ok ? 1000 : 1011, lws_span(NULL, 0));
        } else {
            // it opened the WebSocket for a function that is called for each message
            over(k, r);
        }
    } else {
        nlr_buf_t nlr;
        if (!ok) {
            on_exception(k, r, exc);
        } else if (nlr_push(&nlr) == 0) {
            answer(k, r, value);
            nlr_pop();
        } else if (mlws_ends_loop(MP_OBJ_FROM_PTR(nlr.ret_val))) {
            end_loop(k, MP_OBJ_FROM_PTR(nlr.ret_val));
        } else {
            on_exception(k, r, MP_OBJ_FROM_PTR(nlr.ret_val));
        }
        if (!pending(k, r)) {
            over(k, r);
        }
        if (k->coro == MP_OBJ_NULL) {
            mlws_release(k, MLWS_HOLD_TASK);
        }
    }
    mlws_flush(k);
}

// ---- who answers

#define PATH_CAP 256            // bytes of a path that is written otherwise than it is routed

static const mlws_route_t *route_of(const mlws_vhost_t *v, lws_span_t path, unsigned method) {
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
static const mlws_route_t *route_of_clean(const mlws_vhost_t *v, const lws_head_t *h,
    lws_span_t raw) {
    uint8_t path[PATH_CAP];
    int n = h->target == LWS_TARGET_ORIGIN ? lws_url_path(path, sizeof(path), raw) : -1;
    return n < 0 ? NULL : route_of(v, lws_span(path, (size_t)n), h->method);
}

static const mlws_route_t *find_route(const mlws_vhost_t *v, const lws_head_t *h) {
    lws_span_t raw = lws_head_span(h, h->path_at, h->path_len);
    const mlws_route_t *t = route_of(v, raw, h->method);
    return t || lws_url_path_clean(raw) ? t : route_of_clean(v, h, raw);
}

static void open_websocket(mlws_conn_t *k, mlws_request_t *r, const mlws_route_t *t) {
    if (k->handshake != 101) {
        mlws_respond_status(k, k->handshake == 400 ? 400 : 426, false);
        return;
    }
    mp_obj_t ws = mlws_upgrade(r, lws_span(NULL, 0), lws_span(NULL, 0));
    if (t->kind == MLWS_WS_CALL) {
        k->handler = t->handler;
        over(k, r);
    } else {
        mlws_task_start(k, r, mp_call_function_2(t->handler, MP_OBJ_FROM_PTR(r), ws));
    }
}

static void call(mlws_conn_t *k, mlws_request_t *r) {
    mlws_vhost_t *v = mlws_vhost_of(k);
    const lws_head_t *h = mlws_request_head(r);
    const mlws_route_t *t = find_route(v, h);
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
    if (!pending(k, r)) {
        over(k, r);
    }
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
        over(k, r);
        return;
    }
    r->more->streaming = true;
    k->shared = true;
    run_handler(k, r);
}

static void on_request(mlws_conn_t *k, const lws_event_t *ev) {
    mlws_vhost_t *v = mlws_vhost_of(k);
    const lws_head_t *h = ev->head;
    k->handshake = ev->code;
    k->request = NULL;
    mlws_inbox_end(k);      // of one that wrote all of its answer and did not end yet
    // To the core 0 means no limit; of a body in chunks it knows the length only in the end.
    if (ev->more && (h->content_length > v->max_content_length || !v->max_content_length)) {
        mlws_respond_status(k, 413, true);
        return;
    }
    // A file needs no request object.
    if (v->statics && !v->files_by_hand && !find_route(v, h)
        && mlws_static_serve(v, k, h, false, mp_const_none)) {
        return;
    }
    mlws_request_t *r = new_request(k, h);
    if (!r) {
        mlws_respond_status(k, 503, true);
        return;
    }
    k->request = r;
    if (!ev->more) {
        run_handler(k, r);
    } else if (h->content_length > v->max_body) {
        stream_body(k, r);
    }
}

// Adds a piece to a body that is collected. False: the request was seen to otherwise.
static bool collect(mlws_conn_t *k, mlws_request_t *r, lws_span_t piece) {
    if (!r->more && r->head->flags & LWS_HEAD_HAS_LENGTH && piece.n == r->head->content_length) {
        mlws_context_t *cx = mlws_context();
        cx->body = piece;       // all of it, in the input buffer: no copy
        cx->body_of = r;
        return true;
    }
    if (mlws_request_keep(r)) {
        mlws_respond_status(k, 503, true);
        over(k, r);
        return false;
    }
    if (!mlws_request_add_body(r, piece)) {
        return true;
    }
    // A chunked body outgrew what is collected, or memory has no block for one: it is streamed.
    mlws_inbox_put(k, mlws_request_body(r));
    mlws_inbox_put(k, piece);
    stream_body(k, r);
    return false;
}

static void give_piece(mlws_conn_t *k, mlws_request_t *r, const lws_event_t *ev) {
    r->more->ended |= ev->final;
    if (ev->data.n) {
        mlws_inbox_put(k, ev->data);
    }
    mlws_task_wake(k, &k->reader);
}

static void on_body(mlws_conn_t *k, const lws_event_t *ev) {
    mlws_request_t *r = k->request;
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

static void raising_dispatch(mlws_conn_t *k, const lws_event_t *ev) {
    switch (ev->type) {
        case LWS_EV_REQUEST:
            on_request(k, ev);
            break;
        case LWS_EV_BODY:
            on_body(k, ev);
            break;
        default:
            mlws_websocket_event(k, ev);
            break;
    }
}

void mlws_dispatch(mlws_conn_t *k, const lws_event_t *ev) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        raising_dispatch(k, ev);
        nlr_pop();
        return;
    }
    mp_obj_t exc = MP_OBJ_FROM_PTR(nlr.ret_val);
    if (!mlws_is_exception(exc)) {
        nlr_jump(nlr.ret_val);
    }
    mlws_request_t *r = k->request;
    on_exception(k, r, exc);
    if (!pending(k, r)) {
        over(k, r);
    }
}

void mlws_dispatch_settle(mlws_conn_t *k) {
    mlws_request_t *r = k->request;
    if (r && mlws_request_keep(r)) {
        lws_conn_abort(&k->c);
    }
}

void mlws_dispatch_gone(mlws_conn_t *k) {
    mlws_request_t *r = k->request;
    if (k->coro == MP_OBJ_NULL && r) {
        over(k, r);
    }
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mlws_task_wake(k, &k->reader);
        mlws_drained(k, true);
        nlr_pop();
    } else if (mlws_ends_loop(MP_OBJ_FROM_PTR(nlr.ret_val))) {
        mp_sched_exception(MP_OBJ_FROM_PTR(nlr.ret_val));   // raised by the loop, not lost
    } else {
        mp_obj_print_exception(&mp_plat_print, MP_OBJ_FROM_PTR(nlr.ret_val));
    }
}
