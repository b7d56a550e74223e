// JSON as a stream. Whole and cut into pieces the events are the same, an error is the same at
// the same place; strings are UTF-8; written anew from its events a text gives these events again.
#include <stdlib.h>

#include "lws/base/utf8.h"
#include "lws/parse/lejp.h"

#define LOG_MAX 65536

typedef struct run {
    uint8_t log[LOG_MAX];       // the text written anew, and after an error what it says
    size_t n;
    int err;
    uint32_t offset;
    unsigned depth;
    uint32_t utf8;
    bool comma;                 // before the next value or name
} run_t;

static run_t whole, cut, again;

static void check(bool ok) {
    if (!ok) {
        abort();
    }
}

static void note(run_t *r, const void *p, size_t n) {
    check(n <= LOG_MAX - r->n);
    if (n) {
        memcpy(r->log + r->n, p, n);
    }
    r->n += n;
}

static void note_escaped(run_t *r, lws_span_t s) {
    static const char hex[] = "0123456789abcdef";

    check(lws_utf8_rx(&r->utf8, s.p, s.n) == LWS_OK);
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
            note(r, escape, 6);
        } else {
            note(r, &c, 1);
        }
    }
}

static void note_piece(run_t *r, const lws_lejp_event_t *ev) {
    check(ev->final || ev->data.n);
    if (ev->type == LWS_LEJP_NUMBER) {
        note(r, ev->data.p, ev->data.n);
        return;
    }
    if (ev->first) {
        r->utf8 = 0;
        note(r, "\"", 1);
    }
    note_escaped(r, ev->data);
    if (ev->final) {
        check(lws_utf8_done(r->utf8));
        note(r, ev->type == LWS_LEJP_NAME ? "\":" : "\"", ev->type == LWS_LEJP_NAME ? 2 : 1);
    }
}

static void note_event(run_t *r, const lws_lejp_event_t *ev) {
    static const char *const words[] = {
        "", "{", "}", "[", "]", "", "", "", "true", "false", "null", "",
    };
    bool ends = ev->type == LWS_LEJP_OBJECT_END || ev->type == LWS_LEJP_ARRAY_END;
    bool begins = ev->type == LWS_LEJP_OBJECT || ev->type == LWS_LEJP_ARRAY;
    bool piece = ev->type >= LWS_LEJP_NAME && ev->type <= LWS_LEJP_NUMBER;

    if (ev->type == LWS_LEJP_NONE || ev->type == LWS_LEJP_END) {
        return;
    }
    check(!ends || r->depth > 0);
    r->depth += begins;
    r->depth -= ends;
    check(r->depth <= LWS_LEJP_MAX_DEPTH);
    if (r->comma && !ends && (!piece || ev->first)) {
        note(r, ",", 1);
    }
    r->comma = !begins && (!piece || ev->final) && ev->type != LWS_LEJP_NAME;
    note(r, words[ev->type], strlen(words[ev->type]));
    if (piece) {
        note_piece(r, ev);
    }
}

static void feed(run_t *r, const uint8_t *p, size_t n, size_t step) {
    lws_lejp_t x = { 0 };
    lws_lejp_event_t ev = { .type = LWS_LEJP_NONE };

    r->n = r->depth = 0;
    r->err = 0;
    r->comma = false;
    while (n && r->err >= 0) {
        size_t piece = step && step < n ? step : n;
        r->err = lws_lejp_rx(&x, p, piece, &ev);
        check(r->err <= (int)piece);
        if (r->err >= 0) {
            check(ev.type != LWS_LEJP_NONE || (size_t)r->err == piece);
            note_event(r, &ev);
            p += r->err;
            n -= (size_t)r->err;
        }
    }
    while (r->err >= 0 && ev.type != LWS_LEJP_END) {
        r->err = lws_lejp_eof(&x, &ev);
        if (r->err >= 0) {
            note_event(r, &ev);
        }
    }
    r->offset = x.offset;
    check((r->err < 0) == (x.error != NULL));
    if (x.error) {
        note(r, x.error, strlen(x.error));
    }
}

static void compare(const run_t *a, const run_t *b) {
    check(a->err == b->err && a->n == b->n);
    check(memcmp(a->log, b->log, a->n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 8192) {
        return 0;
    }
    feed(&whole, data, size, 0);
    for (size_t step = 1; step <= 9; step += 2) {
        feed(&cut, data, size, step);
        compare(&cut, &whole);
        check(cut.offset == whole.offset);
    }
    if (whole.err >= 0) {
        check(whole.depth == 0 && whole.offset == size);
        feed(&again, whole.log, whole.n, 0);
        compare(&again, &whole);
    }
    return 0;
}
