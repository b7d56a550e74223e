// The Python Multipart object: a form body, piece by piece, as events.
//
//     parser = _lws.Multipart(request.content_type)
//     for event in parser.feed(data):
//         (PART, name, filename or None, content_type or None), (DATA, bytes), (PART_END,), (END,)
//     parser.end()        # raises ValueError when the body broke off
#include "mod_lws/http/forms.h"

#include "mod_lws/loop/context.h"
#include "mod_lws/mem.h"

#include "py/runtime.h"

typedef struct {
    mp_obj_base_t base;
    mp_obj_t data;              // what was fed, MP_OBJ_NULL when all of it is used
    const void *buf;            // where that lay at the last look
    size_t at;                  // bytes of it that are used
    lws_span_t rest;            // of a DATA event: memory had no block for all of it
    lws_multipart_t x;          // its head is a block of the heap: the collector sees it here
} multipart_t;

static lws_span_t boundary_of(lws_span_t s) {
    // A Content-Type is not taken for a boundary, even when it lacks one.
    static const char kind[] = "multipart/";
    size_t n = sizeof(kind) - 1;
    if (s.n >= n && lws_span_eq_nocase(lws_span(s.p, n), lws_span(kind, n))) {
        return lws_multipart_boundary(s);
    }
    return s;
}

static mp_obj_t multipart_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw,
    const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 1, 1, false);
    mp_buffer_info_t b;
    mp_get_buffer_raise(args[0], &b, MP_BUFFER_READ);
    multipart_t *self = mp_obj_malloc(multipart_t, type);
    self->data = MP_OBJ_NULL;
    self->at = self->rest.n = 0;
    if (lws_multipart_init(&self->x, &mlws_context()->ctx.mem, NULL,
        boundary_of(lws_span(b.buf, b.len)))) {
        mp_raise_ValueError(MP_ERROR_TEXT("no multipart/form-data with a valid boundary"));
    }
    return MP_OBJ_FROM_PTR(self);
}

static MP_NORETURN void failed(int err) {
    if (err == LWS_ERR_NOMEM) {
        mlws_raise(err);
    }
    if (err == LWS_ERR_TOO_BIG) {
        mp_raise_ValueError(
            MP_ERROR_TEXT("multipart: too many parts, or the head of one is too long"));
    }
    mp_raise_ValueError(MP_ERROR_TEXT("multipart: broken body"));
}

static mp_obj_t str_or_none(lws_span_t s) {
    return s.p ? mlws_new_str(s) : mp_const_none;
}

// As much as memory has one block for. Without memory nothing is lost.
static mp_obj_t data_event(multipart_t *self) {
    size_t most = self->rest.n;
    mp_obj_tuple_t *event = MP_OBJ_TO_PTR(mp_obj_new_tuple(2, NULL));
    event->items[0] = MP_OBJ_NEW_SMALL_INT(LWS_MULTIPART_DATA);
    event->items[1] = mlws_new_piece(&mp_type_bytes, &self->rest, &most);
    return MP_OBJ_FROM_PTR(event);
}

static mp_obj_t event_obj(multipart_t *self, const lws_multipart_event_t *ev) {
    if (ev->type == LWS_MULTIPART_DATA) {
        self->rest = ev->data;
        return data_event(self);
    }
    mp_obj_t items[4] = { MP_OBJ_NEW_SMALL_INT(ev->type) };
    size_t n = 1;
    if (ev->type == LWS_MULTIPART_PART) {
        items[1] = mlws_new_str(ev->name);
        items[2] = str_or_none(ev->filename);
        items[3] = str_or_none(ev->content_type);
        n = 4;
    }
    return mp_obj_new_tuple(n, items);
}

// The next event, MP_OBJ_NULL when more data is needed.
static mp_obj_t next_event(multipart_t *self) {
    lws_multipart_event_t ev;
    if (self->data == MP_OBJ_NULL) {
        return MP_OBJ_NULL;
    }
    // Asked for again each time: a bytearray may have moved.
    mp_buffer_info_t b;
    mp_get_buffer_raise(self->data, &b, MP_BUFFER_READ);
    if (self->rest.n) {
        if (b.buf != self->buf) {
            mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("the data changed meanwhile"));
        }
        return data_event(self);
    }
    self->buf = b.buf;
    size_t at = MIN(self->at, b.len);
    int n = lws_multipart_rx(&self->x, (uint8_t *)b.buf + at, b.len - at, &ev);
    if (n < 0) {
        self->data = MP_OBJ_NULL;
        failed(n);
    }
    self->at = at + (size_t)n;
    if (ev.type == LWS_MULTIPART_NONE) {
        self->data = MP_OBJ_NULL;
        return MP_OBJ_NULL;
    }
    return event_obj(self, &ev);
}

// feed(data): self, whose iteration gives the events of this data
static mp_obj_t multipart_feed(mp_obj_t self_in, mp_obj_t data) {
    multipart_t *self = MP_OBJ_TO_PTR(self_in);
    mp_buffer_info_t b;
    mp_get_buffer_raise(data, &b, MP_BUFFER_READ);
    if (self->data != MP_OBJ_NULL) {
        mp_raise_msg(&mp_type_RuntimeError,
            MP_ERROR_TEXT("the events of the data before were not all taken"));
    }
    self->data = data;
    self->at = 0;
    return self_in;
}
static MP_DEFINE_CONST_FUN_OBJ_2(multipart_feed_obj, multipart_feed);

// next(): an event, or None when more data is needed
static mp_obj_t multipart_next(mp_obj_t self_in) {
    mp_obj_t event = next_event(MP_OBJ_TO_PTR(self_in));
    return event == MP_OBJ_NULL ? mp_const_none : event;
}
static MP_DEFINE_CONST_FUN_OBJ_1(multipart_next_obj, multipart_next);

static mp_obj_t multipart_iternext(mp_obj_t self_in) {
    mp_obj_t event = next_event(MP_OBJ_TO_PTR(self_in));
    return event == MP_OBJ_NULL ? MP_OBJ_STOP_ITERATION : event;
}

// end(): the body ended here
static mp_obj_t multipart_end(mp_obj_t self_in) {
    if (lws_multipart_eof(&((multipart_t *)MP_OBJ_TO_PTR(self_in))->x)) {
        mp_raise_ValueError(MP_ERROR_TEXT("multipart: the body ends without its last boundary"));
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(multipart_end_obj, multipart_end);

static const mp_rom_map_elem_t multipart_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_feed), MP_ROM_PTR(&multipart_feed_obj) },
    { MP_ROM_QSTR(MP_QSTR_next), MP_ROM_PTR(&multipart_next_obj) },
    { MP_ROM_QSTR(MP_QSTR_end), MP_ROM_PTR(&multipart_end_obj) },
};
static MP_DEFINE_CONST_DICT(multipart_locals, multipart_locals_table);

MP_DEFINE_CONST_OBJ_TYPE(mlws_multipart_type, MP_QSTR_Multipart, MP_TYPE_FLAG_ITER_IS_ITERNEXT,
    make_new, multipart_make_new, iter, multipart_iternext, locals_dict, &multipart_locals);
