#include "mod_lws/http/source.h"

#include "mod_lws/error.h"
#include "mod_lws/http/state.h"
#include "mod_lws/loop/context.h"
#include "mod_lws/loop/stream.h"
#include "mod_lws/loop/turn.h"
#include "mod_lws/mem.h"

#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"

#define PIECES 16           // in one turn: others want to be served too
#define PART_CAP 256        // bytes of a part's head

// ---- reading

static void seek(mp_obj_t stream, uint64_t to) {
    struct mp_stream_seek_t at = { .offset = (mp_off_t)to, .whence = MP_SEEK_SET };
    int err = MP_EINVAL;
    if ((uint64_t)at.offset != to
        || mp_get_stream(stream)->ioctl(stream, MP_STREAM_SEEK, (uintptr_t)&at, &err)
        == MP_STREAM_ERROR) {
        mp_raise_OSError(err);
    }
}

// The next bytes of the part, at most so many; empty: the file ended early. May raise.
static lws_span_t next_piece(mlws_source_t *s, size_t most) {
    mlws_context_t *cx = mlws_context();
    size_t n = (size_t)MIN(s->left, MIN(MLWS_CHUNK, most));
    if (s->data) {
        const uint8_t *p = s->data;
        s->data += n;
        s->left -= n;
        return lws_span(p, n);
    }
    if (!cx->chunk) {
        cx->chunk_cap = MLWS_CHUNK;
        cx->chunk = mlws_alloc_some(&cx->chunk_cap);
    }
    n = MIN(n, cx->chunk_cap);
    int err = 0;
    mp_uint_t got = mp_get_stream(s->stream)->read(s->stream, cx->chunk, n, &err);
    if (got == MP_STREAM_ERROR) {
        mp_raise_OSError(err);
    }
    if (s->left != MLWS_UNTIL_END) {
        s->left -= got;
    }
    return lws_span(cx->chunk, got);
}

// ---- making one

// A buffer that memory had but a short block for is asked for again with the next file.
static void forget_short_chunk(void) {
    mlws_context_t *cx = mlws_context();
    if (cx->chunk_cap < MLWS_CHUNK) {
        cx->chunk = NULL;
    }
}

static void go_to(mlws_source_t *s, const uint8_t *whole, const lws_range_t *r) {
    s->left = r->last - r->first + 1;
    if (whole) {
        s->data = whole + r->first;
    } else if (r->first || s->parts) {
        seek(s->stream, r->first);
    }
}

static mlws_parts_t *new_parts(const lws_file_t *file, const lws_file_plan_t *plan) {
    mlws_parts_t *p = m_new_obj_var(mlws_parts_t, ranges, lws_range_t, plan->count);
    p->size = file->size;
    p->nonce = file->nonce;
    p->type = file->type;
    p->count = plan->count;
    p->next = 0;
    memcpy(p->ranges, plan->ranges, plan->count * sizeof(lws_range_t));
    return p;
}

// The bytes of a file that lies in memory, NULL when it does not.
static const uint8_t *memory_of(mp_obj_t stream, uint64_t size) {
    mp_buffer_info_t b;
    return mp_get_buffer(stream, &b, MP_BUFFER_READ) && b.len >= size ? b.buf : NULL;
}

void mlws_source_open(mlws_source_t *s, mp_obj_t fs, mp_obj_t stream, const lws_file_t *file,
    const lws_file_plan_t *plan) {
    lws_range_t all = { 0, file->size - 1 };
    forget_short_chunk();
    *s = (mlws_source_t) { .stream = stream, .fs = fs };
    if (plan->count > 1) {
        s->parts = new_parts(file, plan);
    } else {
        go_to(s, memory_of(stream, file->size), plan->count ? &plan->ranges[0] : &all);
    }
}

lws_span_t mlws_source_first(mlws_source_t *s) {
    return s->parts ? lws_span(NULL, 0) : next_piece(s, MLWS_CHUNK);
}

mlws_source_t *mlws_source_keep(const mlws_source_t *s) {
    mlws_source_t *copy = m_new_obj(mlws_source_t);
    *copy = *s;
    return copy;
}

mlws_source_t *mlws_source_new(mp_obj_t stream, uint64_t length) {
    mlws_source_t s = { .stream = stream, .fs = MP_OBJ_NULL, .left = length };
    forget_short_chunk();
    return mlws_source_keep(&s);
}

// ---- sending

void mlws_source_set(mlws_conn_t *k, mlws_source_t *s) {
    mlws_http_of(k)->source = s;
    k->eager = s;
}

void mlws_source_drop(mlws_conn_t *k) {
    mlws_source_t *s = mlws_http_of(k)->source;
    mlws_source_set(k, NULL);
    if (s) {
        mlws_stream_close(s->stream);
    }
}

static void put(mlws_conn_t *k, lws_span_t piece, bool last) {
    lws_conn_t *outer = lws_txq_cork(&k->c);
    int err = lws_conn_body(&k->c, piece, last);
    if (err) {
        // ERR_STATE: an answer without a body (to HEAD). Else the client waits for bytes that
        // there is no memory for.
        mlws_source_drop(k);
        if (err == LWS_ERR_NOMEM || err == LWS_ERR_TOO_BIG) {
            lws_conn_abort(&k->c);
        }
    }
    mlws_sent(k, outer);
}

// The head of the next part, or what closes the last. Raises when the file has no such part any
// more.
static bool next_part(mlws_source_t *s, lws_out_t *o) {
    mlws_parts_t *p = s->parts;
    if (p->next == p->count) {
        lws_range_put_close(o, p->nonce);
        return true;
    }
    const lws_range_t *r = &p->ranges[p->next];
    lws_range_put_part(o, r, p->size, p->type, p->nonce, p->next == 0);
    go_to(s, memory_of(s->stream, p->size), r);
    p->next++;
    return false;
}

// The next bytes to send; true: they are the last.
static bool take(mlws_source_t *s, size_t most, lws_out_t *text, lws_span_t *piece) {
    if (!s->left && s->parts) {
        bool last = next_part(s, text);
        *piece = lws_span(text->p, text->len);
        return last;
    }
    *piece = next_piece(s, most);
    return !piece->n || (!s->left && !s->parts);
}

static void step(mlws_conn_t *k, size_t most) {
    uint8_t buf[PART_CAP];
    lws_out_t text = lws_out(buf, sizeof(buf));
    mlws_source_t *s = mlws_http_of(k)->source;
    lws_span_t piece = lws_span(NULL, 0);
    bool last = true;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        last = take(s, most, &text, &piece);
        nlr_pop();
    } else {
        mp_obj_t exc = MP_OBJ_FROM_PTR(nlr.ret_val);
        if (mlws_is_exception(exc)) {
            mp_obj_print_exception(&mp_plat_print, exc);
        } else {
            mp_sched_exception(exc);    // ^C: raised where it does no harm
        }
    }
    if (last) {
        mlws_source_drop(k);
    }
    put(k, piece, last);
}

void mlws_source_pump(mlws_conn_t *k) {
    for (unsigned i = 0; i < PIECES && k->eager && !k->c.tx.used; i++) {
        // What the stream does not take would have to be kept, which takes memory in one piece.
        size_t room = mlws_stream_room(k);
        if (!room) {
            break;
        }
        step(k, room);
    }
}

void mlws_source_start(mlws_conn_t *k, mlws_source_t *s) {
    mlws_source_set(k, s);
    if (s->left) {
        mlws_source_pump(k);
    } else {
        mlws_source_drop(k);
    }
}
