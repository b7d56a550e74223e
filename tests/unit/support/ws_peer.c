#include "support/ws_peer.h"

#include "support/room.h"
#include "unity.h"

typedef struct frame {
    uint8_t opcode;
    uint8_t last;
    bool raw;
    size_t n;
} frame_t;

static frame_t *frames;
static size_t frame_count, frame_cap;
static uint8_t *payloads;               // of all frames, one behind the other
static size_t payloads_n, payloads_cap;
static uint32_t limit;
// all was checked: the next frame is the first of another test
static bool expected = true;
static uint8_t *wire;
static size_t wire_cap;
static uint8_t *joined;                 // the message that comes in chunks
static size_t joined_cap;

// ---- writing frames

static void begin(void) {
    if (expected || !frames) {
        room_grow(&frames, &frame_cap, sizeof(*frames));
        frame_count = 0;
        payloads_n = 0;
        limit = PEER_MAX_MESSAGE;
        expected = false;
    }
}

void peer_limit(uint32_t max_message) {
    begin();
    limit = max_message;
}

static uint8_t *add(frame_t f) {
    begin();
    room_grow(&frames, &frame_cap, (frame_count + 1) * sizeof(f));
    room_grow(&payloads, &payloads_cap, payloads_n + f.n + 1);
    frames[frame_count++] = f;
    payloads_n += f.n;
    return payloads + payloads_n - f.n;
}

void peer_bytes(uint8_t opcode, int last, const void *payload, size_t n) {
    frame_t f = { opcode, (uint8_t)last, false, n };
    memcpy(add(f), payload, n);
}

void peer_fill(uint8_t opcode, int last, char byte, size_t n) {
    frame_t f = { opcode, (uint8_t)last, false, n };
    memset(add(f), byte, n);
}

void peer_frame(uint8_t opcode, int last, const char *payload) {
    peer_bytes(opcode, last, payload, strlen(payload));
}

void peer_close(unsigned code, const char *reason) {
    uint8_t payload[256];
    size_t n = strlen(reason);
    unity_check(n < sizeof(payload) - 2, __LINE__, "ws_peer: a long reason");
    payload[0] = (uint8_t)(code >> 8);
    payload[1] = (uint8_t)code;
    memcpy(payload + 2, reason, n);
    peer_bytes(LWS_WS_CLOSE, LAST, payload, n + 2);
}

void peer_raw(const void *p, size_t n) {
    frame_t f = { 0, LAST, true, n };
    memcpy(add(f), p, n);
}

// Each frame has another key; written byte by byte, so that what is tested does not test itself.
static size_t put_frame(uint8_t *dst, const frame_t *f, const uint8_t *payload, bool masked) {
    uint8_t key[4];
    for (size_t i = 0; i < 4; ++i) {
        key[i] = (uint8_t)(0x9d * (payloads_n + i * f->n + 1) >> i);
    }
    size_t n = f->raw ? 0 : lws_ws_put_header(dst, f->opcode, f->last, f->n, masked ? key : NULL);
    for (size_t i = 0; i < f->n; ++i) {
        dst[n + i] = payload[i] ^ (masked && !f->raw ? key[i & 3] : 0);
    }
    return n + f->n;
}

const uint8_t *peer_wire(uint8_t flags, size_t *n) {
    const uint8_t *payload = payloads;
    expected = true;
    *n = 0;
    room_grow(&wire, &wire_cap, payloads_n + frame_count * LWS_WS_MAX_HEADER);
    for (size_t i = 0; i < frame_count; ++i) {
        *n += put_frame(wire + *n, &frames[i], payload, !(flags & LWS_WS_CLIENT));
        payload += frames[i].n;
    }
    return wire;
}

// ---- reading events

void peer_log_data(evlog_t *log, const char *kind, const uint8_t *p, size_t n) {
    evlog_str(log, kind);
    if (n > PEER_SHOWN) {
        uint32_t sum = 0;
        for (size_t i = 0; i < n; ++i) {
            sum = sum * 31 + p[i];
        }
        evlog_str(log, " of ");
        evlog_int(log, (int64_t)n);
        evlog_str(log, " sum ");
        evlog_int(log, sum);
    } else if (n) {
        evlog_str(log, " ");
        evlog_span(log, lws_span(p, n));
    }
    evlog_str(log, "\n");
}

const char *peer_line(const char *kind, char byte, size_t n) {
    static evlog_t log;
    static uint8_t *fill;
    static size_t cap;
    room_grow(&fill, &cap, n);
    memset(fill, byte, n);
    evlog_clear(&log);
    peer_log_data(&log, kind, fill, n);
    return log.text;
}

static void on_data(peer_rx_t *p, const lws_ws_event_t *ev, evlog_t *log) {
    bool chunks = p->flags & LWS_WS_CHUNKS;
    if (ev->first == p->begun) {
        unity_fail(__LINE__, "first is on the first piece and no other");
    }
    if (!chunks && !ev->final) {
        unity_fail(__LINE__, "a message that is not whole");
    }
    if (!ev->data.n && !ev->final) {
        unity_fail(__LINE__, "an empty piece");
    }
    room_grow(&joined, &joined_cap, p->n + ev->data.n + 1);
    memcpy(joined + p->n, ev->data.p, ev->data.n);
    p->n += ev->data.n;
    p->begun = !ev->final;
    if (ev->final) {
        peer_log_data(log, ev->opcode == LWS_WS_TEXT ? "TEXT" : "BINARY", joined, p->n);
        p->n = 0;
    }
}

static void on_event(peer_rx_t *p, const lws_ws_event_t *ev, evlog_t *log) {
    if (ev->type == LWS_WS_EV_DATA) {
        on_data(p, ev, log);
        return;
    }
    unity_check(ev->first && ev->final, __LINE__, "a control frame is whole");
    if (ev->type == LWS_WS_EV_CLOSE) {
        evlog_str(log, "CLOSE ");
        evlog_int(log, ev->code);
        peer_log_data(log, "", ev->data.p, ev->data.n);
        return;
    }
    bool ping = ev->type == LWS_WS_EV_PING;
    unity_equal_int(ping ? LWS_WS_PING : LWS_WS_PONG, ev->opcode, __LINE__, "opcode");
    peer_log_data(log, ping ? "PING" : "PONG", ev->data.p, ev->data.n);
}

static void on_error(peer_rx_t *p, int err, evlog_t *log) {
    evlog_str(log, err == LWS_ERR_PROTO ? "PROTO " : err == LWS_ERR_NOMEM ? "NOMEM " : "TOO_BIG ");
    evlog_int(log, p->rx.code);
    evlog_str(log, "\n");
    p->dead = true;
}

void peer_rx_open(peer_rx_t *p) {
    test_mem_init(&p->mem, 0);
    lws_ws_rx_init(&p->rx, &p->mem.mem, p->flags, p->max_message);
    p->n = 0;
    p->begun = false;
    p->dead = false;
}

void peer_rx_feed(peer_rx_t *p, uint8_t *buf, size_t n, evlog_t *log) {
    size_t used = 0;
    while (used < n && !p->dead) {
        lws_ws_event_t ev;
        int got = lws_ws_rx(&p->rx, buf + used, n - used, &ev);
        if (got < 0) {
            unity_equal_int(LWS_WS_NONE, ev.type, __LINE__, "an error is no event");
            on_error(p, got, log);
            return;
        }
        used += (size_t)got;
        if (ev.type == LWS_WS_NONE) {
            unity_equal_int((int64_t)n, (int64_t)used, __LINE__, "no event: all is used");
            return;
        }
        on_event(p, &ev, log);
        lws_ws_rx_trim(&p->rx);
        if (lws_ws_rx_idle(&p->rx)) {
            test_mem_check_empty(&p->mem, __LINE__);
        }
    }
}

void peer_rx_close(peer_rx_t *p) {
    lws_ws_rx_free(&p->rx);
    test_mem_check_empty(&p->mem, __LINE__);
}

// ---- expecting

static void split_open(void *user) {
    peer_rx_open(user);
}

static void split_feed(void *user, uint8_t *buf, size_t n, evlog_t *log) {
    peer_rx_feed(user, buf, n, log);
}

static void split_close(void *user, evlog_t *log) {
    (void)log;
    peer_rx_close(user);
}

static void check(uint8_t flags, const char *log, int line) {
    peer_rx_t p = { .flags = flags, .max_message = limit };
    split_case_t c = { split_open, split_feed, split_close, &p };
    size_t n;
    const uint8_t *bytes = peer_wire(flags, &n);
    split_check(&c, bytes, n, line);
    unity_equal_str(log, split_log(), line, flags & LWS_WS_CHUNKS ? "log of chunks" : "log");
}

void peer_expect_by(uint8_t flags, const char *log, int line) {
    expected = true;
    check(flags, log, line);
    check(flags | LWS_WS_CHUNKS, log, line);
}

void peer_expect(const char *log, int line) {
    peer_expect_by(LWS_WS_CLIENT, log, line);
    peer_expect_by(0, log, line);
}
