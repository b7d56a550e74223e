// Multipart: the first byte chooses the limits, then "boundary" is b. Whole and cut into pieces
// the events are the same, all pieces of data lie inside, and nothing leaks.
#include <stdlib.h>

#include "lws/http/multipart.h"

#define LOG_MAX 65536

typedef struct run {
    lws_multipart_t x;
    uint8_t log[LOG_MAX];
    size_t n;
} run_t;

static run_t whole, cut;

static void check(bool ok) {
    if (!ok) {
        abort();
    }
}

static void *resize(void *user, void *p, size_t old_size, size_t size) {
    (void)user;
    (void)old_size;
    if (size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, size);
}

static const lws_mem_t mem = { resize, NULL };

static void note(run_t *r, const void *p, size_t n) {
    check(n <= LOG_MAX - r->n);
    if (n) {
        memcpy(r->log + r->n, p, n);
    }
    r->n += n;
}

static void note_event(run_t *r, const lws_multipart_event_t *ev) {
    if (ev->type == LWS_MULTIPART_DATA) {
        check(ev->data.n > 0);
    } else {
        note(r, &"NPDEC"[ev->type], ev->type != LWS_MULTIPART_NONE);
    }
    if (ev->type == LWS_MULTIPART_PART) {
        check(ev->name.p && ev->name.n <= LWS_MULTIPART_MAX_NAME);
        check(ev->filename.n == 0 || !memchr(ev->filename.p, '/', ev->filename.n));
        note(r, ev->name.p, ev->name.n);
        note(r, "|", 1);
        note(r, ev->filename.p, ev->filename.n);
        note(r, "|", 1);
        note(r, ev->content_type.p, ev->content_type.n);
        note(r, "|", 1);
    }
    note(r, ev->data.p, ev->data.n);
}

// step: bytes a call, 0: all.
static void feed(run_t *r, const lws_multipart_limits_t *limits, const uint8_t *p, size_t n,
    size_t step) {
    lws_multipart_event_t ev;
    int used = 0;

    r->n = 0;
    check(lws_multipart_init(&r->x, &mem, limits, LWS_LIT("b")) == LWS_OK);
    while (n && used >= 0) {
        size_t piece = step && step < n ? step : n;
        uint8_t *copy = malloc(piece);      // so that a read past it is seen
        memcpy(copy, p, piece);
        used = lws_multipart_rx(&r->x, copy, piece, &ev);
        check(used <= (int)piece);
        if (used < 0) {
            note(r, used == LWS_ERR_PROTO ? "!" : "#", 1);
        } else {
            check(ev.type != LWS_MULTIPART_NONE || (size_t)used == piece);
            note_event(r, &ev);
            p += used;
            n -= (size_t)used;
        }
        free(copy);
    }
    note(r, lws_multipart_eof(&r->x) ? "-" : "+", 1);
    lws_multipart_free(&r->x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const lws_multipart_limits_t small = {
        .head = 80, .parts = 2, .name = 4, .filename = 4,
    };
    if (size < 1) {
        return 0;
    }
    const lws_multipart_limits_t *limits = data[0] & 1 ? &small : NULL;

    feed(&whole, limits, data + 1, size - 1, 0);
    for (size_t step = 1; step <= 8; step = 2 * step + data[0] % 3) {
        feed(&cut, limits, data + 1, size - 1, step);
        check(cut.n == whole.n && memcmp(cut.log, whole.log, cut.n) == 0);
    }
    return 0;
}
