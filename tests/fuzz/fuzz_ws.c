// A WebSocket's receiving direction, fed hostile bytes.
//
//     input: | flags | limit | seed of the cuts | wire ...
//
// Fed whole, byte by byte and at random cuts, the parser must say the same; and it must say what
// the reference below says, which reads the RFC in the plainest way: whole input, one byte after
// the other.
#include "lws/base/utf8.h"
#include "support/ws_peer.h"

#define MAX_WIRE 8192

static evlog_t whole, other;
static uint8_t copy[MAX_WIRE];
static const uint32_t limits[] = { 0, 1, 10, 125, 126, 1000, 4000, 70000 };

// ---- the reference

typedef struct reference {
    const uint8_t *p;
    size_t n;
    uint8_t opcode;             // of the message under way
    uint8_t message[MAX_WIRE];
    size_t got;
    uint32_t limit;
    bool client;
} reference_t;

typedef struct frame {
    uint8_t opcode;
    bool final, complete;
    size_t n;                   // payload bytes there are
    uint8_t payload[MAX_WIRE];
} frame_t;

static const char *refused(uint16_t code) {
    switch (code) {
        case LWS_WS_PROTOCOL_ERROR:
            return "PROTO 1002\n";
        case LWS_WS_BAD_DATA:
            return "PROTO 1007\n";
        default:
            return "TOO_BIG 1009\n";
    }
}

// Is what the first two bytes say allowed here?
static bool allowed(const reference_t *r, uint8_t first, uint8_t second) {
    uint8_t opcode = first & 0x0f;
    if (first & 0x70 || (second >> 7) == r->client) {
        return false;
    }
    switch (opcode) {
        case LWS_WS_CONT:
            return r->opcode != 0;
        case LWS_WS_TEXT:
        case LWS_WS_BINARY:
            return r->opcode == 0;
        case LWS_WS_CLOSE:
        case LWS_WS_PING:
        case LWS_WS_PONG:
            return first & 0x80 && (second & 0x7f) <= 125;
        default:
            return false;
    }
}

// The next frame: 1, 0 when its header is not all there, or the close code.
static int next_frame(reference_t *r, frame_t *f) {
    size_t at = 2;
    if (r->n < 2) {
        return 0;
    }
    size_t more = (r->p[1] & 0x7f) == 126 ? 2 : (r->p[1] & 0x7f) == 127 ? 8 : 0;
    size_t key = r->p[1] & 0x80 ? 4 : 0;
    if (r->n < 2 + more + key) {
        return 0;
    }
    if (!allowed(r, r->p[0], r->p[1])) {
        return LWS_WS_PROTOCOL_ERROR;
    }
    uint64_t length = r->p[1] & 0x7f;
    if (more) {
        for (length = 0; at < 2 + more; ++at) {
            length = length << 8 | r->p[at];
        }
        if (length < (more == 2 ? 126 : 65536) || length >> 63) {
            return LWS_WS_PROTOCOL_ERROR;
        }
    }
    f->opcode = r->p[0] & 0x0f;
    f->final = r->p[0] & 0x80;
    if (f->opcode < 8 && r->limit && length + r->got > r->limit) {
        return LWS_WS_TOO_BIG;
    }
    at += key;
    f->n = r->n - at < length ? r->n - at : length;
    f->complete = f->n == length;
    for (size_t i = 0; i < f->n; ++i) {
        f->payload[i] = r->p[at + i] ^ (key ? r->p[at - 4 + i % 4] : 0);
    }
    r->p += at + f->n;
    r->n -= at + f->n;
    return 1;
}

// Each returns 0 or the close code.
static uint16_t read_data(reference_t *r, const frame_t *f, evlog_t *log) {
    if (f->opcode) {
        r->opcode = f->opcode;
    }
    memcpy(r->message + r->got, f->payload, f->n);
    r->got += f->n;
    bool ends = f->complete && f->final;
    if (r->opcode == LWS_WS_TEXT) {
        uint32_t utf8 = 0;
        if (lws_utf8_rx(&utf8, r->message, r->got) || (ends && !lws_utf8_done(utf8))) {
            return LWS_WS_BAD_DATA;
        }
    }
    if (ends) {
        peer_log_data(log, r->opcode == LWS_WS_TEXT ? "TEXT" : "BINARY", r->message, r->got);
        r->opcode = 0;
        r->got = 0;
    }
    return 0;
}

static uint16_t read_close(const frame_t *f, evlog_t *log) {
    unsigned code = f->n < 2 ? LWS_WS_NO_STATUS : f->payload[0] * 256u + f->payload[1];
    uint32_t utf8 = 0;
    if (f->n && (f->n == 1 || !lws_ws_code_ok(code))) {
        return LWS_WS_PROTOCOL_ERROR;
    }
    size_t n = f->n ? f->n - 2 : 0;
    if (n && (lws_utf8_rx(&utf8, f->payload + 2, n) || !lws_utf8_done(utf8))) {
        return LWS_WS_BAD_DATA;
    }
    evlog_str(log, "CLOSE ");
    evlog_int(log, code);
    peer_log_data(log, "", f->payload + 2, n);
    return 0;
}

static void read_all(reference_t *r, evlog_t *log) {
    static frame_t f;
    for (;;) {
        int code = next_frame(r, &f);
        if (code == 0) {
            return;
        }
        if (code == 1) {
            code = 0;
            if (f.opcode < 8) {
                code = read_data(r, &f, log);
            } else if (!f.complete) {
                return;
            } else if (f.opcode == LWS_WS_CLOSE) {
                code = read_close(&f, log);
            } else {
                peer_log_data(log, f.opcode == LWS_WS_PING ? "PING" : "PONG", f.payload, f.n);
            }
        }
        if (code) {
            evlog_str(log, refused((uint16_t)code));
        }
        if (code || f.opcode == LWS_WS_CLOSE) {
            return;
        }
    }
}

// ---- the parser

static uint32_t rng;

static size_t next_piece(unsigned run, size_t left) {
    static const size_t most[] = { 2, 7, 64, 1024 };
    rng = rng * 1664525 + 1013904223;
    size_t k = run == 0 ? left : run == 1 ? 1 : 1 + (rng >> 16) % most[run % 4];
    return k < left ? k : left;
}

static void feed(uint8_t flags, uint32_t limit, const uint8_t *p, size_t n, unsigned run) {
    peer_rx_t x = { .flags = flags, .max_message = limit };
    evlog_clear(&other);
    peer_rx_open(&x);
    for (size_t at = 0; at < n;) {
        size_t k = next_piece(run, n - at);
        uint8_t *piece = copy + n - at - k;     // any alignment
        memcpy(piece, p + at, k);
        peer_rx_feed(&x, piece, k, &other);
        memset(piece, 0xdd, k);
        at += k;
    }
    peer_rx_close(&x);
    if (other.n != whole.n || memcmp(other.text, whole.text, whole.n) != 0) {
        __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static reference_t r;
    if (size < 3 || size > MAX_WIRE) {
        return 0;
    }
    uint8_t flags = data[0] & (LWS_WS_CLIENT | LWS_WS_CHUNKS);
    uint32_t limit = limits[data[1] % (sizeof(limits) / sizeof(limits[0]))];
    rng = data[2];
    memset(&r, 0, sizeof(r));
    r.p = data + 3;
    r.n = size - 3;
    r.client = flags & LWS_WS_CLIENT;
    r.limit = limit || flags & LWS_WS_CHUNKS ? limit : LWS_WS_MAX_MESSAGE;
    evlog_clear(&whole);
    read_all(&r, &whole);
    for (unsigned run = 0; run < 6; ++run) {
        feed(flags, limit, data + 3, size - 3, run);
    }
    return 0;
}
