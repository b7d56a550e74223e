// One direction of an HTTP/1.1 connection, fed hostile bytes.
//
//     input: | flags | seed of the cuts | wire ...
//     flags: 1 responses, 2 they answer HEAD, 4 they answer CONNECT, 8 small limits
//
// Fed whole, byte by byte and at random cuts, the parser must say the same. Of what it accepts, no
// text may hold a byte that ends a line, and a head written anew from its parts must be read as
// the same head.
#include "support/h1_log.h"
#include "unity.h"

#define MAX_WIRE 8192

static const lws_h1_limits_t small = { .line = 64, .head = 200, .headers = 4, .body = 20 };
static evlog_t whole, other;
static uint8_t copy[MAX_WIRE], again[2 * MAX_WIRE];

static void check(bool ok) {
    if (!ok) {
        __builtin_trap();
    }
}

// Feeds pieces of 1 to most bytes (0: all at once), each from its own place, which is ruined
// afterwards.
static void feed(
    h1_log_t *t, const uint8_t *p, size_t n, size_t most, uint32_t seed, evlog_t *log) {
    evlog_clear(log);
    h1_log_open(t);
    for (size_t at = 0; at < n && !t->err;) {
        seed = seed * 1664525u + 1013904223u;
        size_t piece = most ? 1 + (seed >> 16) % most : n;
        piece = piece < n - at ? piece : n - at;
        uint8_t *place = copy + MAX_WIRE - piece;
        memcpy(place, p + at, piece);
        h1_log_feed(t, place, piece, log);
        memset(place, 0xdd, piece);
        at += piece;
    }
    h1_log_close(t, log);
}

static void check_same(void) {
    check(whole.n == other.n && memcmp(whole.text, other.text, whole.n) == 0);
}

static bool is_clean(lws_span_t s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == 0) {
            return false;
        }
    }
    return true;
}

static void put_start_line(lws_out_t *o, const lws_head_t *h, bool response) {
    if (response) {
        lws_h1_put_status(o, h->status, lws_head_span(h, h->reason_at, h->reason_len));
        return;
    }
    // All forms of a target at once: from the method to the next space.
    const uint8_t *target = h->base + h->method_at + h->method_len + 1;
    const uint8_t *end = memchr(target, ' ', h->len);
    lws_span_t method = lws_head_span(h, h->method_at, h->method_len);
    lws_h1_put_request(o, method, lws_span(target, (size_t)(end - target)));
    o->p[o->len - 3] = (uint8_t)('0' + h->minor);
}

// Heads that were accepted in one piece: written anew they are read as the same.
static void check_rewrite(const h1_log_t *t, const uint8_t *p, size_t n) {
    test_mem_t tm;
    lws_h1_t x;
    lws_head_t head;
    lws_h1_event_t ev;
    test_mem_init(&tm, 0);
    lws_h1_init(&x, &tm.mem, t->limits, t->response);
    x.head = &head;
    x.no_body = t->no_body;
    x.connect = t->connect;
    int used = lws_h1_rx(&x, p, n, &ev);
    if (used < 0 || ev.type != LWS_H1_HEAD || (t->response && head.minor == 0)) {
        lws_h1_free(&x);
        return;
    }
    lws_out_t o = lws_out(again, sizeof(again));
    put_start_line(&o, &head, t->response);
    for (size_t i = 0; i < head.count; i++) {
        const lws_header_t *f = &head.headers[i];
        lws_span_t name = lws_head_span(&head, f->name, f->name_len);
        lws_span_t value = lws_head_span(&head, f->value, f->value_len);
        check(name.n > 0 && is_clean(name) && is_clean(value));
        lws_h1_put_header(&o, name, value);
    }
    LWS_OUT_LIT(&o, "\r\n");
    check(!o.full);
    h1_log_t first = *t, second = *t;
    // Blanks that were trimmed may let a line grow past a small limit, and the other way round.
    first.limits = second.limits = NULL;
    feed(&first, p, (size_t)used, 0, 0, &whole);
    feed(&second, o.p, o.len, 0, 0, &other);
    if (!first.err && !second.err) {
        check_same();
    }
    check(!first.err == !second.err || o.len > LWS_H1_MAX_LINE);
    lws_h1_free(&x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size - 2 > MAX_WIRE) {
        return 0;
    }
    h1_log_t t = {
        .response = data[0] & 1, .no_body = data[0] & 2, .connect = data[0] & 4,
        .limits = data[0] & 8 ? &small : NULL,
    };
    uint32_t seed = data[1];
    data += 2;
    size -= 2;
    feed(&t, data, size, 0, seed, &whole);
    static const size_t most[] = { 1, 2, 7, 40 };
    for (size_t i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        feed(&t, data, size, most[i], seed, &other);
        check_same();
    }
    check_rewrite(&t, data, size);
    return 0;
}
